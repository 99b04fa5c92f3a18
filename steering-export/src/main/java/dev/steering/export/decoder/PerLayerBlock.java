package dev.steering.export.decoder;

import dev.steering.core.bundle.GraphContract;
import dev.steering.core.safetensors.DType;
import dev.steering.export.decoder.DecoderSpec.PerLayerEmbeddings;
import dev.steering.export.graph.GraphBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Embeddings that every layer is given, and what a layer does with its own. */
final class PerLayerBlock {
    private final DecoderSpec spec;
    private final DecoderOps ops;
    private final GraphBuilder graph;

    PerLayerBlock(DecoderSpec spec, DecoderOps ops) {
        this.spec = spec;
        this.ops = ops;
        this.graph = ops.graph();
    }

    /** Writes the embeddings of all layers, of the scaled embedding as it is before steering. */
    void inputs(String embedded) {
        PerLayerEmbeddings embeddings = spec.perLayer();
        if (embeddings == null) {
            return;
        }
        int layers = spec.layers().size();
        long width = (long) layers * embeddings.width();
        TensorNames names = spec.names();
        String table = ops.stored(names.of(Part.PER_LAYER_TABLE) + ".weight", embeddings.vocabulary(), width);
        graph.node("Gather", "per_layer.stored", table, GraphContract.INPUT_IDS);
        ops.cast("per_layer.stored", "per_layer.looked_up", DType.F32);
        String rows = ops.scaled("per_layer.looked_up", Math.sqrt(embeddings.width()));
        String projected =
                ops.linear(names.of(Part.PER_LAYER_PROJECTION), ops.narrow(embedded), width, spec.hidden(), false);
        String scaled = ops.scaled(ops.widen(projected), 1 / Math.sqrt(spec.hidden()));
        graph.longs("per_layer.shape", new long[] {0, 0, layers, embeddings.width()}, 4);
        String byLayer = graph.node("Reshape", "per_layer.projected", scaled, "per_layer.shape");
        String normed = ops.headNorm(byLayer, names.of(Part.PER_LAYER_PROJECTION_NORM), embeddings.width());
        String looked = graph.node("Reshape", "per_layer.rows", rows, "per_layer.shape");
        String both = ops.scaled(graph.node("Add", "per_layer.sum", normed, looked), Math.sqrt(0.5));
        List<String> parts = new ArrayList<>();
        for (int l = 0; l < layers; l++) {
            parts.add("per_layer." + l);
        }
        graph.node("Split", List.of(both), parts, Map.of("axis", 2L, "num_outputs", (long) layers));
        graph.longs("per_layer.flat", new long[] {0, 0, -1}, 3);
    }

    /** What a layer adds to the stream behind its MLP. */
    String write(int layer, String stream) {
        PerLayerEmbeddings embeddings = Objects.requireNonNull(spec.perLayer());
        TensorNames names = spec.names();
        String name = names.layer(layer) + "per_layer.";
        String gate = ops.linear(
                names.of(Part.PER_LAYER_GATE, layer), ops.narrow(stream), embeddings.width(), spec.hidden(), false);
        String activated = ops.activated(spec.mlp().activation(), name + "activated", gate);
        String mine = ops.narrow(graph.node("Reshape", name + "input", "per_layer." + layer, "per_layer.flat"));
        String inner = graph.node("Mul", name + "inner", activated, mine);
        String output =
                ops.linear(names.of(Part.PER_LAYER_OUTPUT, layer), inner, spec.hidden(), embeddings.width(), false);
        return ops.norm(ops.widen(output), names.of(Part.PER_LAYER_NORM, layer));
    }
}
