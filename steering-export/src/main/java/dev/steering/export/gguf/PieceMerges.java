package dev.steering.export.gguf;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * The merges that a SentencePiece vocabulary implies: any two pieces that make a third are merged into it, those of the highest score
 * first. As transformers converts such vocabularies ({@code generate_merges}).
 */
final class PieceMerges {
    /**
     * Two pieces that make a third.
     *
     * @param left first
     * @param right second
     * @param score of the third
     */
    record Pair(String left, String right, float score) {}

    private PieceMerges() {}

    /**
     * @param vocabulary numbers of the pieces, in their order
     * @param scores by number
     * @return all merges, first ones first
     */
    static List<Pair> of(Map<String, Integer> vocabulary, float[] scores) {
        List<Pair> merges = new ArrayList<>();
        vocabulary.forEach((piece, id) -> {
            List<Pair> halves = new ArrayList<>();
            for (int end = piece.offsetByCodePoints(0, piece.isEmpty() ? 0 : 1);
                    end < piece.length();
                    end = piece.offsetByCodePoints(end, 1)) {
                String left = piece.substring(0, end);
                String right = piece.substring(end);
                if (vocabulary.containsKey(left) && vocabulary.containsKey(right)) {
                    halves.add(new Pair(left, right, scores[id]));
                }
            }
            halves.sort(Comparator.comparing((Pair pair) -> vocabulary.get(pair.left()))
                    .thenComparing(pair -> vocabulary.get(pair.right())));
            merges.addAll(halves);
        });
        // Stable, as the reference's: what is equal keeps the order of the vocabulary.
        merges.sort(Comparator.comparing(Pair::score)
                .thenComparing(pair -> points(pair.left()))
                .thenComparing(pair -> points(pair.right()))
                .reversed());
        return merges;
    }

    private static int points(String text) {
        return text.codePointCount(0, text.length());
    }
}
