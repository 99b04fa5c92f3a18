package dev.steering.export.instrument;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.model.ort.ForwardResult;
import dev.steering.model.ort.KeyValueCache;
import dev.steering.model.ort.LanguageModel;
import dev.steering.model.pass.Capture;
import dev.steering.model.pass.DirectionSet;
import dev.steering.model.pass.ForwardRequest;
import dev.steering.model.pass.GateSet;
import dev.steering.model.pass.PassSteering;
import dev.steering.model.pass.PassSteering.Gating;
import dev.steering.model.pass.Schedule;
import dev.steering.testkit.Fixtures;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The gates that instrumenting writes into somebody else's graph write what they read, at every point. */
class InstrumentedGatesTest {
    private static final int LENGTH = 6;
    private static final List<int[]> ROWS = List.of(new int[] {5, 9, 40, 41, 7, 12}, new int[] {30, 3, 8, 21, 6, 50});
    private static final List<Integer> READ = List.of(5, 2);

    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource({
        "opt-llama,1e-4",
        "opt-llama_nopast,1e-4",
        "opt-gpt2,1e-4",
        "dyn-qwen3_op23,1e-4",
        "genai-llama_fp32_cpu,1e-4",
        "var-llama_ortopt1,1e-4",
        "var-gpt2_fp16,2e-2"
    })
    void everyPointIsMovedByWhatIsReadThere(String name, double tolerance) {
        Path bundle = directory.resolve("bundle");
        Instrumenter.instrument(
                Fixtures.path("onnx-exports/" + name + "/model.onnx"), bundle, InstrumentOptions.defaults());
        try (LanguageModel model = LanguageModel.open(bundle)) {
            assertEquals("model-gated.onnx", model.manifest().gatedGraph());
            ForwardResult plain = model.forward(everything(null));
            for (int point = 0; point < model.manifest().points(); point++) {
                for (boolean own : new boolean[] {true, false}) {
                    assertMoved(model, plain, point, own, tolerance);
                }
            }
        }
    }

    /** As texts are written: the whole prompt, its last token again, then one more; against whole rows without a cache. */
    @ParameterizedTest
    @ValueSource(strings = {"opt-llama", "opt-llama_nopast", "genai-llama_fp32_cpu"})
    void cachesOfEveryKindHoldWhatWasWritten(String name) {
        Path bundle = directory.resolve("bundle");
        Instrumenter.instrument(
                Fixtures.path("onnx-exports/" + name + "/model.onnx"), bundle, InstrumentOptions.defaults());
        try (LanguageModel model = LanguageModel.open(bundle);
                KeyValueCache cache = model.newCache(2, 16)) {
            GateSet gates = new GateSet(
                    at(model, 1, random(model, 1)), at(model, 1, random(model, 2)), List.of(GateSet.Shape.OF_ROW));
            Schedule prompt = (position, gate) -> position < LENGTH ? 3f : 0f;
            PassSteering steering = PassSteering.gated(new Gating(gates, List.of(prompt), List.of(LENGTH - 1)));
            model.forward(ForwardRequest.of(ROWS).withSteering(steering), cache);
            cache.rewind(0, LENGTH - 1);
            cache.rewind(1, LENGTH - 1);
            List<int[]> last =
                    ROWS.stream().map(row -> new int[] {row[LENGTH - 1]}).toList();
            ForwardResult first =
                    model.forward(ForwardRequest.of(last).withSteering(steering).withLastLogits(), cache);
            List<int[]> next = List.of(new int[] {11}, new int[] {12});
            ForwardResult second =
                    model.forward(ForwardRequest.of(next).withSteering(steering).withLastLogits(), cache);
            for (int row = 0; row < 2; row++) {
                int[] whole = Arrays.copyOf(ROWS.get(row), LENGTH + 1);
                whole[LENGTH] = next.get(row)[0];
                ForwardResult alone = model.forward(ForwardRequest.of(List.of(whole))
                        .withSteering(steering)
                        .withLogits(List.of(new int[] {LENGTH - 1, LENGTH})));
                assertArrayEquals(alone.logits(0, 0), first.logits(row, 0), 1e-4f);
                assertArrayEquals(alone.logits(0, 1), second.logits(row, 0), 1e-4f);
                ForwardResult plain = model.forward(
                        ForwardRequest.of(List.of(whole)).withLogits(List.of(new int[] {LENGTH - 1, LENGTH})));
                assertFalse(Arrays.equals(plain.logits(0, 1), alone.logits(0, 1)));
            }
        }
    }

    private static void assertMoved(
            LanguageModel model, ForwardResult plain, int point, boolean own, double tolerance) {
        float[] read = random(model, point);
        float[] written = random(model, 100 + point);
        GateSet gates = new GateSet(
                at(model, point, read),
                at(model, point, written),
                List.of(own ? GateSet.Shape.OF_POSITION : GateSet.Shape.OF_ROW));
        Schedule some = (position, gate) -> position == 1 ? 0 : 0.5f;
        ForwardResult moved = model.forward(everything(PassSteering.gated(new Gating(gates, List.of(some), READ))));
        for (int row = 0; row < ROWS.size(); row++) {
            for (int i = 0; i < LENGTH; i++) {
                float[] x = plain.captured(row, point, i);
                float[] source = own ? x : plain.captured(row, point, READ.get(row));
                double scale = i == 1 ? 0 : 0.5 * dot(source, read);
                float[] found = moved.captured(row, point, i);
                double largest = 1e-3;
                double difference = 0;
                for (int h = 0; h < x.length; h++) {
                    double expected = x[h] + scale * written[h];
                    largest = Math.max(largest, Math.abs(expected));
                    difference = Math.max(difference, Math.abs(expected - found[h]));
                }
                assertTrue(
                        difference <= tolerance * largest,
                        "point " + point + ", row " + row + ", token " + i + ": " + difference + " of " + largest);
            }
        }
    }

    private static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }

    private static float[] random(LanguageModel model, long seed) {
        Random random = new Random(seed);
        float[] vector = new float[model.manifest().hidden()];
        for (int i = 0; i < vector.length; i++) {
            vector[i] = (float) (random.nextGaussian() / Math.sqrt(vector.length));
        }
        return vector;
    }

    private static DirectionSet at(LanguageModel model, int point, float[] vector) {
        float[][] points = new float[model.manifest().points()][vector.length];
        points[point] = vector;
        return DirectionSet.of(new float[][][] {points});
    }

    private static ForwardRequest everything(@Nullable PassSteering steering) {
        List<Capture> each = IntStream.range(0, LENGTH).mapToObj(Capture::token).toList();
        return ForwardRequest.of(ROWS)
                .withSteering(steering)
                .withCaptures(Collections.nCopies(ROWS.size(), each))
                .withLastLogits();
    }
}
