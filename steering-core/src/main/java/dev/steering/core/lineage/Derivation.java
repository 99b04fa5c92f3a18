package dev.steering.core.lineage;

import java.util.List;

/**
 * How a vector was made of others. Immutable and thread-safe.
 *
 * @param operation what was done, e.g. {@code add}
 * @param scale what went into it of each parent: {@code raw} or {@code unit} directions
 * @param layers the layers that were kept, ascending; empty where that was not the operation
 * @param parents the vectors that it was made of, in order, at least one
 */
public record Derivation(String operation, String scale, List<Integer> layers, List<Parent> parents) {
    public Derivation {
        layers = List.copyOf(layers);
        parents = List.copyOf(parents);
        if (parents.isEmpty()) {
            throw new IllegalArgumentException("a derived vector has parents");
        }
    }

    /**
     * A vector that another was made of.
     *
     * @param directions SHA-256 (hexadecimal) over its raw directions, little-endian F32, row by row: which vector it was
     * @param method how its directions were made
     * @param modelName what its model calls itself, for people
     * @param contrastSetHash of its prompts; empty where it is not known
     * @param weight what its directions were multiplied by
     */
    public record Parent(String directions, String method, String modelName, String contrastSetHash, double weight) {}
}
