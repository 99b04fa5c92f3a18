package dev.steering.export.instrument.find;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.core.SteeringException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;

/**
 * Decoders whose layers are not all attention and MLP with a norm before each: points are named {@code x0}, {@code x1}, ... where the
 * graph is written. Weights that begin with {@code layers.N.} are named as exporters do; others say nothing.
 */
class ArchitecturesTest {
    private final FlowGraph graph = new FlowGraph();

    private String prefix(boolean named, int layer) {
        return named ? "model.layers." + layer + "." : "w" + layer + "_";
    }

    /** A mixer and an MLP, each behind a norm. */
    private String layer(int layer, String from, boolean named, BiFunction<String, String, String> mixer) {
        String p = prefix(named, layer);
        String middle = graph.add("a" + layer, from, mixer.apply(graph.norm(from, p + "norm1"), p));
        return graph.add("x" + (layer + 1), middle, graph.mlp(graph.norm(middle, p + "norm2"), p));
    }

    private static List<String> stream(int layers) {
        List<String> points = new ArrayList<>();
        for (int p = 0; p <= layers; p++) {
            points.add("x" + p);
        }
        return points;
    }

    private String refusal() {
        return String.valueOf(
                assertThrows(SteeringException.class, () -> graph.points()).getMessage());
    }

    private void hybrid(boolean named, List<BiFunction<String, String, String>> mixers) {
        String stream = graph.embedding();
        for (int l = 0; l < mixers.size(); l++) {
            stream = layer(l, stream, named, mixers.get(l));
        }
        graph.head(stream);
        assertEquals(stream(mixers.size()), graph.points());
    }

    @Test
    void convolutionsAndAttention() {
        hybrid(true, List.of(graph::convolution, graph::attention, graph::convolution, graph::attention));
    }

    @Test
    void convolutionsAndAttentionWithoutNames() {
        hybrid(false, List.of(graph::convolution, graph::convolution, graph::attention, graph::convolution));
    }

    @Test
    void linearAndSoftmaxAttention() {
        hybrid(
                false,
                List.of(graph::linearAttention, graph::linearAttention, graph::linearAttention, graph::attention));
    }

    /** A cache tells of the layers that read it; here every second one has none, and nothing else counts them. */
    @Test
    void layersWithoutACacheBetweenOthersWithOne() {
        String stream = graph.embedding();
        for (int l = 0; l < 4; l++) {
            stream = l % 2 == 0
                    ? layer(l, stream, false, graph::cachedAttention)
                    : layer(l, stream, false, graph::linearAttention);
        }
        graph.head(stream);
        assertEquals(stream(4), graph.points(null, Set.of("w0_past", "w2_past")));
    }

    @Test
    void expertsBesideACacheAreNoLayers() {
        String stream = graph.embedding();
        for (int l = 0; l < 2; l++) {
            String p = prefix(false, l);
            String middle = graph.add("a" + l, stream, graph.cachedAttention(graph.norm(stream, p + "norm1"), p));
            stream = graph.add("x" + (l + 1), middle, graph.experts(graph.norm(middle, p + "norm2"), p));
        }
        graph.head(stream);
        assertEquals(stream(2), graph.points(null, Set.of("w0_past", "w1_past")));
    }

    @Test
    void stateSpacesAndAttention() {
        hybrid(false, List.of(graph::stateSpace, graph::attention, graph::stateSpace));
    }

    @Test
    void nothingButLinearAttention() {
        hybrid(false, List.of(graph::linearAttention, graph::linearAttention));
    }

    @Test
    void attentionAndStateSpaceSideBySide() {
        hybrid(
                false,
                List.of(
                        (n, p) -> graph.op("Add", graph.attention(n, p), graph.stateSpace(n, p + "ssm_")),
                        (n, p) -> graph.op("Add", graph.attention(n, p), graph.stateSpace(n, p + "ssm_"))));
    }

    /** As Mamba's: one branch a layer. */
    @Test
    void stateSpacesWithoutMlp() {
        String stream = graph.embedding();
        for (int l = 0; l < 3; l++) {
            String p = prefix(true, l);
            stream = graph.add("x" + (l + 1), stream, graph.stateSpace(graph.norm(stream, p + "norm"), p));
        }
        graph.head(stream);
        assertEquals(stream(3), graph.points());
    }

