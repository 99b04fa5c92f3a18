package dev.steering.export.decoder;

/**
 * A pre-norm decoder with gated MLP and rotary attention, in numbers: everything that the graph's shape depends on.
 *
 * @param architecture model type, e.g. {@code llama}
 * @param layers number of blocks
 * @param hidden width of the residual stream
 * @param heads query heads
 * @param kvHeads key/value heads; divides the query heads
 * @param headDim size of one head, a multiple of 8
 * @param intermediate width inside the MLP
 * @param vocabulary rows of the embedding
 * @param context longest sequence
 * @param tiedHead whether the embedding is also the vocabulary head
 * @param normEpsilon epsilon of the RMS norms
 * @param rotary rotary position embedding
 */
public record DecoderSpec(
        String architecture,
        int layers,
        int hidden,
        int heads,
        int kvHeads,
        int headDim,
        int intermediate,
        int vocabulary,
        int context,
        boolean tiedHead,
        float normEpsilon,
        RotaryEmbedding rotary) {
    /** @return name of the tensor that the vocabulary head multiplies with */
    public String headTensor() {
        return tiedHead ? "model.embed_tokens.weight" : "lm_head.weight";
    }

    /** @return residual-stream points: the embedding output and every layer's output */
    public int points() {
        return layers + 1;
    }
}
