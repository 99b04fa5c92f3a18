package dev.steering.core;

import java.text.Normalizer;
import java.util.regex.Pattern;

/**
 * When two prompts are the same prompt, for everything that looks for repetitions and leaks: when their texts are equal after Unicode's
 * canonical composition (NFC), with every run of white space as one space and none at the ends. Letter case and punctuation count: they
 * change what a model reads. Stateless and thread-safe.
 */
public final class PromptIdentity {
    private static final Pattern WHITE_SPACE = Pattern.compile("\\s+", Pattern.UNICODE_CHARACTER_CLASS);

    private PromptIdentity() {}

    /**
     * @param prompt a prompt
     * @return the text that it has in common with all that are the same prompt
     */
    public static String of(String prompt) {
        return WHITE_SPACE
                .matcher(Normalizer.normalize(prompt, Normalizer.Form.NFC))
                .replaceAll(" ")
                .strip();
    }
}
