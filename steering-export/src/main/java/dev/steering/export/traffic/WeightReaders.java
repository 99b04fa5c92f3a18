package dev.steering.export.traffic;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.steering.core.safetensors.DType;
import dev.steering.export.instrument.find.GraphScope;
import dev.steering.export.instrument.find.HeadInput;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which nodes of a graph and of its branches read which weights, and how large those are. */
final class WeightReaders {
    /** Read a few rows, or a few columns, of a table. */
    private static final Set<String> LOOK_UPS = Set.of(
            "Gather",
            "GatherND",
            "GatherElements",
            "GatherBlockQuantized",
            "GroupQueryAttention",
            "RotaryEmbedding",
            "Slice");

    /** Give the same numbers back in another layout. */
    private static final Set<String> LAYOUTS = Set.of("Identity", "Transpose", "Reshape", "Squeeze", "Unsqueeze");

    /** A norm's weight plus 1, a scaled weight: folded at load. */
    private static final Set<String> FOLDED = Set.of("Add", "Sub", "Mul", "Div");

    private static final Set<String> DEQUANTISERS = Set.of("DequantizeLinear", "DequantizeBFP");

    /** A constant: its numbers, the bytes that a pass reads for them, and whether they are real numbers. */
    private record Weight(long parameters, long bytes, boolean real) {
        Weight plus(Weight other) {
            return new Weight(parameters, bytes + other.bytes, true);
        }
    }

    private final Map<String, Weight> weights = new HashMap<>();
    private final Map<String, List<NodeProto>> producers = new HashMap<>();
    private final List<NodeProto> readers = new ArrayList<>();

    /** What is computed for the tokens of one expert alone. */
    private final Set<String> routed = new HashSet<>();

    private final int used;
    private final int experts;

    /**
     * @param used how many experts of a layer a token uses
     * @param experts how many there are
     */
    WeightReaders(int used, int experts) {
        this.used = used;
        this.experts = Math.max(experts, 1);
    }

    /** Tokens that are picked by where something is not zero, and what comes of them until it is put back into its place. */
    private void route(NodeProto node) {
        String operator = node.getOpType();
        boolean picked = operator.equals("NonZero");
        boolean follows = node.getInputList().stream().anyMatch(routed::contains);
        if (picked || (follows && !operator.startsWith("Scatter"))) {
            routed.addAll(node.getOutputList());
        }
    }

    /** Takes a graph and its branches in, whose names are taken to be the same everywhere. */
    void add(GraphProto graph) {
        graph.getInitializerList().forEach(tensor -> weights.put(tensor.getName(), weight(tensor)));
        for (NodeProto node : graph.getNodeList()) {
            if (node.getOpType().equals("Constant")) {
                node.getAttributeList().stream()
                        .filter(AttributeProto::hasT)
                        .forEach(a -> weights.put(node.getOutput(0), weight(a.getT())));
                continue;
            }
            Weight folded = folded(node);
            if (folded != null) {
                weights.put(node.getOutput(0), folded);
                continue;
            }
            readers.add(node);
            route(node);
            node.getOutputList().forEach(output -> producer(output, node));
            for (GraphProto branch : GraphScope.subgraphs(node)) {
                add(branch);
                // What the node returns comes from where its branches get it.
                for (int i = 0; i < Math.min(node.getOutputCount(), branch.getOutputCount()); i++) {
                    producers
                            .getOrDefault(branch.getOutput(i).getName(), List.of())
                            .forEach(producer(node.getOutput(i))::add);
                }
            }
        }
    }

    private List<NodeProto> producer(String output) {
        return producers.computeIfAbsent(output, name -> new ArrayList<>());
    }

    private void producer(String output, NodeProto node) {
        producer(output).add(node);
    }

    private static Weight weight(TensorProto tensor) {
        long elements = tensor.getDimsList().stream().reduce(1L, (a, b) -> a * b);
        return weight(tensor.getDataType(), elements);
    }

    private static Weight weight(int onnxType, long elements) {
        Optional<DType> type = DType.ofOnnx(onnxType);
        return new Weight(
                elements,
                type.map(known -> known.bytes(elements)).orElse(0L),
                type.map(DType::isFloat).orElse(false));
    }

