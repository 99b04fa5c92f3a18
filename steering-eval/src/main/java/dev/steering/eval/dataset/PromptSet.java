package dev.steering.eval.dataset;

import java.util.List;

/**
 * Prompts that share an expectation. Immutable.
 *
 * @param name short name, for tables: "safe", "harmful", "plain"
 * @param expectation what a well-behaved model does with every one of them
 * @param prompts user messages, without any template, in file order; at least one, none of them blank
 */
public record PromptSet(String name, Expectation expectation, List<String> prompts) {
    /** @throws IllegalArgumentException if the name or a prompt is blank, or there is no prompt */
    public PromptSet {
        if (name.isBlank()) {
            throw new IllegalArgumentException("A prompt set needs a name.");
        }
        prompts = List.copyOf(prompts);
        if (prompts.isEmpty()) {
            throw new IllegalArgumentException("The prompt set '" + name + "' is empty.");
        }
        for (int i = 0; i < prompts.size(); i++) {
            if (prompts.get(i).isBlank()) {
                throw new IllegalArgumentException("Prompt " + (i + 1) + " of the set '" + name + "' is blank.");
            }
        }
    }
}
