package dev.steering.model.chat;

import dev.steering.model.tokenizer.StreamingDecoder;
import dev.steering.model.tokenizer.Tokenizer;
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
     * @throws dev.steering.core.SteeringException if the template refuses, or if the user's words do not appear in the prompt
     */
    public static TemplateFrame of(PromptFormat format, Tokenizer tokenizer, @Nullable String system) {
        List<int[]> prompts = SharedEnds.PROBES.stream()
                .map(probe -> format.encode(tokenizer, probe, system))
                .toList();
        int[] first = prompts.get(0);
        SharedEnds ends = SharedEnds.of(prompts, "user's words");
        int head = ends.head();
        int tail = ends.tail();
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
