package dev.steering.model.tokenizer;

import dev.steering.core.SteeringException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Opens and uses one tokenizer file after the other, in a process that may die of it. */
final class TokenizerTrial {
    private TokenizerTrial() {}

    /**
     * Prints {@code NAME} before each file and {@code opened} or {@code refused: MESSAGE} after it.
     *
     * @param args a folder, and how many of its files, in the order of their names, are to be left out
     */
    public static void main(String[] args) throws Exception {
        List<Path> files;
        try (Stream<Path> all = Files.list(Path.of(args[0]))) {
            files = all.sorted().skip(Long.parseLong(args[1])).toList();
        }
        for (Path file : files) {
            System.out.println(file.getFileName());
            System.out.println(outcome(file).lines().findFirst().orElse(""));
        }
    }

    private static String outcome(Path file) {
        try (Tokenizer tokenizer = Tokenizer.open(file)) {
            int[] ids = tokenizer.encode("Hello   \u2581w\u00f6rld  12 <|x|> </s> \ud83d\ude00 a", true);
            tokenizer.encode("a".repeat(45) + "!", false);
            tokenizer.decode(ids, true);
            tokenizer.decode(ids, false);
            tokenizer.decode(new int[] {0, 1, 2, 3, 40, 70, 1_000_000, -1}, false);
            // A piece that is all that a decoder strips.
            for (int id : ids) {
                tokenizer.decode(new int[] {id}, false);
            }
            return "opened";
        } catch (SteeringException e) {
            return "refused: " + e.getMessage();
        } catch (RuntimeException e) {
            return "failed: " + e;
        }
    }
}
