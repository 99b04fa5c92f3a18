package dev.steering.export.decoder;

import java.util.List;

/**
 * Names of a decoder's tensors in its checkpoint.
 *
 * @param prefix what all names but the head's begin with, e.g. {@code model.}
 * @param head the vocabulary head; the embedding itself where they are tied
 * @param otherParts what the names of tensors begin with that are no part of the decoder, e.g. of a vision tower
 */
public record TensorNames(String prefix, String head, List<String> otherParts) {
    public TensorNames {
        otherParts = List.copyOf(otherParts);
    }

    /** @return the embedding */
    public String embedding() {
        return prefix + "embed_tokens.weight";
    }

    /** @return the weight of the norm before the head */
    public String finalNorm() {
        return prefix + "norm.weight";
    }

    /**
     * @param index 0-based layer
     * @return what the names of its tensors begin with
     */
    public String layer(int index) {
        return prefix + "layers." + index + ".";
    }

    /** @return whether the embedding is also the head */
    public boolean tied() {
        return head.equals(embedding());
    }
}
