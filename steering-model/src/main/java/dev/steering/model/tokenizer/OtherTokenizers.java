package dev.steering.model.tokenizer;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Names the tokenizers of other libraries that a directory without {@code tokenizer.json} may have. Stateless and thread-safe. */
public final class OtherTokenizers {
    private static final List<String> SENTENCEPIECE =
            List.of("tokenizer.model", "spiece.model", "sentencepiece.bpe.model", "spm.model");

    /** A tiktoken file's lines: a token in base64, and its rank. */
    private static final Pattern RANKED = Pattern.compile("[A-Za-z0-9+/]+={0,2} [0-9]+\\s(?s:.*)");

    private static final int BEGINNING = 256;

    private OtherTokenizers() {}

    /**
     * @param directory a model's directory
     * @return what is there in place of a {@code tokenizer.json} and how it becomes one, as whole sentences; null if there is one, or nothing
     */
    public static @Nullable String advice(Path directory) {
        if (Files.isRegularFile(directory.resolve("tokenizer.json")) || !Files.isDirectory(directory)) {
            return null;
        }
        String found = found(directory);
        if (found == null) {
            return null;
        }
        return "Found " + found
                + " instead, which is not read here. Hugging Face transformers converts it, once (pip install transformers"
                + " tiktoken sentencepiece protobuf): python -c \"from transformers import AutoTokenizer;"
                + " AutoTokenizer.from_pretrained('" + directory + "').save_pretrained('" + directory + "')\".";
    }

    private static @Nullable String found(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            List<Path> all = files.filter(Files::isRegularFile)
                    .sorted(Comparator.comparing(Path::toString))
                    .toList();
            List<String> names =
                    all.stream().map(file -> String.valueOf(file.getFileName())).toList();
            if (names.contains("tekken.json")) {
                return "Mistral's tekken.json";
            }
            for (int i = 0; i < all.size(); i++) {
                String name = names.get(i);
                if (name.endsWith(".tiktoken") || name.equals("tiktoken.model")) {
                    return "the tiktoken file " + name;
                } else if (SENTENCEPIECE.contains(name)) {
                    return (isRanked(all.get(i)) ? "the tiktoken file " : "the SentencePiece file ") + name;
                }
            }
            if (names.contains("vocab.json") && names.contains("merges.txt")) {
                return "vocab.json and merges.txt";
            }
            return names.contains("vocab.txt") ? "vocab.txt" : null;
        } catch (IOException e) {
            // what cannot be looked at is not named; whoever needs the tokenizer says that it is missing
            return null;
        }
    }

    private static boolean isRanked(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            String beginning = new String(in.readNBytes(BEGINNING), StandardCharsets.ISO_8859_1);
            return RANKED.matcher(beginning).matches();
        }
    }
}
