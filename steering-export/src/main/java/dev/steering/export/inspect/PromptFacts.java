package dev.steering.export.inspect;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Tokenizer and chat template in a directory.
 *
 * @param tokenizer the tokenizer; null if there is none or it is damaged
 * @param specialTokens special tokens by name, e.g. {@code bos_token}
 * @param template the chat template; null if there is none or it is damaged
 * @param plainHead text of the tokens that the tokenizer puts in front of a prompt without a template
 * @param problems what is missing or damaged, in words
 */
public record PromptFacts(
        @Nullable TokenizerFile tokenizer,
        Map<String, String> specialTokens,
        @Nullable Template template,
        List<String> plainHead,
        List<String> problems) {
    public PromptFacts {
        specialTokens = Collections.unmodifiableMap(new LinkedHashMap<>(specialTokens));
        plainHead = List.copyOf(plainHead);
        problems = List.copyOf(problems);
    }

    /**
     * A chat template. Its last token is the last of the tail: there SCANS looks and from there it steers.
     *
     * @param name which of the templates is used
     * @param file the file that holds it
     * @param names all templates
     * @param systemPrompt whether it takes a system prompt
     * @param head text of each token in front of the user's words; null without a tokenizer
     * @param tail text of each token behind them; empty if the prompt's own last token is the last; null without a tokenizer
     */
    public record Template(
            String name,
            String file,
            List<String> names,
            boolean systemPrompt,
            @Nullable List<String> head,
            @Nullable List<String> tail) {
        public Template {
            names = List.copyOf(names);
            head = head == null ? null : List.copyOf(head);
            tail = tail == null ? null : List.copyOf(tail);
        }
    }
}
