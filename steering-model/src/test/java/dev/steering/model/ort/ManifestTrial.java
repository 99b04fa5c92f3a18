package dev.steering.model.ort;

import dev.steering.core.SteeringException;
import dev.steering.core.bundle.Bundle;
import dev.steering.model.pass.Capture;
import dev.steering.model.pass.ForwardRequest;
import dev.steering.model.pass.RuntimeOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Opens one bundle with one manifest after the other and runs it hard, in a process that may die of it. */
final class ManifestTrial {
    private static final int MOST_TOKENS = 400;

    private ManifestTrial() {}

    /**
     * Prints {@code NAME} before each manifest and {@code ran} or {@code refused: MESSAGE} after it.
     *
     * @param args a bundle, a folder of manifests, and how many of them, in the order of their names, are to be left out
     */
    public static void main(String[] args) throws Exception {
        Path bundle = Path.of(args[0]);
        List<Path> manifests;
        try (Stream<Path> all = Files.list(Path.of(args[1]))) {
            manifests = all.sorted().skip(Long.parseLong(args[2])).toList();
        }
        for (Path manifest : manifests) {
            System.out.println(manifest.getFileName());
            Files.write(bundle.resolve(Bundle.MANIFEST), Files.readAllBytes(manifest));
            System.out.println(outcome(bundle).lines().findFirst().orElse(""));
        }
    }

    private static String outcome(Path bundle) {
        RuntimeOptions options = RuntimeOptions.defaults().withThreads(1);
        try (LanguageModel model = LanguageModel.open(Bundle.open(bundle), options)) {
            StringBuilder refused = new StringBuilder();
            for (int[] tokens :
                    List.of(new int[] {5, 6, 7}, new int[] {-1}, new int[] {160}, new int[] {Integer.MAX_VALUE})) {
                attempt(() -> alone(model, tokens), refused);
            }
            attempt(() -> alone(model, TestModel.tokens(MOST_TOKENS, 3)), refused);
            attempt(() -> decode(model, 20, 60, 4), refused);
            attempt(() -> decode(model, MOST_TOKENS, MOST_TOKENS + 8, 4), refused);
            return refused.isEmpty() ? "ran" : "refused: " + refused;
        } catch (SteeringException e) {
            return "refused: " + e.getMessage();
        } catch (RuntimeException | OutOfMemoryError e) {
            return "failed: " + e;
        }
    }

    private static void attempt(Runnable what, StringBuilder refused) {
        try {
            what.run();
        } catch (SteeringException e) {
            refused.append(e.getMessage()).append(' ');
        }
    }

    private static void alone(LanguageModel model, int[] tokens) {
        model.forward(ForwardRequest.of(List.of(tokens))
                .withLogits(List.of(new int[] {tokens.length - 1}))
                .withCaptures(List.of(List.of(Capture.token(tokens.length - 1)))));
    }

    private static void decode(LanguageModel model, int prompt, int capacity, int steps) {
        try (KeyValueCache cache = model.newCache(2, capacity)) {
            model.forward(
                    ForwardRequest.of(List.of(TestModel.tokens(prompt, 1), TestModel.tokens(prompt / 2, 2))), cache);
            for (int i = 0; i < steps; i++) {
                model.forward(
                        ForwardRequest.of(List.of(new int[] {7}, new int[] {8}))
                                .withLogits(List.of(new int[] {0}, new int[] {0})),
                        cache);
            }
        }
    }
}
