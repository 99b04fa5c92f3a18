package dev.steering.core.tokenizer;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import dev.steering.core.SteeringException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** A Hugging Face {@code tokenizer.json}. Thread-safe; closing frees native memory. */
public final class Tokenizer implements AutoCloseable {
    private final HuggingFaceTokenizer tokenizer;

    private Tokenizer(HuggingFaceTokenizer tokenizer) {
        this.tokenizer = tokenizer;
    }

    /**
     * @param file a {@code tokenizer.json}
     * @return the tokenizer, neither truncating nor padding
     * @throws SteeringException if the file is missing or no tokenizer can be made of it
     */
    public static Tokenizer open(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new SteeringException("No tokenizer at " + file + ". Expected a tokenizer.json as Hugging Face's fast"
                    + " tokenizers save it; put one beside the weights and export the model again.");
        }
        // The library reports its use to its makers on some cloud machines unless told not to.
        System.setProperty("OPT_OUT_TRACKING", "true");
        try {
            return new Tokenizer(HuggingFaceTokenizer.builder()
                    .optTokenizerPath(file)
                    // The library's defaults cut at 512 tokens and pad, silently.
                    .optTruncation(false)
                    .optPadding(false)
                    .build());
        } catch (IOException | RuntimeException e) {
            throw new SteeringException(
                    "The tokenizer " + file + " is damaged or of an unknown kind: " + e.getMessage(), e);
        }
    }

    /**
     * @param text any text; special tokens in it are recognised
     * @param addSpecialTokens whether the tokenizer's own begin and end tokens are added
     * @return token ids
     */
    public int[] encode(String text, boolean addSpecialTokens) {
        return Arrays.stream(tokenizer.encode(text, addSpecialTokens, false).getIds())
                .mapToInt(Math::toIntExact)
                .toArray();
    }

    /**
     * @param tokens token ids
     * @param skipSpecialTokens whether special tokens are left out
     * @return their text; U+FFFD where the ids hold a part of a character
     */
    public String decode(int[] tokens, boolean skipSpecialTokens) {
        return tokenizer.decode(Arrays.stream(tokens).asLongStream().toArray(), skipSpecialTokens);
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
