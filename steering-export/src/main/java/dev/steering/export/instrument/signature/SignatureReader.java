package dev.steering.export.instrument.signature;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.steering.core.BadFile;
import dev.steering.core.SteeringException;
import dev.steering.core.bundle.GraphSignature;
import dev.steering.core.bundle.GraphSignature.Cache;
import dev.steering.core.bundle.GraphSignature.CacheEntry;
import dev.steering.core.bundle.GraphSignature.CacheMode;
import dev.steering.core.bundle.GraphSignature.Input;
import dev.steering.core.bundle.GraphSignature.Padding;
import dev.steering.core.bundle.GraphSignature.Role;
import dev.steering.core.safetensors.DType;
import dev.steering.export.instrument.find.GraphScope;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads from a graph how it wants to be fed. Padding is only a first guess: {@code PaddingTrial} tries it. */
public final class SignatureReader {
    private static final int CACHE_RANK = 3;
    private static final Set<DType> CACHED = Set.of(DType.F32, DType.F16, DType.BF16);
    /** The types of what a decoder is fed. */
    private static final Set<DType> FED = Set.of(DType.F32, DType.F16, DType.BF16, DType.I32, DType.I64, DType.BOOL);

    private final GraphScope scope;
    private final Overrides overrides;
    private final List<ValueInfoProto> inputs;

    private SignatureReader(GraphScope scope, Overrides overrides) {
        this.scope = scope;
        this.overrides = overrides;
        this.inputs = dataInputs(scope.graph());
    }

    /**
     * @param scope the main graph
     * @param overrides what the user says
     * @param head finds the size of a head, where the cache's declaration leaves it open
     * @throws SteeringException naming the input that is not understood
     */
    public static GraphSignature read(GraphScope scope, Overrides overrides, HeadSizes.Finder head) {
        return new SignatureReader(scope, overrides).read(head);
    }

    /** Older files list weights among the inputs. */
    static List<ValueInfoProto> dataInputs(GraphProto graph) {
        Set<String> weights = new HashSet<>();
        graph.getInitializerList().forEach(tensor -> weights.add(tensor.getName()));
        return graph.getInputList().stream()
                .filter(input -> !weights.contains(input.getName()))
                .toList();
    }

    private GraphSignature read(HeadSizes.Finder finder) {
        List<ValueInfoProto> pasts = inputs.stream().filter(this::isPast).toList();
        Set<String> names = new HashSet<>();
        pasts.forEach(past -> names.add(past.getName()));
        Map<String, ValueInfoProto> presents = presents(names);
        String logits = logits(presents);
        List<Input> own = new ArrayList<>();
        InputRoles roles = new InputRoles(scope, overrides);
        for (ValueInfoProto input : inputs) {
            if (!names.contains(input.getName())) {
                Input known = roles.role(input);
                if (known.role() == Role.TOKEN_IDS) {
                    requireOpenSizes(input);
                }
                own.add(known);
            }
        }
        requireTokens(own);
        if (pasts.isEmpty()) {
            return new GraphSignature(own, logits, Cache.ABSENT, Padding.LEFT);
        }
        HeadSizes head = finder.given(own);
        boolean inPlace = pasts.stream().allMatch(past -> isUpdatedInPlace(past.getName()));
        List<CacheEntry> entries = new ArrayList<>();
        for (ValueInfoProto past : pasts) {
            ValueInfoProto present = presents.get(past.getName());
            if (present == null) {
                throw new BadFile("the input '" + past.getName() + "' looks like a cache, but no output continues"
                        + " it (rule: every past has its present)");
            }
            entries.add(new CacheEntry(
                    past.getName(), present.getName(), type(past), CacheShape.of(past, present, overrides, head)));
        }
        return new GraphSignature(
                own,
                logits,
                new Cache(inPlace ? CacheMode.IN_PLACE : CacheMode.GROWING, entries),
                inPlace ? Padding.RIGHT : Padding.LEFT);
    }

