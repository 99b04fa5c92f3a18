package dev.steering.model.ort.internal;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import dev.steering.core.bundle.GraphSignature;
import dev.steering.core.bundle.GraphSignature.Input;
import dev.steering.core.bundle.GraphSignature.Role;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Feeds a graph's own inputs, those that are neither steering nor cache, in the types and shapes that it declares. Immutable
 * and thread-safe.
 */
public final class GraphInputs {
    private final List<Input> inputs;
    private final Set<String> shared;

    private GraphInputs(List<Input> inputs, Set<String> shared) {
        this.inputs = inputs;
        this.shared = shared;
    }

    /** Those of the signature's inputs that the session has. */
    public static GraphInputs of(GraphSignature signature, OrtSession session) throws OrtException {
        Map<String, NodeInfo> declared = session.getInputInfo();
        List<Input> inputs = new ArrayList<>();
        Set<String> shared = new HashSet<>();
        for (Input input : signature.inputs()) {
            NodeInfo info = declared.get(input.name());
            if (info == null) {
                continue;
            }
            inputs.add(input);
            // Exports that make position ids from the first row only declare them as [1,S].
            if (info.getInfo() instanceof TensorInfo tensor
                    && (tensor.getShape().length < 2 || tensor.getShape()[0] == 1)) {
                shared.add(input.name());
            }
        }
        return new GraphInputs(inputs, shared);
    }

    /** Whether the graph is given the positions of every row, so that it does not count them itself. */
    public boolean givePositions() {
        return inputs.stream().anyMatch(input -> input.role() == Role.POSITION_IDS && !shared.contains(input.name()));
    }

    public void feed(PassPlan plan, PassMemory memory) throws OrtException {
        for (Input input : inputs) {
            feed(input, plan, memory);
        }
    }

    private void feed(Input input, PassPlan plan, PassMemory memory) throws OrtException {
        int rows = plan.rows();
        int width = plan.width();
        switch (input.role()) {
            case TOKEN_IDS -> plan.ids(memory.input(input.name(), input.type(), rows, width)::put);
            case ATTENTION_MASK -> plan.mask(memory.input(input.name(), input.type(), rows, plan.total())::put);
            case POSITION_IDS -> {
                if (shared.contains(input.name())) {
                    plan.slots(last(input, width, memory)::put);
                } else {
                    plan.positions(memory.input(input.name(), input.type(), rows, width)::put);
                }
            }
            case CACHE_POSITION -> plan.slots(last(input, width, memory)::put);
            case TOKEN_TYPE_IDS ->
                memory.input(input.name(), input.type(), rows, width).clear();
            case USE_CACHE_BRANCH -> last(input, 1, memory).put(0, plan.past() > 0 ? 1L : 0L);
            case LOGITS_TO_KEEP -> last(input, 1, memory).put(0, 0L);
        }
    }

    private static PassTensor last(Input input, int size, PassMemory memory) throws OrtException {
        return memory.input(input.name(), input.type(), ones(input.rank(), size));
    }

    /** {@code [1,...,1,last]} with as many axes as the rank says. */
    private static long[] ones(int rank, int last) {
        long[] shape = new long[rank];
        for (int axis = 0; axis < rank; axis++) {
            shape[axis] = axis == rank - 1 ? last : 1;
        }
        return shape;
    }
}
