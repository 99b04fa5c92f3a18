package dev.steering.export.decoder;

import java.util.List;
import java.util.Map;

/**
 * Names of a decoder's tensors in its checkpoint.
 *
 * @param prefix what all names but the head's begin with, e.g. {@code model.}
 * @param renamed the parts that this family calls otherwise than {@link Part#usualName()}
 * @param head the vocabulary head; the embedding itself where they are tied
 * @param otherParts what the names of tensors begin with that are no part of the decoder, e.g. of a vision tower
 * @param derived what the names of tensors end with that config.json determines, e.g. stored masks
 * @param inputRows whether the layers' matrices are stored with a row for every input instead of every output: GPT-2's
 */
public record TensorNames(
        String prefix,
        Map<Part, String> renamed,
        String head,
        List<String> otherParts,
        List<String> derived,
        boolean inputRows) {
    public TensorNames {
        renamed = Map.copyOf(renamed);
        otherParts = List.copyOf(otherParts);
        derived = List.copyOf(derived);
    }

    /**
     * @param part a part of the whole decoder
     * @return its name, without {@code .weight}
     */
    public String of(Part part) {
        return prefix + path(part);
    }

    /**
     * @param part a part of a layer
     * @param layer 0-based
     * @return its name, without {@code .weight}
     */
    public String of(Part part, int layer) {
        return layer(layer) + path(part);
    }

    /**
     * @param layer 0-based
     * @param expert 0-based
     * @param matrix one of an expert's
     * @return its name, without {@code .weight}
     */
    public String ofExpert(int layer, int expert, Part matrix) {
        return of(Part.EXPERTS, layer) + "." + expert + "." + path(matrix);
    }

    /**
     * @param layer 0-based
     * @param stack a tensor that holds a matrix of every expert
     * @return its name
     */
    public String ofExperts(int layer, Part stack) {
        return layer(layer) + path(stack);
    }

    /** @return the weight of the embedding */
    public String embedding() {
        return of(Part.EMBEDDING) + ".weight";
    }

    /** @return the weight of the norm before the head */
    public String finalNorm() {
        return of(Part.FINAL_NORM) + ".weight";
    }

    /**
     * @param index 0-based layer
     * @return what the names of its tensors begin with
     */
    public String layer(int index) {
        return of(Part.LAYERS) + "." + index + ".";
    }

    /** @return whether the embedding is also the head */
    public boolean tied() {
        return head.equals(embedding());
    }

    private String path(Part part) {
        return renamed.getOrDefault(part, part.usualName());
    }
}