    /** An export with fixed sizes takes one shape only, and has it all over its constants. */
    private static void requireOpenSizes(ValueInfoProto input) {
        List<Dimension> axes = dimensions(input);
        if (axes.size() == 2 && axes.stream().anyMatch(Dimension::hasDimValue)) {
            throw new BadFile("the input '" + input.getName() + "' is declared with fixed sizes, "
                    + axes.stream()
                            .map(d -> d.hasDimValue() ? Long.toString(d.getDimValue()) : d.getDimParam())
                            .toList()
                    + ": export the model with dynamic axes for rows and positions");
        }
    }

    private static void requireTokens(List<Input> own) {
        if (own.stream().noneMatch(input -> input.role() == Role.TOKEN_IDS)) {
            throw new BadFile("no input takes token ids: none of "
                    + own.stream().map(Input::name).toList()
                    + " is looked up in an embedding table (graphs that take embeddings cannot be fed prompts)");
        }
    }

    private boolean isPast(ValueInfoProto input) {
        DType type = DType.ofOnnx(input.getType().getTensorType().getElemType()).orElse(null);
        boolean unknownShape = !input.getType().getTensorType().hasShape();
        return !overrides.inputs().containsKey(input.getName())
                && type != null
                && CACHED.contains(type)
                && (unknownShape || input.getType().getTensorType().getShape().getDimCount() >= CACHE_RANK)
                && !input.getName().equals("inputs_embeds");
    }

    /** The output that continues every past, by the past's name. */
    private Map<String, ValueInfoProto> presents(Set<String> pasts) {
        CachePairs pairs = new CachePairs(pasts);
        Map<String, ValueInfoProto> presents = new LinkedHashMap<>();
        Map<String, Integer> distances = new HashMap<>();
        for (ValueInfoProto output :
                pasts.isEmpty() ? List.<ValueInfoProto>of() : scope.graph().getOutputList()) {
            CachePairs.Found found =
                    output.getName().equals(overrides.logits()) ? null : pairs.past(scope, output.getName());
            // Logits are made of every past, too, but from further away than its present.
            if (found != null && found.steps() < distances.getOrDefault(found.past(), Integer.MAX_VALUE)) {
                distances.put(found.past(), found.steps());
                presents.put(found.past(), output);
            }
        }
        return presents;
    }

    private String logits(Map<String, ValueInfoProto> presents) {
        List<String> outputs = scope.graph().getOutputList().stream()
                .map(ValueInfoProto::getName)
                .toList();
        String given = overrides.logits();
        if (given != null) {
            if (!outputs.contains(given)) {
                throw new BadFile("there is no output '" + given + "'; the outputs are " + outputs);
            }
            return given;
        }
        if (outputs.contains("logits")) {
            return "logits";
        }
        Set<String> caches = new HashSet<>();
        presents.values().forEach(present -> caches.add(present.getName()));
        String deepest = "";
        int most = 0;
        for (String output : outputs) {
            int depth = caches.contains(output) ? 0 : scope.ancestors(output).size();
            if (depth > most) {
                most = depth;
                deepest = output;
            }
        }
        if (deepest.isEmpty()) {
            throw new BadFile("no output can be the logits; the outputs are " + outputs);
        }
        return deepest;
    }

    /** Whether only attention that updates memory in place reads a past. */
    private boolean isUpdatedInPlace(String past) {
        List<Integer> readers = scope.consumers(past);
        return !readers.isEmpty()
                && readers.stream().allMatch(reader -> {
                    NodeProto node = scope.node(reader);
                    return node.getOpType().equals("GroupQueryAttention");
                });
    }

    static DType type(ValueInfoProto value) {
        int type = value.getType().getTensorType().getElemType();
        return DType.ofOnnx(type)
                .filter(FED::contains)
                .orElseThrow(() -> new BadFile("'" + value.getName() + "' has the ONNX element type " + type
                        + "; expected floating-point numbers, integers or booleans"));
    }

    static List<Dimension> dimensions(ValueInfoProto value) {
        return value.getType().getTensorType().getShape().getDimList();
    }
}
