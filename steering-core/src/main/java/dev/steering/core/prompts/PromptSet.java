package dev.steering.core.prompts;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Prompts that share an expectation. Immutable.
 *
 * @param name short name, for tables: "safe", "harmful", "plain"
 * @param expectation what a well-behaved model does with every one of them
 * @param rows user messages or conversations, without any template, in file order; at least one, none of them blank
 */
public record PromptSet(String name, Expectation expectation, List<Prompt> rows) {
    /** @throws IllegalArgumentException if the name or a prompt is blank, or there is no prompt */
    public PromptSet {
        if (name.isBlank()) {
            throw new IllegalArgumentException("A prompt set needs a name.");
        }
        rows = List.copyOf(rows);
        if (rows.isEmpty()) {
            throw new IllegalArgumentException("The prompt set '" + name + "' is empty.");
        }
        for (int i = 0; i < rows.size(); i++) {
            if (rows.get(i).text().isBlank()) {
                throw new IllegalArgumentException("Prompt " + (i + 1) + " of the set '" + name + "' is blank.");
            }
        }
    }

    /**
     * @param name short name
     * @param expectation what a well-behaved model does with every one of them
     * @param prompts single questions, at least one, none of them blank
     * @throws IllegalArgumentException if the name or a prompt is blank, or there is no prompt
     */
    public PromptSet(String name, Expectation expectation, Collection<String> prompts) {
        this(name, expectation, numbered(name, prompts));
    }

    private static List<Prompt> numbered(String name, Collection<String> prompts) {
        List<Prompt> rows = new ArrayList<>();
        for (String prompt : prompts) {
            rows.add(new Prompt(prompt, "prompt " + (rows.size() + 1) + " of '" + name + "'"));
        }
        return rows;
    }

    /** @return the prompts' texts, in their order */
    public List<String> prompts() {
        return rows.stream().map(Prompt::text).toList();
    }
}
