package dev.steering.bench.workload;

import dev.steering.core.SteeringException;
import dev.steering.model.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A word for every token, {@code t0}, {@code t1} and so on with spaces between them, for models of a published shape, which have no
 * tokenizer.
 */
public final class WordTokenizer {
    private WordTokenizer() {}

    /**
     * @param vocabulary number of tokens
     * @return a tokenizer; the caller closes it
     * @throws SteeringException if its temporary file cannot be written
     */
    public static Tokenizer open(int vocabulary) {
        String words = IntStream.range(0, vocabulary)
                .mapToObj(token -> "\"t" + token + "\":" + token)
                .collect(Collectors.joining(","));
        try {
            Path file = Files.createTempFile("words", ".json");
            try {
                Files.writeString(
                        file,
                        "{\"version\":\"1.0\",\"pre_tokenizer\":{\"type\":\"WhitespaceSplit\"},\"model\":{\"type\":\"WordLevel\",\"vocab\":{"
                                + words + "},\"unk_token\":\"t0\"}}");
                return Tokenizer.open(file);
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new SteeringException("Cannot write a temporary tokenizer: " + e.getMessage(), e);
        }
    }
}