    /** As RWKV's: the second branch of a layer looks at the token before, too, by a shift. */
    @Test
    void tokenShifts() {
        String stream = graph.embedding();
        for (int l = 0; l < 3; l++) {
            String p = prefix(false, l);
            String mixed = graph.linearAttention(graph.norm(stream, p + "norm1"), p);
            String middle = graph.add("a" + l, stream, mixed);
            String normed = graph.norm(middle, p + "norm2");
            String shifted = graph.op("Sub", graph.op("Pad", normed, graph.weight("one")), normed);
            stream = graph.add("x" + (l + 1), middle, graph.mlp(graph.op("Add", shifted, normed), p));
        }
        graph.head(stream);
        assertEquals(stream(3), graph.points());
    }

    @Test
    void expertsAreNoLayers() {
        String stream = graph.embedding();
        for (int l = 0; l < 2; l++) {
            String p = prefix(false, l);
            String mixed = l == 0
                    ? graph.stateSpace(graph.norm(stream, p + "norm1"), p)
                    : graph.attention(graph.norm(stream, p + "norm1"), p);
            String middle = graph.add("a" + l, stream, mixed);
            stream = graph.add("x" + (l + 1), middle, graph.experts(graph.norm(middle, p + "norm2"), p));
        }
        graph.head(stream);
        assertEquals(stream(2), graph.points());
    }

    @Test
    void kernelsOfWidthOneAreNoMixers() {
        String stream = graph.embedding();
        for (int l = 0; l < 2; l++) {
            String p = prefix(false, l);
            String middle = graph.add("a" + l, stream, graph.attention(graph.norm(stream, p + "norm1"), p));
            String up = graph.op("Conv", graph.norm(middle, p + "norm2"), graph.weight(p + "up"));
            graph.kernel(1);
            stream = graph.add("x" + (l + 1), middle, up);
        }
        graph.head(stream);
        assertEquals(stream(2), graph.points());
    }

    @Test
    void attentionAndMlpSideBySide() {
        String stream = graph.embedding();
        for (int l = 0; l < 2; l++) {
            String p = prefix(false, l);
            String normed = graph.norm(stream, p + "norm");
            String both = graph.op("Add", graph.attention(normed, p), graph.mlp(normed, p));
            stream = graph.add("x" + (l + 1), stream, both);
        }
        graph.head(stream);
        assertEquals(stream(2), graph.points());
    }

    private String scaled(int layer, String from, boolean named) {
        String p = prefix(named, layer);
        String middle = graph.add("a" + layer, from, graph.attention(graph.norm(from, p + "norm1"), p));
        String sum = graph.add("s" + layer, middle, graph.mlp(graph.norm(middle, p + "norm2"), p));
        return graph.node("Mul", "x" + (layer + 1), sum, graph.weight(p + "scalar"));
    }

    @Test
    void everyLayerScaled() {
        String stream = graph.embedding();
        for (int l = 0; l < 3; l++) {
            stream = scaled(l, stream, false);
        }
        graph.head(stream);
        assertEquals(stream(3), graph.points());
    }

    /** The head's own scale behind it is as little a layer's as the final norm is. */
    @Test
    void everyLayerScaledAndTheLogitsToo() {
        String stream = graph.embedding();
        for (int l = 0; l < 3; l++) {
            stream = scaled(l, stream, false);
        }
        String raw = graph.op("MatMul", graph.norm(stream, "final"), graph.weight("head"));
        graph.logits(graph.node("Mul", "capped", graph.op("Tanh", raw), graph.weight("cap")));
        assertEquals(stream(3), graph.points());
    }

    @Test
    void onlyTheLastLayerScaledByItsOwnWeight() {
        String stream = layer(0, graph.embedding(), true, graph::attention);
        graph.head(scaled(1, stream, true));
        assertEquals(stream(2), graph.points());
    }

    @Test
    void aScaleBehindTheLastLayerThatNoNameExplains() {
        String stream = layer(0, graph.embedding(), false, graph::attention);
        graph.head(scaled(1, stream, false));
        assertTrue(refusal().contains("no name says whether it belongs to the last layer"), refusal());
    }

    /** Scaled before each layer: like scaled behind each, but for the ends. */
    @Test
    void aScaleInFrontOfEveryLayerThatNoNameExplains() {
        String stream = graph.embedding();
        for (int l = 0; l < 2; l++) {
            stream = layer(l, graph.op("Mul", stream, graph.weight("scale" + l)), false, graph::attention);
        }
        graph.head(stream);
        assertTrue(refusal().contains("whether the scale ends a layer or begins one"), refusal());
    }