    /** What a node makes of constants alone; null if it does something else. */
    private @Nullable Weight folded(NodeProto node) {
        List<@Nullable Weight> inputs =
                node.getInputList().stream().map(weights::get).toList();
        if (inputs.isEmpty() || inputs.contains(null) || node.getOutputCount() != 1) {
            return null;
        }
        Weight first = Objects.requireNonNull(inputs.get(0));
        String operator = node.getOpType();
        if (LAYOUTS.contains(operator)) {
            return first;
        }
        if (operator.equals("Cast")) {
            return weight(to(node), first.parameters);
        }
        if (DEQUANTISERS.contains(operator)) {
            return inputs.stream()
                    .map(Objects::requireNonNull)
                    .reduce(Weight::plus)
                    .orElseThrow();
        }
        return FOLDED.contains(operator)
                ? inputs.stream()
                        .map(Objects::requireNonNull)
                        .reduce((a, b) -> a.parameters >= b.parameters ? a : b)
                        .orElseThrow()
                : null;
    }

    private static int to(NodeProto cast) {
        return cast.getAttributeList().stream()
                .filter(a -> a.getName().equals("to"))
                .mapToInt(a -> (int) a.getI())
                .findFirst()
                .orElse(DType.F32.onnxNumber());
    }

    WeightTraffic traffic(String logits) {
        Set<NodeProto> head = head(logits);
        Map<String, Weight> ofHead = new LinkedHashMap<>();
        Map<String, Weight> ofBlocks = new LinkedHashMap<>();
        for (NodeProto node : readers) {
            if (LOOK_UPS.contains(node.getOpType())) {
                continue;
            }
            boolean product = HeadInput.PRODUCTS.contains(node.getOpType());
            for (String input : node.getInputList()) {
                Weight weight = weights.get(input);
                // A single number is part of the arithmetic, not a weight.
                if (weight != null && weight.parameters > 1 && (weight.real || product)) {
                    (head.contains(node) ? ofHead : ofBlocks).put(input, active(node, counted(node, input, weight)));
                }
            }
        }
        return new WeightTraffic(
                parameters(ofBlocks.values()), bytes(ofBlocks.values()),
                parameters(ofHead.values()), bytes(ofHead.values()));
    }

    /** Of an expert's weights the share that a token uses of all experts'. */
    private Weight active(NodeProto node, Weight weight) {
        return node.getInputList().stream().anyMatch(routed::contains)
                ? new Weight(weight.parameters * used / experts, weight.bytes * used / experts, weight.real)
                : weight;
    }

    /** Packed weights are fewer bytes than numbers, and their scales and zero points are no parameters. */
    private static Weight counted(NodeProto node, String input, Weight weight) {
        if (!node.getOpType().startsWith("MatMulNBits") && !node.getOpType().equals("MatMulBnb4")) {
            return weight;
        }
        boolean packed = node.getInputCount() > 1 && input.equals(node.getInput(1));
        boolean bias = node.getInputCount() > 5 && input.equals(node.getInput(5));
        long parameters = packed ? attribute(node, "K") * attribute(node, "N") : bias ? weight.parameters : 0;
        return new Weight(parameters, weight.bytes, true);
    }

    private static long attribute(NodeProto node, String name) {
        return node.getAttributeList().stream()
                .filter(a -> a.getName().equals(name))
                .mapToLong(AttributeProto::getI)
                .findFirst()
                .orElse(0);
    }

    /** The products nearest to the logits. */
    private Set<NodeProto> head(String logits) {
        Set<NodeProto> head = new HashSet<>();
        Set<String> seen = new HashSet<>();
        Deque<String> open = new ArrayDeque<>(List.of(logits));
        while (!open.isEmpty()) {
            String tensor = open.pop();
            if (!seen.add(tensor)) {
                continue;
            }
            for (NodeProto node : producers.getOrDefault(tensor, List.of())) {
                if (HeadInput.PRODUCTS.contains(node.getOpType())) {
                    head.add(node);
                } else {
                    open.addAll(node.getInputList());
                }
            }
        }
        return head;
    }

    private static long parameters(Collection<Weight> weights) {
        return weights.stream().mapToLong(Weight::parameters).sum();
    }

    private static long bytes(Collection<Weight> weights) {
        return weights.stream().mapToLong(Weight::bytes).sum();
    }
}
