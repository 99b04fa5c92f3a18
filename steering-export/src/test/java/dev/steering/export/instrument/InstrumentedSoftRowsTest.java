package dev.steering.export.instrument;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.steering.core.bundle.GraphSignature.CacheMode;
import dev.steering.core.softprompt.SoftPrompt;
import dev.steering.model.ort.ForwardResult;
import dev.steering.model.ort.KeyValueCache;
import dev.steering.model.ort.LanguageModel;
import dev.steering.model.pass.Capture;
import dev.steering.model.pass.ForwardRequest;
import dev.steering.model.pass.PassSteering;
import dev.steering.model.softprompt.SoftRows;
import dev.steering.testkit.Fixtures;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Soft prompts need nothing of a graph but its steering inputs: those that instrumenting writes will do. */
class InstrumentedSoftRowsTest {
    private static final double LOGIT_TOLERANCE = 1e-4;
    private static final int NEW_TOKENS = 16;

    @TempDir
    private Path directory;

    /** Rows that are other tokens' embedding outputs are those tokens, whatever the graph and its cache. */
    @ParameterizedTest
    @ValueSource(strings = {"opt-llama", "opt-llama_nopast", "genai-llama_fp32_cpu"})
    void foreignGraphsOfEveryCacheKind(String name) {
        Path bundle = directory.resolve("bundle");
        Path onnx = Fixtures.path("onnx-exports/" + name + "/model.onnx");
        Instrumenter.instrument(onnx, bundle, InstrumentOptions.defaults());
        try (LanguageModel model = LanguageModel.open(bundle)) {
            int[] wanted = {40, 41, 42};
            SoftPrompt prompt =
                    SoftPrompt.of("", List.of(30, 30, 12), model.manifest().hidden(), outputs(model, wanted));
            SoftRows rows = SoftRows.of(model, List.of(prompt), 1, 2);
            int[] before = {5, 6};
            List<int[]> behind = List.of(new int[] {9, 80, 41}, new int[] {11});
            List<int[]> soft = behind.stream()
                    .map(tail -> concat(before, rows.tokens(0), tail))
                    .toList();
            List<int[]> hard =
                    behind.stream().map(tail -> concat(before, wanted, tail)).toList();
            List<List<Integer>> softWritten = new ArrayList<>();
            List<List<Integer>> hardWritten = new ArrayList<>();
            ForwardResult softFirst = write(model, soft, rows.steering(0), softWritten);
            ForwardResult hardFirst = write(model, hard, null, hardWritten);
            for (int row = 0; row < 2; row++) {
                assertArrayEquals(hardFirst.logits(row, 0), softFirst.logits(row, 0), (float) LOGIT_TOLERANCE);
            }
            assertEquals(hardWritten, softWritten);
        }
    }

    private static float[] outputs(LanguageModel model, int[] tokens) {
        List<Capture> each =
                IntStream.range(0, tokens.length).mapToObj(Capture::token).toList();
        ForwardResult result = model.forward(ForwardRequest.of(List.of(tokens)).withCaptures(List.of(each)));
        int hidden = model.manifest().hidden();
        float[] all = new float[tokens.length * hidden];
        for (int k = 0; k < tokens.length; k++) {
            System.arraycopy(result.captured(0, 0, k), 0, all, k * hidden, hidden);
        }
        return all;
    }

    /** Greedy; only what computes the prompt's positions is steered. Returns the prompts' last logits. */
    private static ForwardResult write(
            LanguageModel model, List<int[]> prompts, @Nullable PassSteering steering, List<List<Integer>> written) {
        boolean again = model.manifest().signature().cache().mode() == CacheMode.NONE;
        prompts.forEach(prompt -> written.add(new ArrayList<>()));
        try (KeyValueCache cache = model.newCache(prompts.size(), 64)) {
            ForwardResult first = model.forward(
                    ForwardRequest.of(prompts).withSteering(steering).withLastLogits(), cache);
            ForwardResult result = first;
            for (int step = 0; step < NEW_TOKENS; step++) {
                List<int[]> next = new ArrayList<>();
                for (int row = 0; row < prompts.size(); row++) {
                    float[] logits = result.logits(row, 0);
                    int best = IntStream.range(0, logits.length).reduce(0, (a, b) -> logits[b] > logits[a] ? b : a);
                    written.get(row).add(best);
                    next.add(new int[] {best});
                }
                result = model.forward(
                        ForwardRequest.of(next)
                                .withSteering(again ? steering : null)
                                .withLastLogits(),
                        cache);
            }
            return first;
        }
    }

    private static int[] concat(int[]... parts) {
        return Arrays.stream(parts).flatMapToInt(Arrays::stream).toArray();
    }
}
