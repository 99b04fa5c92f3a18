package dev.steering.model.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import dev.steering.core.BadFile;
import dev.steering.core.IoReason;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The texts that a tokenizer takes for control tokens wherever they stand: the added tokens that its file marks as special, such as
 * {@code <|end|>}. In a user's words they end turns and begin others unless they are escaped. Immutable and thread-safe.
 */
public final class ControlTokens {
    private final List<String> texts;
    private final boolean normalized;
    private final @Nullable Pattern any;

    private ControlTokens(List<String> texts, boolean normalized) {
        this.texts = List.copyOf(texts);
        this.normalized = normalized;
        // The longest of those that begin at a place, as tokenizers take it.
        String pattern = texts.stream()
                .sorted(Comparator.comparingInt(String::length).reversed())
                .map(Pattern::quote)
                .collect(Collectors.joining("|"));
        this.any = texts.isEmpty() ? null : Pattern.compile(pattern);
    }

    static ControlTokens read(Path file) {
        List<String> texts = new ArrayList<>();
        boolean normalized = false;
        try {
            for (JsonNode token : TokenizerCheck.addedTokens(file)) {
                String text = token.path("content").asText();
                if (token.path("special").asBoolean() && !text.isEmpty()) {
                    texts.add(text);
                    normalized |= token.path("normalized").asBoolean();
                }
            }
        } catch (IOException e) {
            throw new BadFile("Cannot read the tokenizer " + file + ": " + IoReason.of(e), e);
        }
        return new ControlTokens(texts, normalized);
    }

    /** @return the texts, in the order of the file */
    public List<String> texts() {
        return texts;
    }

    /**
     * @param text a user's words
     * @return the control tokens that stand in them, each once, in their order
     */
    public List<String> in(String text) {
        if (any == null) {
            return List.of();
        }
        Set<String> found = new LinkedHashSet<>();
        Matcher matcher = any.matcher(text);
        while (matcher.find()) {
            found.add(matcher.group());
        }
        return List.copyOf(found);
    }

    /** Whether some are looked for in the text as the tokenizer's normalizer leaves it, where other texts may become one. */
    boolean areNormalized() {
        return normalized;
    }

    /** The text with something else in the place of each. */
    String replaced(String text, Function<String, String> replacement) {
        if (any == null) {
            return text;
        }
        return any.matcher(text)
                .replaceAll((MatchResult found) -> Matcher.quoteReplacement(replacement.apply(found.group())));
    }
}
