package dev.steering.model.chat;

import dev.steering.core.BadRequest;
import dev.steering.core.SteeringException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The longest beginning and the longest end that several prompts have in common, in tokens: what is written around the words
 * in which they differ.
 *
 * @param head tokens in common at the beginning
 * @param tail tokens in common at the end, none of them also in the head
 */
record SharedEnds(int head, int tail) {
    /**
     * Words that begin and end with every letter, and with digits, punctuation and characters of several bytes: a token of the
     * template that merges with any of these is not the same for every prompt.
     */
    static final List<String> PROBES = probes();

    /** As many of them as tell the ends apart where a text's own ends are known to be separate words. */
    static final List<String> FEW_PROBES = PROBES.subList(0, 10);

    /**
     * @param prompts made from different words
     * @param what the words, for people
     * @throws SteeringException if two prompts are equal
     */
    static SharedEnds of(List<int[]> prompts, String what) {
        int[] first = prompts.get(0);
        int head = first.length;
        int tail = first.length;
        for (int[] other : prompts.subList(1, prompts.size())) {
            if (Arrays.equals(first, other)) {
                throw new BadRequest("The chat template leaves the " + what
                        + " out of the prompt: two different prompts gave the same tokens. Choose another template,"
                        + " or none.");
            }
            head = Math.min(head, Arrays.mismatch(first, other));
            tail = Math.min(tail, commonEnd(first, other));
        }
        // A prompt that is nothing but template, such as one token in common, must not be counted twice.
        int shortest = prompts.stream().mapToInt(prompt -> prompt.length).min().orElse(0);
        return new SharedEnds(head, Math.min(tail, shortest - head));
    }

    private static List<String> probes() {
        List<String> probes = new ArrayList<>(List.of(
                "How do I bake bread?",
                "17 plus 25 is 42",
                "(a short list)",
                "What is \"tea\".",
                "\u65e5\u672c\u306e\u5c71",
                "\u00e9t\u00e9 ou hiver \u2615!"));
        for (char lower = 'a'; lower <= 'z'; lower++) {
            char upper = Character.toUpperCase(lower);
            probes.add(lower + " and " + upper);
            probes.add(upper + " or " + lower);
        }
        return List.copyOf(probes);
    }

    private static int commonEnd(int[] a, int[] b) {
        int length = 0;
        while (length < Math.min(a.length, b.length) && a[a.length - 1 - length] == b[b.length - 1 - length]) {
            length++;
        }
        return length;
    }
}