    @Test
    void namesContradictAScaleInFrontOfEveryLayer() {
        String stream = graph.embedding();
        for (int l = 0; l < 2; l++) {
            String scale = graph.weight("model.layers." + l + ".scale");
            stream = layer(l, graph.op("Mul", stream, scale), true, graph::attention);
        }
        graph.head(stream);
        assertTrue(refusal().contains("is named as part of layer"), refusal());
    }

    @Test
    void normsBehindTheSums() {
        String stream = graph.embedding();
        for (int l = 0; l < 2; l++) {
            String p = prefix(false, l);
            String middle = graph.norm(graph.op("Add", stream, graph.attention(stream, p)), p + "norm1");
            String sum = graph.op("Add", middle, graph.mlp(middle, p));
            stream = graph.node("LayerNormalization", "x" + (l + 1), sum, graph.weight(p + "norm2"));
        }
        graph.plainHead(stream);
        assertEquals(stream(2), graph.points());
    }

    @Test
    void normsBehindTheSumsAndAFinalNorm() {
        String stream = graph.embedding();
        for (int l = 0; l < 2; l++) {
            String p = prefix(false, l);
            String middle = graph.op("LayerNormalization", graph.op("Add", stream, graph.attention(stream, p)));
            String sum = graph.op("Add", middle, graph.mlp(middle, p));
            stream = graph.node("LayerNormalization", "x" + (l + 1), sum, graph.weight(p + "norm2"));
        }
        graph.plainHead(graph.op("LayerNormalization", stream));
        assertEquals(stream(2), graph.points());
    }

    @Test
    void noFinalNorm() {
        String stream = graph.embedding();
        for (int l = 0; l < 2; l++) {
            stream = layer(l, stream, false, graph::attention);
        }
        graph.plainHead(stream);
        assertEquals(stream(2), graph.points());
    }

    /** As OPT-350m: narrow embeddings, widened before the first layer and narrowed behind the last. */
    @Test
    void linearLayersAroundTheLayers() {
        graph.node("Gather", "narrow", graph.weight("table"), "ids");
        String stream = graph.node("MatMul", "x0", "narrow", graph.weight("project_in"));
        for (int l = 0; l < 2; l++) {
            stream = layer(l, stream, false, graph::attention);
        }
        graph.plainHead(graph.linear(graph.norm(stream, "final"), "project_out"));
        assertEquals(stream(2), graph.points());
    }

    /** An operator that nobody has heard of mixes tokens in the first layer. */
    @Test
    void aLayerThatIsNotUnderstoodIsNoEmbedding() {
        String stream = layer(0, graph.embedding(), false, (n, p) -> graph.op("Unheard", graph.linear(n, p + "in")));
        stream = layer(1, stream, false, graph::attention);
        graph.head(stream);
        assertTrue(refusal().contains("rule: point 0 is the embedding"), refusal());
    }

    @Test
    void aLayerThatIsNotUnderstoodInTheMiddle() {
        String stream = layer(0, graph.embedding(), false, graph::attention);
        stream = layer(1, stream, false, (n, p) -> graph.op("Unheard", graph.linear(n, p + "in")));
        stream = layer(2, stream, false, graph::attention);
        graph.head(stream);
        assertTrue(refusal().contains("layers are alike"), refusal());
    }

    @Test
    void namesCountMoreLayers() {
        String stream = graph.embedding();
        for (int l = 0; l < 4; l++) {
            stream = l % 2 == 0
                    ? layer(l, stream, true, graph::attention)
                    : layer(l, stream, true, (n, p) -> graph.op("Unheard", graph.linear(n, p + "in")));
        }
        graph.head(stream);
        assertTrue(refusal().contains("the data flow shows 2 layers, but names such as"), refusal());
    }

    @Test
    void theConfigurationCountsMoreLayers() {
        String stream = graph.embedding();
        for (int l = 0; l < 2; l++) {
            stream = layer(l, stream, false, graph::attention);
        }
        graph.head(stream);
        String message = String.valueOf(
                assertThrows(SteeringException.class, () -> graph.points(4)).getMessage());
        assertTrue(message.contains("the data flow shows 2 layers, but config.json counts 4"), message);
        assertEquals(stream(2), graph.points(2));
    }
}
