package dev.steering.model.softprompt;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.core.SteeringException;
import dev.steering.core.bundle.GraphSignature.CacheMode;
import dev.steering.core.bundle.GraphSignature.Padding;
import dev.steering.core.safetensors.DType;
import dev.steering.core.safetensors.SafetensorsFile;
import dev.steering.core.softprompt.SoftPrompt;
import dev.steering.model.ort.ForwardResult;
import dev.steering.model.ort.KeyValueCache;
import dev.steering.model.ort.LanguageModel;
import dev.steering.model.pass.Capture;
import dev.steering.model.pass.ForwardRequest;
import dev.steering.model.pass.PassSteering;
import dev.steering.testkit.FixtureBundle;
import dev.steering.testkit.ToyDecoder;
import dev.steering.testkit.ToyDecoder.Layout;
import dev.steering.testkit.ToyDecoder.Positions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Soft prompts through the steering inputs give what transformers gives with inputs_embeds. */
class SoftRowsTest {
    private static final double LOGIT_TOLERANCE = 1e-4;
    private static final int NEW_TOKENS = 16;

    @TempDir
    private Path directory;

    /** Values of {@code src/test/scripts/golden_soft_prompts.py}. */
    @ParameterizedTest
    @ValueSource(strings = {"gemma", "llama", "demo"})
    void agreesWithInputEmbeddingsOfTransformers(String name) {
        SafetensorsFile golden =
                SafetensorsFile.open(Path.of("src/test/resources/soft-prompts", name + ".safetensors"));
        FixtureBundle.valueOf(name.toUpperCase(Locale.ROOT)).unpack(directory.resolve("bundle"));
        try (LanguageModel model = LanguageModel.open(directory.resolve("bundle"))) {
            int hidden = model.manifest().hidden();
            int[] before = ints(golden.longs("before"));
            double scale = name.equals("gemma") ? Math.sqrt(hidden) : 1;
            SoftPrompt prompt = SoftPrompt.of("", list(golden.longs("initial")), hidden, golden.floats("soft"));
            SoftRows rows = SoftRows.of(model, List.of(prompt), scale, before.length);
            List<int[]> batch = new ArrayList<>();
            int width = (int) golden.tensor("behind").size(1);
            long[] behind = golden.longs("behind");
            for (int row = 0; row < 2; row++) {
                long[] tokens = Arrays.stream(behind, row * width, (row + 1) * width)
                        .filter(token -> token >= 0)
                        .toArray();
                batch.add(concat(before, rows.tokens(0), ints(tokens)));
            }
            float[] logits = golden.floats("logits");
            long[] greedy = golden.longs("greedy");
            int vocabulary = model.manifest().vocabulary();
            List<List<Integer>> written = new ArrayList<>();
            ForwardResult first = write(model, batch, rows.steering(0), written);
            for (int row = 0; row < 2; row++) {
                float[] expected = Arrays.copyOfRange(logits, row * vocabulary, (row + 1) * vocabulary);
                assertArrayEquals(expected, first.logits(row, 0), (float) LOGIT_TOLERANCE, name + " row " + row);
                assertEquals(
                        list(Arrays.copyOfRange(greedy, row * NEW_TOKENS, (row + 1) * NEW_TOKENS)), written.get(row));
            }
        }
    }

    @Test
    void everyRowOfABatchHasItsOwn() {
        FixtureBundle.LLAMA.unpack(directory.resolve("bundle"));
        try (LanguageModel model = LanguageModel.open(directory.resolve("bundle"))) {
            int[][] wanted = {{40, 41, 42}, {50, 51}};
            SoftRows rows = SoftRows.of(
                    model,
                    List.of(
                            SoftPrompt.of("", List.of(3, 4, 5), 64, outputs(model, wanted[0])),
                            SoftPrompt.of("", List.of(6, 7), 64, outputs(model, wanted[1]))),
                    1,
                    1);
            int[] before = {9};
            int[] behind = {10, 11};
            List<int[]> soft = List.of(
                    concat(before, rows.tokens(1), behind),
                    concat(before, rows.tokens(0), behind),
                    concat(before, rows.tokens(1), behind));
            List<int[]> hard = List.of(
                    concat(before, wanted[1], behind),
                    concat(before, wanted[0], behind),
                    concat(before, wanted[1], behind));
            ForwardResult expected = model.forward(ForwardRequest.of(hard).withLastLogits());
            ForwardResult found = model.forward(
                    ForwardRequest.of(soft).withSteering(rows.steering(1, 0, 1)).withLastLogits());
            for (int row = 0; row < 3; row++) {
                assertArrayEquals(expected.logits(row, 0), found.logits(row, 0), (float) LOGIT_TOLERANCE);
            }
        }
    }

    @Test
    void untunedRowsAreTheirTokensToTheBit() {
        FixtureBundle.LLAMA.unpack(directory.resolve("bundle"));
        try (LanguageModel model = LanguageModel.open(directory.resolve("bundle"))) {
            int[] tokens = {30, 31, 32};
            SoftPrompt prompt = SoftPrompt.of("", List.of(30, 31, 32), 64, outputs(model, tokens));
            SoftRows rows = SoftRows.of(model, List.of(prompt), 1, 1);
            List<int[]> batch = List.of(concat(new int[] {4}, tokens, new int[] {9, 9}));
            assertArrayEquals(
                    model.forward(ForwardRequest.of(batch).withLastLogits()).logits(0, 0),
                    model.forward(ForwardRequest.of(batch)
                                    .withSteering(rows.steering(0))
                                    .withLastLogits())
                            .logits(0, 0));
        }
    }

    @Test
    void whatDoesNotFitIsRefused() {
        Path learnedPositions = directory.resolve("toy");
        new ToyDecoder(Padding.LEFT, Positions.GIVEN, Layout.SPLIT, DType.I64).write(learnedPositions);
        try (LanguageModel model = LanguageModel.open(learnedPositions)) {
            int hidden = model.manifest().hidden();
            assertTrue(refusal(model, SoftPrompt.of("", List.of(3, 4), hidden, new float[2 * hidden]))
                    .contains("adds positions to its embeddings"));
            assertTrue(refusal(model, SoftPrompt.of("", List.of(3), 7, new float[7]))
                    .contains("has rows of 7, but"));
            assertTrue(refusal(model, SoftPrompt.of("", List.of(100000), hidden, new float[hidden]))
                    .contains("token 100000 is not in the vocabulary"));
        }
    }

    private static String refusal(LanguageModel model, SoftPrompt prompt) {
        return String.valueOf(assertThrows(SteeringException.class, () -> SoftRows.of(model, List.of(prompt), 1, 1))
                .getMessage());
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

    private static int[] ints(long[] values) {
        return Arrays.stream(values).mapToInt(Math::toIntExact).toArray();
    }

    private static List<Integer> list(long[] values) {
        return Arrays.stream(values).mapToObj(Math::toIntExact).toList();
    }
}
