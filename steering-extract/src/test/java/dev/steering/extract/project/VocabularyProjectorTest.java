package dev.steering.extract.project;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.core.SteeringException;
import dev.steering.core.bundle.BundleManifest.TensorReference;
import dev.steering.core.safetensors.SafetensorsFile;
import dev.steering.core.vector.LayerMatrix;
import dev.steering.core.vector.Projection;
import dev.steering.core.vector.Projection.TokenScore;
import dev.steering.extract.DemoModel;
import dev.steering.extract.project.Segments.Segment;
import dev.steering.model.chat.ChatModel;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class VocabularyProjectorTest {
    private static final ChatModel MODEL = DemoModel.model();
    private static final LayerMatrix DIRECTIONS =
            LayerMatrix.of(6, 128, DemoModel.referenceTensors().floats("mean_difference_raw"));

    private static float[] tensor(TensorReference tensor) {
        return SafetensorsFile.open(MODEL.model().bundle().file(tensor.file())).floats(tensor.tensor());
    }

    /** All dot products of one layer's unit direction, one by one. */
    private static double[] naive(int layer, boolean finalNorm) {
        float[] head = tensor(MODEL.manifest().head());
        float[] gain = tensor(MODEL.manifest().finalNorm().weight());
        float[] unit = DIRECTIONS.unit().row(layer);
        double[] scores = new double[MODEL.manifest().vocabulary()];
        for (int token = 0; token < scores.length; token++) {
            for (int i = 0; i < unit.length; i++) {
                scores[token] += (double) head[token * unit.length + i] * unit[i] * (finalNorm ? gain[i] : 1);
            }
        }
        return scores;
    }

    @Test
    void agreesWithANaiveComputation() {
        for (boolean finalNorm : new boolean[] {false, true}) {
            VocabularyProjector.Reading reading = VocabularyProjector.withDefaults()
                    .withTopK(7)
                    .withFinalNorm(finalNorm)
                    .read(MODEL, DIRECTIONS);
            for (int l = 0; l < 6; l++) {
                double[] scores = naive(l, finalNorm);
                List<Integer> expected = IntStream.range(0, scores.length)
                        .boxed()
                        .sorted(Comparator.comparingDouble((Integer id) -> -scores[id]))
                        .limit(7)
                        .toList();
                List<TokenScore> top = reading.layers().get(l).topTokens();
                assertEquals(expected, top.stream().map(TokenScore::id).toList());
                for (TokenScore token : top) {
                    assertEquals(scores[token.id()], token.score(), 1e-5);
                    assertEquals(MODEL.tokenizer().decode(new int[] {token.id()}, false), token.text());
                }
            }
        }
    }

    @Test
    void theLaterLayersOfTheDemoModelSpeakOfRefusal() {
        VocabularyProjector.Reading reading = VocabularyProjector.withDefaults().read(MODEL, DIRECTIONS);
        assertEquals(3, reading.segments().size());
        Projection last = reading.segments().get(2);
        assertEquals(4, last.firstLayer());
        assertEquals(5, last.lastLayer());
        assertTrue(last.refusalScore() > reading.segments().get(0).refusalScore());
        assertTrue(
                last.topTokens().stream().anyMatch(t -> t.refusal() && t.text().equals("Sorry")));
    }

    @Test
    void refusalScoreIsTheShareOfPositiveScore() {
        List<TokenScore> scores = List.of(
                new TokenScore(1, "a", 3, false), new TokenScore(2, "b", 1, true), new TokenScore(3, "c", -5, true));
        assertEquals(0.25, VocabularyProjector.refusalScore(scores));
        assertEquals(0, VocabularyProjector.refusalScore(List.of(new TokenScore(3, "c", -5, true))));
    }

    @Test
    void refusalTokensAreWholeWordsAndDistinctiveBeginnings() {
        List<String> texts = RefusalTokens.of(MODEL).texts(MODEL.tokenizer());
        assertTrue(
                texts.containsAll(List.of(" cannot", "Sorry", " sorry", "Unfortunately", " refuse")), texts.toString());
        assertFalse(texts.contains(" can"), texts.toString());
        RefusalTokens own = RefusalTokens.of(MODEL, List.of("Sorry"));
        assertEquals(
                List.of("Sorry", " sorry"),
                own.texts(MODEL.tokenizer()).stream()
                        .sorted(Comparator.reverseOrder())
                        .toList());
        assertThrows(SteeringException.class, () -> RefusalTokens.of(MODEL, List.of()));
    }

    /** "val" is a token that words go on with, as in "interval"; there is none that begins a word. */
    @Test
    void theMiddleOfAWordIsNoRefusalToken() {
        int fragment = MODEL.tokenizer().encode("interval", false)[1];
        assertTrue(IntStream.range(0, MODEL.manifest().vocabulary())
                .anyMatch(id -> MODEL.tokenizer().decode(new int[] {id}, false).equals("val")));
        String message = assertThrows(SteeringException.class, () -> RefusalTokens.of(MODEL, List.of("sorry", "val")))
                .getMessage();
        assertTrue(message.startsWith("No token of this vocabulary begins the word 'val' or is it"), message);
        assertFalse(RefusalTokens.of(MODEL).contains(fragment));
    }

    @Test
    void anUnknownWordIsAnErrorThatNamesTheNearest() {
        String message = assertThrows(SteeringException.class, () -> RefusalTokens.of(MODEL, List.of("xyzzy", "sorri")))
                .getMessage();
        assertTrue(
                message.startsWith("No token of this vocabulary begins the words 'xyzzy', 'sorri' or is it"), message);
        assertTrue(message.contains("; sorry, "), message);
    }

    @Test
    void refusesDirectionsOfAnotherModel() {
        LayerMatrix other = LayerMatrix.of(new float[5][128]);
        String message = assertThrows(SteeringException.class, () -> VocabularyProjector.withDefaults()
                        .read(MODEL, other))
                .getMessage();
        assertTrue(message.startsWith("The directions are 5 x 128"), message);
    }

    @Test
    void segmentsAreContiguousAndTheMiddleOneOfThirtyTwoIsThePapers() {
        assertEquals(List.of(new Segment(0, 9), new Segment(10, 20), new Segment(21, 31)), Segments.of(32));
        assertEquals(List.of(new Segment(0, 1), new Segment(2, 3), new Segment(4, 5)), Segments.of(6));
        assertEquals(List.of(new Segment(0, 0), new Segment(1, 1)), Segments.of(2));
    }

    @Test
    void aSegmentsComponentIsWhatItsDirectionsShare() {
        LayerMatrix unit = LayerMatrix.of(new float[][] {{-1, 0, 0}, {-0.8f, 0.6f, 0}, {-0.8f, -0.6f, 0}, {0, 0, 1}});
        float[] component = Segments.component(unit, new Segment(0, 2));
        assertEquals(-1, component[0], 1e-6);
        assertEquals(0, Segments.component(LayerMatrix.of(new float[2][3]), new Segment(0, 1))[0]);
    }

    @Test
    void equalScoresKeepTheSmallerTokenIds() {
        TopTokens top = new TopTokens(2);
        for (int id = 0; id < 5; id++) {
            top.offer(id, id == 3 ? 2 : 1);
        }
        assertEquals(
                List.of(3, 0),
                top.bestFirst().stream().map(TopTokens.Scored::id).toList());
    }
}
