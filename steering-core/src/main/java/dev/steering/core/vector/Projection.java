package dev.steering.core.vector;

import java.util.List;

/**
 * A direction read through the model's vocabulary head: the tokens whose head rows have the largest dot product with it
 * (SCANS, section 3.2).
 *
 * @param firstLayer first layer that the direction stands for
 * @param lastLayer last layer, inclusive; equal to the first for a single layer
 * @param refusalScore share of refusal-token mass among the top tokens, 0..1
 * @param topTokens the top tokens, best first
 */
public record Projection(int firstLayer, int lastLayer, double refusalScore, List<TokenScore> topTokens) {
    public Projection {
        topTokens = List.copyOf(topTokens);
    }

    /**
     * @param id token id
     * @param text the token decoded on its own; may hold U+FFFD for a part of a character
     * @param score dot product of the head row and the unit direction
     * @param refusal whether the token is in the refusal-token set
     */
    public record TokenScore(int id, String text, double score, boolean refusal) {}
}
