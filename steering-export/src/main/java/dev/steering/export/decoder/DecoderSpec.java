package dev.steering.export.decoder;

import java.util.List;

/**
 * The mathematics of a pre-norm decoder with gated MLP, in numbers: everything that the graph depends on beside the weights.
 *
 * <p>With x the residual stream, r {@link Multipliers#residual()} and post norms only where {@link Norms#post()} says so:
 * {@code x += r * postNorm(attention(norm(x)))}, then {@code x += r * postNorm(mlp(norm(x)))}, for every layer.
 *
 * @param architecture model type, e.g. {@code llama}
 * @param hidden width of the residual stream
 * @param vocabulary rows of the embedding
 * @param context longest sequence
 * @param attention the attention of every layer
 * @param mlp the MLP of every layer
 * @param norms the RMS norms
 * @param multipliers constants between the parts
 * @param layers what differs from layer to layer
 * @param rotaries the rotary embeddings that the layers refer to
 * @param names names of the tensors in the checkpoint
 */
public record DecoderSpec(
        String architecture,
        int hidden,
        int vocabulary,
        int context,
        Attention attention,
        Mlp mlp,
        Norms norms,
        Multipliers multipliers,
        List<Layer> layers,
        List<RotaryTable> rotaries,
        TensorNames names) {
    public DecoderSpec {
        layers = List.copyOf(layers);
        rotaries = List.copyOf(rotaries);
    }

    /**
     * Softmax attention, {@code softmax(scale * q k^T)}.
     *
     * @param heads query heads
     * @param kvHeads key/value heads; divides the query heads
     * @param headDim size of one head, even
     * @param scale factor of the scores
     * @param softcap scores become {@code softcap * tanh(score / softcap)}; 0 for none
     * @param packed whether one matrix {@code qkv_proj} holds queries, keys and values
     * @param inputBias whether queries, keys and values have biases
     * @param outputBias whether the output projection has a bias
     * @param headNorm whether every head of queries and keys is normed before it is turned
     */
    public record Attention(
            int heads,
            int kvHeads,
            int headDim,
            double scale,
            double softcap,
            boolean packed,
            boolean inputBias,
            boolean outputBias,
            boolean headNorm) {
        /** ONNX Runtime's attention takes head sizes that are multiples of this. */
        private static final int GRANULE = 8;

        /** @return size of one head in the cache: the next multiple of 8, the rest is zero */
        public int paddedHeadDim() {
            return (headDim + GRANULE - 1) / GRANULE * GRANULE;
        }
    }

    /**
     * {@code down(activation(gate(x)) * up(x))}.
     *
     * @param width rows of gate and up
     * @param activation of the gate
     * @param packed whether one matrix {@code gate_up_proj} holds gate and up
     * @param bias whether all three matrices have biases
     */
    public record Mlp(int width, Activation activation, boolean packed, boolean bias) {}

    /**
     * {@code x / sqrt(mean(x^2) + epsilon) * (weight + offset)}.
     *
     * @param epsilon added to the mean square
     * @param offset added to the weight: 1 for Gemma, else 0
     * @param post whether attention and MLP outputs are normed before they are added
     */
    public record Norms(double epsilon, double offset, boolean post) {}

    /**
     * Constants between the parts.
     *
     * @param embedding the embedding is multiplied by it
     * @param residual every branch is multiplied by it before it is added
     * @param logitsDivisor the logits are divided by it
     * @param logitsSoftcap logits become {@code softcap * tanh(logit / softcap)}; 0 for none
     */
    public record Multipliers(double embedding, double residual, double logitsDivisor, double logitsSoftcap) {
        /** For models that scale nothing. */
        public static final Multipliers NONE = new Multipliers(1, 1, 1, 0);
    }

    /**
     * One layer.
     *
     * @param rotary index of its rotary embedding, or {@link #NO_ROTARY}
     * @param window number of last positions that it sees, its own included; 0 for all
     */
    public record Layer(int rotary, int window) {
        /** The layer does not know positions. */
        public static final int NO_ROTARY = -1;
    }

    /** @return residual-stream points: the embedding output and every layer's output */
    public int points() {
        return layers.size() + 1;
    }
}
