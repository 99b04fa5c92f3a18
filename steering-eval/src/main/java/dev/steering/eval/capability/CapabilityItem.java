package dev.steering.eval.capability;

import java.util.List;

/** A question whose answer is known. */
public sealed interface CapabilityItem {
    /** @return what the user says */
    String question();

    /**
     * A question with choices: that which the model finds most likely as its whole answer is taken.
     *
     * @param question what the user says
     * @param choices what the model might say, at least two
     * @param right indices of the right ones, at least one
     */
    record Choice(String question, List<String> choices, List<Integer> right) implements CapabilityItem {
        /** @throws IllegalArgumentException if there is nothing to choose, or nothing right */
        public Choice {
            choices = List.copyOf(choices);
            right = right.stream().distinct().sorted().toList();
            int count = choices.size();
            if (count < 2 || right.isEmpty() || right.stream().anyMatch(i -> i < 0 || i >= count)) {
                throw new IllegalArgumentException(
                        "expected at least two choices and which are right, found " + count + " and " + right);
            }
        }
    }

    /**
     * A question with one number as answer: the last number that the model writes, or that behind {@code ####}, is compared.
     *
     * @param question what the user says
     * @param answer the number, as the file has it
     */
    record Exact(String question, String answer) implements CapabilityItem {}
}
