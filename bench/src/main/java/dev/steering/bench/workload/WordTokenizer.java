package dev.steering.bench.workload;

import dev.steering.core.BadFile;
import dev.steering.model.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A word for every token, for models of a published shape, which have no tokenizer. */
final class WordTokenizer {
    private WordTokenizer() {}

    /**
     * @param vocabulary number of tokens
     * @return a tokenizer; the caller closes it
     */
    static Tokenizer open(int vocabulary) {
        String words = IntStream.range(0, vocabulary)
                .mapToObj(token -> "\"t" + token + "\":" + token)
                .collect(Collectors.joining(","));
        try {
            Path file = Files.createTempFile("words", ".json");
            try {
                Files.writeString(
                        file,
                        "{\"version\":\"1.0\",\"model\":{\"type\":\"WordLevel\",\"vocab\":{" + words
                                + "},\"unk_token\":\"t0\"}}");
                return Tokenizer.open(file);
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new BadFile("Cannot write a temporary tokenizer: " + e.getMessage(), e);
        }
    }
}
