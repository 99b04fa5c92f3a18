package dev.steering.export.decoder;

import dev.steering.export.decoder.rotary.RotaryTable;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The mathematics of a decoder in numbers: everything that the graph depends on beside the weights. It is a table of features, of
 * which a family is one row; {@link Flow} says how the parts of a layer are put together.
 *
 * @param architecture model type, e.g. {@code llama}
 * @param hidden width of the residual stream
 * @param vocabulary rows of the embedding
 * @param context longest sequence
 * @param flow how a layer is put together
 * @param attention the attention of every layer
 * @param mlp the MLP of every layer that has no experts
 * @param experts those of the layers that have some; null if none has
 * @param norms the norms of the residual stream
 * @param multipliers constants between the parts
 * @param layers what differs from layer to layer
 * @param rotaries the rotary embeddings that the layers refer to
 * @param positions a table of learned positions that is added to the embedding; null for none
 * @param perLayer embeddings that every layer is given; null for none
 * @param streams further streams beside the one that is steered; null for none
 * @param deltaRule of the layers that have it; null if none has
 * @param convolution of the layers that have it; null if none has
 * @param stateSpace of the layers that have it; null if none has
 * @param headBias whether the vocabulary head has a bias
 * @param names names of the tensors in the checkpoint
 */
public record DecoderSpec(
        String architecture,
        int hidden,
        int vocabulary,
        int context,
        Flow flow,
        Attention attention,
        Mlp mlp,
        @Nullable Experts experts,
        Norms norms,
        Multipliers multipliers,
        List<Layer> layers,
        List<RotaryTable> rotaries,
        @Nullable LearnedPositions positions,
        @Nullable PerLayerEmbeddings perLayer,
        @Nullable Streams streams,
        @Nullable DeltaRule deltaRule,
        @Nullable ShortConvolution convolution,
        @Nullable StateSpace stateSpace,
        boolean headBias,
        TensorNames names) {
    public DecoderSpec {
        layers = List.copyOf(layers);
        rotaries = List.copyOf(rotaries);
    }

    /** How a layer is put together, with x the residual stream and r {@link Multipliers#residual()}. */
    public enum Flow {
        /** {@code x += r * attention(norm(x))}, then {@code x += r * mlp(norm(x))}. */
        PRE_NORM,
        /** {@code x += r * norm(attention(norm(x)))}, then the same with the MLP: Gemma 2 and 3, GLM 4. */
        SANDWICH,
        /** {@code x += r * norm(attention(x))}, then the same with the MLP: OLMo 2 and 3, EXAONE 4. */
        POST_NORM,
        /** {@code x += r * (attention(n) + mlp(n))} with {@code n = norm(x)}: Phi-2, Cohere, GPT-J. */
        PARALLEL,
        /** {@code x += r * (attention(norm(x)) + mlp(norm'(x)))}: GPT-NeoX. */
        PARALLEL_TWO_NORMS;

        /** @return whether the attention reads a normed stream */
        public boolean normsBefore() {
            return this != POST_NORM;
        }

        /** @return whether what attention and MLP return is normed */
        public boolean normsBehind() {
            return this == SANDWICH || this == POST_NORM;
        }

        /** @return whether attention and MLP read the same stream */
        public boolean parallel() {
            return this == PARALLEL || this == PARALLEL_TWO_NORMS;
        }
    }

    /** How the matrices of queries, keys and values are stored. */
    public enum Projections {
        /** Three matrices. */
        SEPARATE,
        /** One: all queries, then all keys, then all values. */
        STACKED,
        /** One: the queries that share the first key, that key and its value, then those of the second. */
        BY_KEY
    }

    /** Which RMS norms queries and keys have. */
    public enum HeadNorm {
        NONE,
        /** One for every head, before it is turned. */
        EACH_HEAD,
        /** One for every head, after it has been turned. */
        EACH_HEAD_TURNED,
        /** The same without a weight. */
        EACH_HEAD_TURNED_BARE,
        /** One over all heads together, before they are turned. */
        ALL_HEADS
    }

    /**
     * Softmax attention, {@code softmax(scale * q k^T)}.
     *
     * @param heads query heads
     * @param kvHeads key/value heads; divides the query heads
     * @param headDim size of one head, even
     * @param scale factor of the scores
     * @param softcap scores become {@code softcap * tanh(score / softcap)}; 0 for none
     * @param projections how queries, keys and values are stored
     * @param inputBias whether queries, keys and values have biases
     * @param outputBias whether the output projection has a bias
     * @param headNorm the norms of queries and keys
     * @param interleaved whether rotary embedding turns neighbours (components 2i and 2i + 1) instead of halves
     * @param growth what queries grow by with the position; null for nothing
     * @param sinks whether every head has a score that takes a share of the attention and has no value
     * @param clip queries, keys and values are cut to this size on both sides; 0 for none
     * @param slopes what the scores of each head grow by from position to position (ALiBi, arXiv 2108.12409); empty for none
     * @param latent how queries, keys and values come from short vectors; null if they are projected at once
     * @param value what is particular to the values
     * @param gated whether the result is multiplied by a sigmoid; each head's gate is stored behind its query
     */
    public record Attention(
            int heads,
            int kvHeads,
            int headDim,
            double scale,
            double softcap,
            Projections projections,
            boolean inputBias,
            boolean outputBias,
            HeadNorm headNorm,
            boolean interleaved,
            @Nullable QueryGrowth growth,
            boolean sinks,
            double clip,
            List<Float> slopes,
            @Nullable Latent latent,
            Value value,
            boolean gated) {
        public Attention {
            slopes = List.copyOf(slopes);
        }

        /** ONNX Runtime's attention takes head sizes that are multiples of this. */
        private static final int GRANULE = 8;

        /** @return size of one head in the cache: the next multiple of 8, the rest is zero */
        public int paddedHeadDim() {
            return (Math.max(headDim, valueDim()) + GRANULE - 1) / GRANULE * GRANULE;
        }

        /** @return size of one head of the values */
        public int valueDim() {
            return latent == null ? headDim : latent.value();
        }

        /**
         * @param norm the norms of queries and keys
         * @param queries what queries grow by
         * @return the same with other ones
         */
        public Attention with(HeadNorm norm, @Nullable QueryGrowth queries) {
            return new Attention(
                    heads,
                    kvHeads,
                    headDim,
                    scale,
                    softcap,
                    projections,
                    inputBias,
                    outputBias,
                    norm,
                    interleaved,
                    queries,
                    sinks,
                    clip,
                    slopes,
                    latent,
                    value,
                    gated);
        }

        /**
         * @param keys key/value heads
         * @param size size of one head
         * @param of what is particular to the values
         * @return the same with other heads
         */
        public Attention withHeads(int keys, int size, Value of) {
            return new Attention(
                    heads,
                    keys,
                    size,
                    scale,
                    softcap,
                    projections,
                    inputBias,
                    outputBias,
                    headNorm,
                    interleaved,
                    growth,
                    sinks,
                    clip,
                    slopes,
                    latent,
                    of,
                    gated);
        }
    }

    /** Where values come from. */
    public enum Value {
        /** A projection of their own. */
        PROJECTED,
        /** The same, with an RMS norm of every head that has no weight. */
        NORMED,
        /** What the keys are projected to, with that norm. */
        NORMED_KEYS
    }

    /**
     * Multi-head latent attention (DeepSeek-V2, arXiv 2405.04434): queries and keys are a part without positions and one that is turned,
     * which all heads' keys share; all but that come from short, normed vectors. The cache holds whole keys and values.
     *
     * @param queryRank size of the queries' short vector; 0 if they are projected at once
     * @param keyRank size of the keys' and values' short vector
     * @param plain size of a head's part without positions
     * @param turned size of its part that is turned
     * @param value size of one head of the values
     */
    public record Latent(int queryRank, int keyRank, int plain, int turned, int value) {}

    /**
     * Queries at position p are multiplied by {@code 1 + beta log(1 + floor((p + offset) / context))}: Llama 4's and Ministral 3's.
     *
     * @param beta how much
     * @param context positions from which on it counts
     * @param offset added to the position
     */
    public record QueryGrowth(double beta, int context, int offset) {}

    /**
     * {@code down(activation(gate(x)) * up(x))}, or {@code down(activation(up(x)))} without a gate.
     *
     * @param width rows of gate and up
     * @param activation of the gate, or of up where there is none
     * @param gated whether there is a gate
     * @param packed whether one matrix holds gate and up
     * @param bias whether all its matrices have biases
     * @param sparsity share of gates that are too small to count, were they normally distributed: what a gate is above the mean by more than
     *     that quantile of the standard deviation remains of it; 0 for none
     * @param gateFactor the gate is multiplied by it before its activation
     * @param factor what the MLP returns is multiplied by it
     */
    public record Mlp(
            int width,
            Activation activation,
            boolean gated,
            boolean packed,
            boolean bias,
            double sparsity,
            double gateFactor,
            double factor) {
        /** For MLPs all of whose gates count, and without factors. */
        public Mlp(int width, Activation activation, boolean gated, boolean packed, boolean bias) {
            this(width, activation, gated, packed, bias, 0, 1, 1);
        }

        /** @return the same with other numbers of a layer */
        public Mlp with(int otherWidth, double otherSparsity) {
            return new Mlp(otherWidth, activation, gated, packed, bias, otherSparsity, gateFactor, factor);
        }
    }

    /** How a router's scores become the shares of the experts that are used. */
    public enum Routing {
        /** A softmax over all experts; the largest are taken as they are. */
        SOFTMAX,
        /** The same, and divided by their sum: a softmax over the largest alone. */
        SOFTMAX_OF_LARGEST,
        /** A sigmoid of every score. */
        SIGMOID,
        /** The same, divided by the sum of those that are used. */
        SIGMOID_NORMED
    }

    /** How the experts' matrices are stored. */
    public enum ExpertStorage {
        /** Three for each. */
        SEPARATE,
        /** All in one: {@code [experts, 2 width, hidden]}, gates first, and {@code [experts, hidden, width]}. */
        STACKED,
        /** All in one, for the product from the left: {@code [experts, hidden, 2 width]}, gate and up by turns, and {@code [experts, width, hidden]}. */
        STACKED_INPUTS,
        /** The same, gates first. */
        STACKED_INPUT_HALVES
    }

    /** The inner part of an expert. */
    public enum ExpertGate {
        /** {@code activation(gate) * up}. */
        PLAIN,
        /** {@code g sigmoid(1.702 g) (u + 1)} with g the gate up to 7 and u up from -7 to 7: gpt-oss. */
        CLAMPED
    }

    /** Where a layer's experts are. */
    public enum ExpertPlace {
        /** In the place of the MLP. */
        INSTEAD_OF_MLP,
        /** Beside it: both read the same, and their outputs are added. Granite 4. */
        ADDED_TO_MLP,
        /**
         * Beside it: they and their router read the residual stream by norms of their own, and the sum of both branches, each normed, is what
         * the MLP returns. Shares are multiplied by a number of every expert. Gemma 4.
         */
        BESIDE_MLP
    }

    /**
     * A mixture of experts: the sum of some of them, times their shares.
     *
     * @param count how many there are
     * @param used how many a token uses
     * @param width rows of an expert's gate
     * @param activation of the gate
     * @param gate what an expert computes between its products
     * @param routing how shares come from scores
     * @param storage how the matrices are stored
     * @param bias whether router and experts have biases
     * @param sharedWidth rows of the gate of an expert that every token uses; 0 for none
     * @param sharedGated whether that expert has a share of its own, a sigmoid
     * @param choice how the experts are chosen
     * @param place where they are
     * @param sharesInputs whether what an expert reads is multiplied by its share, instead of what it returns
     */
    public record Experts(
            int count,
            int used,
            int width,
            Activation activation,
            ExpertGate gate,
            Routing routing,
            ExpertStorage storage,
            boolean bias,
            int sharedWidth,
            boolean sharedGated,
            Choice choice,
            ExpertPlace place,
            boolean sharesInputs) {
        /** For experts whose outputs are multiplied by their shares. */
        public Experts(
                int count,
                int used,
                int width,
                Activation activation,
                ExpertGate gate,
                Routing routing,
                ExpertStorage storage,
                boolean bias,
                int sharedWidth,
                boolean sharedGated,
                Choice choice,
                ExpertPlace place) {
            this(
                    count,
                    used,
                    width,
                    activation,
                    gate,
                    routing,
                    storage,
                    bias,
                    sharedWidth,
                    sharedGated,
                    choice,
                    place,
                    false);
        }
    }

    /**
     * How experts are chosen: the largest of those in the best groups.
     *
     * @param corrected whether a bias of the checkpoint is added to scores for the choice alone
     * @param groups how many groups the experts are in; 1 for all together
     * @param kept how many groups are kept
     * @param best how many of a group's scores count for it
     * @param scale the shares are multiplied by it
     * @param epsilon added to the sum that shares are divided by
     */
    public record Choice(boolean corrected, int groups, int kept, int best, double scale, double epsilon) {
        /** The largest scores. */
        public static final Choice LARGEST = new Choice(false, 1, 1, 1, 1);

        /** With an epsilon too small to count. */
        public Choice(boolean corrected, int groups, int kept, int best, double scale) {
            this(corrected, groups, kept, best, scale, 0);
        }
    }

    /**
     * {@code (x - m) / sqrt(mean((x - m)^2) + epsilon) * (weight + offset) + bias}, with m the mean of x in a layer norm and 0 in an RMS norm.
     *
     * @param centred whether the mean is taken off: a layer norm
     * @param epsilon added to the mean square
     * @param offset added to the weight: 1 for Gemma and Nemotron, else 0
     * @param weight whether there is a weight; without one it is 1
     * @param bias whether there is a bias
     * @param ofEmbedding whether the embedding is normed, too
     */
    public record Norms(
            boolean centred, double epsilon, double offset, boolean weight, boolean bias, boolean ofEmbedding) {}

    /**
     * Constants between the parts.
     *
     * @param embedding the embedding is multiplied by it
     * @param residual every branch is multiplied by it before it is added
     * @param logitsDivisor the logits are divided by it
     * @param logitsSoftcap logits become {@code softcap * tanh(logit / softcap)}; 0 for none
     * @param ofLayers whether what a layer returns is multiplied by a number that the checkpoint has
     */
    public record Multipliers(
            double embedding, double residual, double logitsDivisor, double logitsSoftcap, boolean ofLayers) {
        /** For models whose layers' outputs are not scaled. */
        public Multipliers(double embedding, double residual, double logitsDivisor, double logitsSoftcap) {
            this(embedding, residual, logitsDivisor, logitsSoftcap, false);
        }

        /** For models that scale nothing. */
        public static final Multipliers NONE = new Multipliers(1, 1, 1, 0);
    }

    /** How the tokens of a layer see each other. */
    public enum Mixer {
        /** Softmax attention. */
        SOFTMAX,
        /** The gated delta rule ({@link DeltaRule}). */
        DELTA_RULE,
        /** A short convolution ({@link ShortConvolution}). */
        CONVOLUTION,
        /** A selective state space ({@link StateSpace}). */
        STATE_SPACE,
        /** Softmax attention and a selective state space of the same stream, added. */
        SOFTMAX_AND_STATE_SPACE
    }

    /**
     * Linear attention by the gated delta rule (Gated DeltaNet, arXiv 2412.06464): a state of every head that decays, forgets what it held
     * for a key, and learns the key's value.
     *
     * @param keyHeads heads of queries and keys
     * @param valueHeads heads of values; a multiple
     * @param keyDim size of one head of the keys
     * @param valueDim size of one head of the values
     * @param kernel width of the convolution that queries, keys and values go through first
     * @param packed whether one matrix holds every key head's query, key, values and gates, and one its rates and steps
     */
    public record DeltaRule(int keyHeads, int valueHeads, int keyDim, int valueDim, int kernel, boolean packed) {}

    /**
     * {@code out(c * convolution(b * x))} with b, c and x projected from the stream: LFM2.
     *
     * @param kernel width of the convolution
     * @param bias whether convolution and projections have biases
     */
    public record ShortConvolution(int kernel, boolean bias) {}

    /** Where the norm of what a state space reads from its state is. */
    public enum StateNorm {
        /** Nowhere: {@code y silu(gate)}. */
        NONE,
        /** Behind the gate: {@code norm(y silu(gate))}. */
        BEHIND_GATE,
        /** Before it: {@code norm(y) silu(gate)}. */
        BEFORE_GATE
    }

    /**
     * A selective state space (Mamba 2, arXiv 2405.21060): {@code state = exp(-exp(A) step) state + step x B^T} and {@code y = state C + D x} of
     * every head, with x, B, C behind a short convolution and a SiLU, and step the softplus of a projection.
     *
     * @param heads number of heads
     * @param headDim size of a head of x
     * @param groups how many B and C there are; divides the heads
     * @param state size of B and C
     * @param kernel width of the convolution
     * @param convolutionBias whether it has a bias
     * @param inputBias whether the projection of the stream has a bias
     * @param outputBias whether the projection back has one
     * @param norm the norm of y
     * @param normGroups in how many parts it norms
     * @param least no step is smaller
     * @param most no step is larger
     * @param factors between the parts
     */
    public record StateSpace(
            int heads,
            int headDim,
            int groups,
            int state,
            int kernel,
            boolean convolutionBias,
            boolean inputBias,
            boolean outputBias,
            StateNorm norm,
            int normGroups,
            double least,
            double most,
            StateFactors factors) {}

    /**
     * Constants of a layer with a state space.
     *
     * @param input what the state space reads is multiplied by it
     * @param parts what is projected of it: gate, x, B, C, step
     * @param output what it returns
     * @param attentionInput what the attention beside it reads
     * @param attentionOutput what that returns
     */
    public record StateFactors(
            double input, List<Double> parts, double output, double attentionInput, double attentionOutput) {
        /** None. */
        public static final StateFactors NONE = new StateFactors(1, List.of(1.0, 1.0, 1.0, 1.0, 1.0), 1, 1, 1);

        public StateFactors {
            parts = List.copyOf(parts);
        }
    }

    /**
     * One layer.
     *
     * @param rotary index of its rotary embedding, or {@link #NO_ROTARY}
     * @param window number of last positions that it sees, its own included; 0 for all
     * @param mixture whether experts are in the place of the MLP
     * @param attention its attention if that is another than the other layers'
     * @param mlp its MLP if that is another than the other layers'
     * @param keysOf the layer whose keys and values it takes, or {@link #OWN_KEYS}
     * @param mixer how its tokens see each other
     */
    public record Layer(
            int rotary,
            int window,
            boolean mixture,
            @Nullable Attention attention,
            @Nullable Mlp mlp,
            int keysOf,
            Mixer mixer) {
        /** The layer does not know positions, or knows them from {@link LearnedPositions}. */
        public static final int NO_ROTARY = -1;

        /** The layer has keys and values of its own. */
        public static final int OWN_KEYS = -1;

        /**
         * A layer like the others.
         *
         * @param rotary index of its rotary embedding, or {@link #NO_ROTARY}
         * @param window number of last positions that it sees, its own included; 0 for all
         */
        public Layer(int rotary, int window) {
            this(rotary, window, false, null, null, OWN_KEYS, Mixer.SOFTMAX);
        }

        /** @return the same with experts in the place of the MLP, or not */
        public Layer withMixture(boolean some) {
            return new Layer(rotary, window, some, attention, mlp, keysOf, mixer);
        }

        /** @return the same with an attention of its own */
        public Layer withAttention(Attention own) {
            return new Layer(rotary, window, mixture, own, mlp, keysOf, mixer);
        }

        /** @return the same with an MLP of its own */
        public Layer withMlp(Mlp own) {
            return new Layer(rotary, window, mixture, attention, own, keysOf, mixer);
        }

        /** @return the same with another mixer */
        public Layer withMixer(Mixer other) {
            return new Layer(rotary, window, mixture, attention, mlp, keysOf, other);
        }

        /** @return the same with the keys and values of an earlier layer */
        public Layer withKeysOf(int earlier) {
            return new Layer(rotary, window, mixture, attention, mlp, earlier, mixer);
        }
    }

    /**
     * @param layer 0-based
     * @return its attention
     */
    public Attention attention(int layer) {
        Attention own = layers.get(layer).attention();
        return own == null ? attention : own;
    }

    /**
     * @param layer 0-based
     * @return its MLP
     */
    public Mlp mlp(int layer) {
        Mlp own = layers.get(layer).mlp();
        return own == null ? mlp : own;
    }

    /**
     * A row of a table is added to a token's embedding: row {@code position + offset}.
     *
     * @param rows of the table
     * @param offset rows before that of position 0: 2 for OPT
     */
    public record LearnedPositions(int rows, int offset) {}

    /**
     * Gemma 4's per-layer embeddings: behind its MLP every layer adds {@code norm(project(activation(gate(x)) * e))}, where e is made of a row
     * of a table of its own for the token and a projection of the token's embedding. Steering does not change e.
     *
     * @param width size of e
     * @param vocabulary rows of the table
     */
    public record PerLayerEmbeddings(int width, int vocabulary) {}

    /**
     * Several residual streams, of which a layer reads and writes one (AltUp, arXiv 2301.13310) and predicts the others from: Gemma 3n. The
     * points are those of that one, but the last, which is the mean of all that the final norm reads.
     *
     * @param count how many streams there are
     * @param active the one that layers read
     * @param scaled whether what per-layer embeddings are gated by is scaled
     * @param rank size of the short vector of the branch beside the attention (Laurel, arXiv 2411.07501)
     */
    public record Streams(int count, int active, boolean scaled, int rank) {}

    /** @return whether all layers have softmax attention and nothing else that mixes tokens */
    public boolean softmaxOnly() {
        return layers.stream().allMatch(layer -> layer.mixer() == Mixer.SOFTMAX);
    }

    /**
     * What a layer leaves behind a row's last token for later passes, beside keys and values.
     *
     * @param name what its name in the graph ends with
     * @param shape sizes of one row, in single precision
     */
    public record State(String name, List<Long> shape) {
        public State {
            shape = List.copyOf(shape);
        }
    }

    /**
     * @param layer 0-based
     * @return whether its cache has keys and values
     */
    public boolean hasKeys(int layer) {
        Mixer mixer = layers.get(layer).mixer();
        return mixer == Mixer.SOFTMAX || mixer == Mixer.SOFTMAX_AND_STATE_SPACE;
    }

    /**
     * @param layer 0-based
     * @return its states: the last inputs of a convolution, {@code [kernel - 1, size]}, and what a recurrence holds; none for softmax attention
     */
    public List<State> states(int layer) {
        return switch (layers.get(layer).mixer()) {
            case SOFTMAX -> List.of();
            case CONVOLUTION ->
                List.of(inputs(Objects.requireNonNull(convolution).kernel(), hidden));
            case DELTA_RULE -> {
                DeltaRule rule = Objects.requireNonNull(deltaRule);
                long size = 2L * rule.keyHeads() * rule.keyDim() + (long) rule.valueHeads() * rule.valueDim();
                yield List.of(
                        inputs(rule.kernel(), size),
                        new State(RECURRENT, sizes(rule.valueHeads(), rule.keyDim(), rule.valueDim())));
            }
            case STATE_SPACE, SOFTMAX_AND_STATE_SPACE -> {
                StateSpace how = Objects.requireNonNull(stateSpace);
                long size = (long) how.heads() * how.headDim() + 2L * how.groups() * how.state();
                yield List.of(
                        inputs(how.kernel(), size),
                        new State(RECURRENT, sizes(how.heads(), how.headDim(), how.state())));
            }
        };
    }

    /** Name of the state of a convolution. */
    static final String CONVOLVED = "convolution";

    /** Name of the state of a recurrence. */
    static final String RECURRENT = "recurrent";

    private static State inputs(int kernel, long size) {
        return new State(CONVOLVED, List.of(kernel - 1L, size));
    }

    private static List<Long> sizes(long... sizes) {
        return Arrays.stream(sizes).boxed().toList();
    }

    /** @return residual-stream points: the embedding output and every layer's output */
    public int points() {
        return layers.size() + 1;
    }
}
