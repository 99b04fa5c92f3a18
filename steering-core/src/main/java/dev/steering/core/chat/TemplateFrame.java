package dev.steering.core.chat;

import dev.steering.core.SteeringException;
import dev.steering.core.tokenizer.StreamingDecoder;
import dev.steering.core.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a prompt format writes around the user's words, in tokens: a head in front and a tail behind, the same for every prompt.
 *
 * <p>Found by encoding several prompts that share neither their first nor their last characters: the longest beginning and the
 * longest end that all have in common are the template's. So it holds for any template and any tokenizer, and a token in which
 * the template's text and the user's merge belongs to the user.
 *
 * <p>A rendered prompt ends where the answer begins, with the tail: the template's last token, from which SCANS steers (arXiv
 * 2408.11491, section 3.4), is the prompt's last token. Where there is no tail, as without a template, SCANS's rule falls on
 * the last token of the user's words. Immutable and thread-safe.
 *
 * @param head tokens in front of the user's words: begin token, system prompt, the user's header
 * @param tail tokens behind the user's words: end of turn, the answer's header
 * @param headPieces text of each token of the head, special tokens included; joined it is the head's text
 * @param tailPieces text of each token of the tail
 */
public record TemplateFrame(List<Integer> head, List<Integer> tail, List<String> headPieces, List<String> tailPieces) {
    private static final List<String> PROBES = probes();

    /** Copies the lists. */
    public TemplateFrame {
        head = List.copyOf(head);
        tail = List.copyOf(tail);
        headPieces = List.copyOf(headPieces);
        tailPieces = List.copyOf(tailPieces);
    }

    /**
     * @param format how prompts are written
     * @param tokenizer the model's
     * @param system the system prompt, part of the head; null for none
     * @return what the format writes around a prompt
     * @throws SteeringException if the template refuses, or if the user's words do not appear in the prompt
     */
    public static TemplateFrame of(PromptFormat format, Tokenizer tokenizer, @Nullable String system) {
        List<int[]> prompts = PROBES.stream()
                .map(probe -> format.encode(tokenizer, probe, system))
                .toList();
        int[] first = prompts.get(0);
        int head = first.length;
        int tail = first.length;
        for (int[] other : prompts.subList(1, prompts.size())) {
            if (Arrays.equals(first, other)) {
                throw new SteeringException("The chat template leaves the user's words out of the prompt: two different"
                        + " prompts gave the same tokens. Choose another template, or none.");
            }
            int difference = Arrays.mismatch(first, other);
            head = Math.min(head, difference);
            tail = Math.min(tail, commonEnd(first, other));
        }
        // A prompt that is nothing but template, such as one token in common, must not be counted twice.
        tail = Math.min(tail, shortest(prompts) - head);
        List<String> pieces = pieces(tokenizer, first);
        return new TemplateFrame(
                list(first, 0, head),
                list(first, first.length - tail, first.length),
                pieces.subList(0, head),
                pieces.subList(first.length - tail, first.length));
    }

    /** @return whether the format writes anything behind the user's words */
    public boolean hasTail() {
        return !tail.isEmpty();
    }

    /**
     * @param length number of tokens of a prompt of this format
     * @return index of its first token that belongs to the tail; {@code length} if there is no tail
     * @throws IllegalArgumentException if a prompt of this format cannot be that short
     */
    public int tailStart(int length) {
        return checked(length) - tail.size();
    }

    /**
     * @param length number of tokens of a prompt of this format
     * @return index of the template's last token, or of the prompt's last token if there is no tail: where SCANS looks and from
     *     where it steers
     * @throws IllegalArgumentException if a prompt of this format cannot be that short
     */
    public int lastTemplateToken(int length) {
        return checked(length) - 1;
    }

    /** @return the head's text */
    public String headText() {
        return String.join("", headPieces);
    }

    /** @return the tail's text */
    public String tailText() {
        return String.join("", tailPieces);
    }

    private int checked(int length) {
        int shortest = Math.max(1, head.size() + tail.size());
        if (length < shortest) {
            throw new IllegalArgumentException("a prompt of " + length + " tokens; its template alone has " + shortest);
        }
        return length;
    }

    /**
     * Prompts that begin and end with every letter, and with digits, punctuation and characters of several bytes: a token of the
     * template that merges with any of these is not the same for every prompt.
     */
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

    private static int shortest(List<int[]> prompts) {
        return prompts.stream().mapToInt(prompt -> prompt.length).min().orElse(0);
    }

    private static List<Integer> list(int[] tokens, int from, int to) {
        return Arrays.stream(tokens, from, to).boxed().toList();
    }

    private static List<String> pieces(Tokenizer tokenizer, int[] tokens) {
        StreamingDecoder decoder = StreamingDecoder.withSpecialTokens(tokenizer);
        List<String> pieces = new ArrayList<>();
        for (int token : tokens) {
            pieces.add(decoder.accept(token));
        }
        pieces.set(tokens.length - 1, pieces.get(tokens.length - 1) + decoder.finish());
        return pieces;
    }
}
