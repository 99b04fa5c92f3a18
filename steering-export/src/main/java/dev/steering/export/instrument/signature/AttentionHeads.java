package dev.steering.export.instrument.signature;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.fasterxml.jackson.databind.JsonNode;
import dev.steering.core.AtomicFiles;
import dev.steering.core.bundle.GraphSignature;
import dev.steering.core.bundle.GraphSignature.Cache;
import dev.steering.core.bundle.GraphSignature.Input;
import dev.steering.core.bundle.GraphSignature.Padding;
import dev.steering.export.instrument.file.ModelFile;
import dev.steering.export.instrument.find.GraphScope;
import dev.steering.model.ort.graph.UnsteeredGraph;
import dev.steering.model.pass.RuntimeOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Head sizes from the attention that reads a cache: its attributes say how many heads there are, and how wide the keys are is
 * found by running what they are computed from. Where no fused attention reads the cache, config.json answers.
 */
public final class AttentionHeads implements HeadSizes {
    private static final String PROBE = "keys.onnx";
    private static final Set<String> KEY_IS_SECOND = Set.of("GroupQueryAttention", "MultiHeadAttention");

    private final ModelFile file;
    private final GraphScope scope;
    private final JsonNode config;
    private final Path directory;
    private final List<Input> inputs;
    private @Nullable Integer firstHeadSize;

    /**
     * @param directory holds the model's external weights
     */
    public AttentionHeads(ModelFile file, GraphScope scope, JsonNode config, Path directory, List<Input> inputs) {
        this.file = file;
        this.scope = scope;
        this.config = config;
        this.directory = directory;
        this.inputs = inputs;
    }

    @Override
    public @Nullable Integer keyValueHeads(String past) {
        NodeProto attention = attention(past);
        if (attention != null) {
            Integer heads = attribute(attention, "kv_num_heads");
            return heads != null ? heads : attribute(attention, "num_heads");
        }
        return configured("num_key_value_heads", "num_kv_heads", "num_attention_heads", "n_head", "n_heads");
    }

    @Override
    public @Nullable Integer headSize(String past) {
        NodeProto attention = attention(past);
        Integer heads = keyValueHeads(past);
        if (attention != null && heads != null) {
            // Keys of later layers depend on attention, which cannot run yet; all layers have heads of one size.
            if (firstHeadSize == null) {
                firstHeadSize = headSize(attention, heads);
            }
            return firstHeadSize;
        }
        Integer size = configured("head_dim", "kv_channels");
        Integer hidden = configured("hidden_size", "n_embd", "d_model");
        Integer all = configured("num_attention_heads", "n_head", "n_heads");
        return size == null && hidden != null && all != null ? Integer.valueOf(hidden / all) : size;
    }

    private int headSize(NodeProto attention, int heads) {
        boolean packed = attention.getInput(1).isEmpty();
        Integer queries = attribute(attention, "num_heads");
        int parts = packed && queries != null ? queries + 2 * heads : heads;
        return width(attention.getInput(packed ? 0 : 1)) / parts;
    }

    /** The attention that reads a cache, be it cast before. */
    private @Nullable NodeProto attention(String past) {
        for (int reader : scope.consumers(past)) {
            NodeProto node = scope.node(reader);
            NodeProto found = node.getOpType().equals("Cast") ? attention(node.getOutput(0)) : node;
            if (found != null && KEY_IS_SECOND.contains(found.getOpType())) {
                return found;
            }
        }
        return null;
    }

    private static @Nullable Integer attribute(NodeProto node, String name) {
        return node.getAttributeList().stream()
                .filter(a -> a.getName().equals(name))
                .map(AttributeProto::getI)
                .map(Math::toIntExact)
                .findFirst()
                .orElse(null);
    }

    private @Nullable Integer configured(String... keys) {
        for (String key : keys) {
            if (config.path(key).isInt()) {
                return config.path(key).asInt();
            }
        }
        return null;
    }

    /** Size of the last axis of {@code [rows, positions, size]}. */
    private int width(String tensor) {
        GraphProto.Builder graph =
                scope.graph().toBuilder().clearNode().clearOutput().clearValueInfo();
        scope.ancestors(tensor).forEach(n -> graph.addNode(scope.node(n)));
        graph.addOutput(ValueInfoProto.newBuilder().setName(tensor));
        ModelProto model = file.model().toBuilder().setGraph(graph).build();
        Path probe = directory.resolve(PROBE);
        GraphSignature signature = new GraphSignature(inputs, tensor, Cache.ABSENT, Padding.LEFT);
        try {
            AtomicFiles.write(probe, model::writeTo);
            try (UnsteeredGraph keys = UnsteeredGraph.open(
                    probe, signature, RuntimeOptions.defaults().withMappedWeights())) {
                return keys.logits(List.of(new int[] {0})).get(0)[0].length;
            }
        } finally {
            // A left-over would be a nuisance, not a failure; the bundle's directory is temporary, too.
            probe.toFile().delete();
        }
    }
}
