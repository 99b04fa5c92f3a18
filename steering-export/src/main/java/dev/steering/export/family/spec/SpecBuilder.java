package dev.steering.export.family.spec;

import dev.steering.export.checkpoint.ConfigReader;
import dev.steering.export.checkpoint.ContextLimit;
import dev.steering.export.decoder.Activation;
import dev.steering.export.decoder.DecoderSpec;
import dev.steering.export.decoder.DecoderSpec.Attention;
import dev.steering.export.decoder.DecoderSpec.DeltaRule;
import dev.steering.export.decoder.DecoderSpec.Experts;
import dev.steering.export.decoder.DecoderSpec.Flow;
import dev.steering.export.decoder.DecoderSpec.HeadNorm;
import dev.steering.export.decoder.DecoderSpec.Latent;
import dev.steering.export.decoder.DecoderSpec.Layer;
import dev.steering.export.decoder.DecoderSpec.LearnedPositions;
import dev.steering.export.decoder.DecoderSpec.Mixer;
import dev.steering.export.decoder.DecoderSpec.Mlp;
import dev.steering.export.decoder.DecoderSpec.Multipliers;
import dev.steering.export.decoder.DecoderSpec.Norms;
import dev.steering.export.decoder.DecoderSpec.PerLayerEmbeddings;
import dev.steering.export.decoder.DecoderSpec.Projections;
import dev.steering.export.decoder.DecoderSpec.QueryGrowth;
import dev.steering.export.decoder.DecoderSpec.ShortConvolution;
import dev.steering.export.decoder.DecoderSpec.StateSpace;
import dev.steering.export.decoder.DecoderSpec.Streams;
import dev.steering.export.decoder.DecoderSpec.Value;
import dev.steering.export.decoder.Part;
import dev.steering.export.decoder.TensorNames;
import dev.steering.export.decoder.rotary.RotaryTable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Collects one checkpoint's spec: reads the keys that all families share, and lets a family's reader set what is particular to
 * it. The reader gives the config the defaults of its family's configuration class in transformers.
 */
public final class SpecBuilder {
    /** Keys that change the mathematics wherever they are implemented: refused unless absent, null or false. */
    private static final List<String> NEVER = List.of(
            "use_bidirectional_attention",
            "is_encoder_decoder",
            "add_cross_attention",
            "rope_interleaved",
            "lm_head_bias");

    /** The same, for keys that some of the families have. */
    private static final List<String> PARTICULAR = List.of(
            "attention_multiplier",
            "attn_logit_softcapping",
            "final_logit_softcapping",
            "query_pre_attn_scalar",
            "no_rope_layers",
            "logit_scale",
            "clip_qkv",
            "use_qk_norm",
            "qk_layernorm");

    /** Keys that some of the families have and that 1 disables. */
    private static final List<String> FACTORS =
            List.of("embedding_multiplier", "residual_multiplier", "logits_scaling", "partial_rotary_factor");

    private final ConfigReader config;
    private final int layers;
    private final int hidden;
    private final int headDim;
    private final int context;

    private double scale;
    private Flow flow = Flow.PRE_NORM;
    private double attentionSoftcap;
    private Projections projections = Projections.SEPARATE;
    private boolean gateless;
    private boolean packedGate;
    private boolean inputBias;
    private boolean outputBias;
    private boolean mlpBias;
    private boolean headBias;
    private boolean interleaved;
    private boolean inputRows;
    private HeadNorm headNorm = HeadNorm.NONE;
    private @Nullable QueryGrowth growth;
    private @Nullable Experts experts;
    private boolean sinks;
    private double clip;
    private List<Float> slopes = List.of();
    private boolean embeddingNorm;
    private @Nullable Latent latent;
    private Value value = Value.PROJECTED;
    private boolean gated;
    private @Nullable PerLayerEmbeddings perLayer;
    private @Nullable Streams streams;
    private @Nullable DeltaRule deltaRule;
    private @Nullable ShortConvolution convolution;
    private @Nullable StateSpace stateSpace;
    private double gateFactor = 1;
    private double mlpFactor = 1;
    private @Nullable LearnedPositions positions;
    private double normOffset;
    private boolean tied;
    private String activation;
    private Multipliers multipliers = Multipliers.NONE;
    private List<RotaryTable> rotaries = List.of();
    private List<Layer> plan;
    private List<String> otherParts = List.of();

    /** What config.json determines and old checkpoints store all the same. */
    private List<String> derived = List.of("rotary_emb.inv_freq");

    /** Numbers of layers that the checkpoint has and the decoder does not: those that predict further tokens in training. */
    private final List<Integer> otherLayers = new ArrayList<>();

    private final Map<Part, String> renamed = new EnumMap<>(Part.class);

    /** The key of the norms' epsilon; layer norms have another. */
    private String epsilon = "rms_norm_eps";

    private String width = "intermediate_size";
    private boolean centred;
    private boolean normBias;
    private boolean weightless;

    private final TensorPrefix tensors;
    private final int heads;
    private final int kvHeads;

    /**
     * @param config the config with the family's defaults
     * @param own keys that other families do not have and that this one's reader reads
     */
    public SpecBuilder(ConfigReader config, TensorPrefix tensors, Set<String> own) {
        this.config = config;
        this.tensors = tensors;
        refuseForeign(own);
        layers = bounded("num_hidden_layers", config.positive("num_hidden_layers"), tensors.tensors(), "tensors");
        hidden = width("hidden_size", config.positive("hidden_size"));
        heads = width("num_attention_heads", config.positive("num_attention_heads"));
        kvHeads = width("num_key_value_heads", config.positive("num_key_value_heads", heads));
        headDim = width("head_dim", config.positive("head_dim", Math.max(1, hidden / heads)));
        context = ContextLimit.require(config, "max_position_embeddings");
        tied = config.flag("tie_word_embeddings", false);
        activation = config.text("hidden_act", "");
        scale = 1 / Math.sqrt(headDim);
        width("num_attention_heads times head_dim", (long) heads * headDim);
        plan = Collections.nCopies(layers, new Layer(0, 0));
        if (heads % kvHeads != 0) {
            throw config.error(
                    "num_attention_heads " + heads + " is not a multiple of num_key_value_heads " + kvHeads + ".");
        }
    }

    /** @return the config, with the family's defaults */
    public ConfigReader config() {
        return config;
    }

    /** @return number of layers */
    public int layers() {
        return layers;
    }

    /** @return width of the residual stream */
    public int hidden() {
        return hidden;
    }

    /** @return size of one head */
    public int headDim() {
        return headDim;
    }

    /** @return longest sequence */
    public int context() {
        return context;
    }

    /** @return factor of the scores */
    public double scale() {
        return scale;
    }

    /** @return whether queries, keys and values have biases */
    public boolean inputBias() {
        return inputBias;
    }

    /** @return whether the embedding is also the head */
    public boolean tied() {
        return tied;
    }

    /** @return the layers as they are said up to here */
    public List<Layer> plan() {
        return plan;
    }

    /** What this family calls a part. */
    public void rename(Part part, String name) {
        renamed.put(part, name);
    }

    /** A layer that the checkpoint has and the decoder does not. */
    public void otherLayer(int layer) {
        otherLayers.add(layer);
    }

    /** @param choice factor of the scores */
    public void scale(double choice) {
        scale = choice;
    }

    /** @param choice how a layer is put together */
    public void flow(Flow choice) {
        flow = choice;
    }

    /** @param choice cap of the scores; 0 for none */
    public void attentionSoftcap(double choice) {
        attentionSoftcap = choice;
    }

    /** @param choice how queries, keys and values are stored */
    public void projections(Projections choice) {
        projections = choice;
    }

    /** @param choice whether the MLP has no gate */
    public void gateless(boolean choice) {
        gateless = choice;
    }

    /** @param choice whether gate and up are one matrix */
    public void packedGate(boolean choice) {
        packedGate = choice;
    }

    /** @param choice whether queries, keys and values have biases */
    public void inputBias(boolean choice) {
        inputBias = choice;
    }

    /** @param choice whether the output projection has a bias */
    public void outputBias(boolean choice) {
        outputBias = choice;
    }

    /** @param choice whether the MLP has biases */
    public void mlpBias(boolean choice) {
        mlpBias = choice;
    }

    /** @param choice whether the vocabulary head has a bias */
    public void headBias(boolean choice) {
        headBias = choice;
    }

    /** @param choice whether rotary embedding turns neighbours */
    public void interleaved(boolean choice) {
        interleaved = choice;
    }

    /** @param choice whether matrices have a row for every input */
    public void inputRows(boolean choice) {
        inputRows = choice;
    }

    /** @param choice norms of queries and keys */
    public void headNorm(HeadNorm choice) {
        headNorm = choice;
    }

    /** @param choice what queries grow by */
    public void growth(@Nullable QueryGrowth choice) {
        growth = choice;
    }

    /** @param choice whether heads have sinks */
    public void sinks(boolean choice) {
        sinks = choice;
    }

    /** @param choice what queries, keys and values are cut to; 0 for none */
    public void clip(double choice) {
        clip = choice;
    }

    /** @param choice what scores grow by from position to position */
    public void slopes(List<Float> choice) {
        slopes = choice;
    }

    /** @param choice whether the embedding is normed */
    public void embeddingNorm(boolean choice) {
        embeddingNorm = choice;
    }

    /** @param choice latent attention */
    public void latent(Latent choice) {
        latent = choice;
    }

    /** @param choice where values come from */
    public void value(Value choice) {
        value = choice;
    }

    /** @param choice whether attention's result is gated */
    public void gated(boolean choice) {
        gated = choice;
    }

    /** @param choice embeddings of every layer */
    public void perLayer(PerLayerEmbeddings choice) {
        perLayer = choice;
    }

    /** @param choice further streams */
    public void streams(Streams choice) {
        streams = choice;
    }

    /** @param choice of the layers that have it */
    public void deltaRule(DeltaRule choice) {
        deltaRule = choice;
    }

    /** @param choice of the layers that have it */
    public void convolution(ShortConvolution choice) {
        convolution = choice;
    }

    /** @param choice of the layers that have it */
    public void stateSpace(StateSpace choice) {
        stateSpace = choice;
    }

    /**
     * @param ofGate the MLP's gate is multiplied by it
     * @param ofOutput what it returns is
     */
    public void mlpFactors(double ofGate, double ofOutput) {
        gateFactor = ofGate;
        mlpFactor = ofOutput;
    }

    /** @param choice a table of learned positions */
    public void positions(LearnedPositions choice) {
        positions = choice;
    }

    /** @param choice added to the norms' weights */
    public void normOffset(double choice) {
        normOffset = choice;
    }

    /** @param choice whether the embedding is also the head */
    public void tied(boolean choice) {
        tied = choice;
    }

    /** @param choice the MLP's, as config.json names it */
    public void activation(String choice) {
        activation = choice;
    }

    /** @param choice constants between the parts */
    public void multipliers(Multipliers choice) {
        multipliers = choice;
    }

    /** @param choice the rotary embeddings that the plan refers to */
    public void rotaries(List<RotaryTable> choice) {
        rotaries = choice;
    }

    /** @param choice the layers */
    public void plan(List<Layer> choice) {
        plan = choice;
    }

    /** @param choice what the names of tensors begin with that are no part of the decoder */
    public void otherParts(List<String> choice) {
        otherParts = choice;
    }

    /** @param choice what the names of tensors end with that config.json determines */
    public void derived(List<String> choice) {
        derived = choice;
    }

    /** Nothing is made as large as config.json says before it is known that the weights are, too. */
    private int width(String key, long value) {
        return bounded(key, value, tensors.longestSide(), "as the longest side of a tensor");
    }

    private int bounded(String key, long value, long limit, String of) {
        if (limit > 0 && value > limit) {
            throw config.error(key + " is " + value + ", but the checkpoint's weights have " + limit + " " + of
                    + ": the two do not belong together.");
        }
        return Math.toIntExact(value);
    }

    private void refuseForeign(Set<String> own) {
        config.refuseQuantization();
        NEVER.forEach(key -> config.refuse(key, "it is not implemented."));
        PARTICULAR.stream()
                .filter(key -> !own.contains(key))
                .forEach(key -> config.refuse(key, "this architecture does not have it."));
        FACTORS.stream().filter(key -> !own.contains(key)).forEach(key -> config.requireNeutral(key, 1));
        if (!config.flag("is_causal", true)) {
            throw config.unsupported("is_causal", "true");
        }
    }

    /** Biases as {@code attention_bias} and {@code mlp_bias} say it: on all matrices or none. */
    public void biases(boolean ofMlp) {
        inputBias = config.flag("attention_bias", false);
        outputBias = inputBias;
        mlpBias = ofMlp && config.flag("mlp_bias", false);
    }

    /** Layer norms in the place of RMS norms. */
    public void layerNorms(String epsilonKey, boolean bias) {
        centred = true;
        epsilon = epsilonKey;
        normBias = bias;
    }

    /** Layer norms that have no weights. */
    public void bareNorms(String epsilonKey) {
        layerNorms(epsilonKey, false);
        weightless = true;
    }

    /**
     * ALiBi's slopes: powers of 2^(-8/n) for n heads, and for the heads beyond the largest power of two every second one of twice as many.
     */
    public static List<Float> alibi(int heads) {
        int known = Integer.highestOneBit(heads);
        List<Float> slopes = new ArrayList<>();
        for (int h = 1; h <= known; h++) {
            slopes.add((float) Math.pow(2, -8.0 * h / known));
        }
        for (int h = 0; h < heads - known; h++) {
            slopes.add((float) Math.pow(2, -8.0 * (2 * h + 1) / (2 * known)));
        }
        return slopes;
    }

    /** An MLP without a gate, whose matrices, apart from the bias, are called so. */
    public void plainMlp(String up, String down) {
        gateless = true;
        renamed.put(Part.UP, up);
        renamed.put(Part.DOWN, down);
    }

    /** The key of the MLP's width. */
    public void mlpWidth(String key) {
        width = key;
    }

    /** One rotary embedding for all layers, of which maybe only a part of every head is turned. */
    public void rotary(RotaryTable table) {
        rotaries = List.of(table);
    }

    /** RMS norms whose epsilon has a key of its own. */
    public void epsilonKey(String key) {
        epsilon = key;
    }

    /** Another mixer than softmax attention in some layers, which do not turn heads. */
    public void mixer(Mixer other, IntPredicate layersWithIt) {
        List<Layer> planned = new ArrayList<>();
        for (int l = 0; l < layers; l++) {
            planned.add(
                    layersWithIt.test(l)
                            ? new Layer(Layer.NO_ROTARY, 0)
                                    .withMixer(other)
                                    .withMixture(plan.get(l).mixture())
                            : plan.get(l));
        }
        plan = planned;
    }

    /** Experts in the place of the MLP in some layers, or in all. */
    public void mixture(Experts of, IntPredicate layersWithSome) {
        if (of.used() > of.count()) {
            throw config.error("a token cannot use " + of.used() + " of " + of.count() + " experts.");
        }
        experts = of;
        List<Layer> planned = new ArrayList<>();
        for (int l = 0; l < layers; l++) {
            planned.add(plan.get(l).withMixture(layersWithSome.test(l)));
        }
        plan = planned;
    }

    /** An activation by the name that {@code config.json} gives it. */
    public Activation activation() {
        Activation known = Activation.named(activation)
                .orElseThrow(() -> config.error("the activation (hidden_act or hidden_activation) \"" + activation
                        + "\" is not supported; supported: " + Activation.supported() + "."));
        if (known == Activation.XIELU && !gateless) {
            throw config.error("the activation \"" + activation + "\" is not supported in an MLP with a gate.");
        }
        return known;
    }

    /** The layers that see the whole text do not know positions; those with a window do. */
    public void rotaryInWindowsOnly() {
        plan = plan.stream()
                .map(layer -> layer.window() == 0 ? new Layer(Layer.NO_ROTARY, 0) : layer)
                .toList();
    }

    /** No layer turns its heads. */
    public void noRotary() {
        plan = Collections.nCopies(layers, new Layer(Layer.NO_ROTARY, 0));
    }

    /** For families without sliding window: one that would matter is refused. */
    public void noWindow() {
        if (config.has("sliding_window")
                && config.flag("use_sliding_window", true)
                && config.positive("sliding_window") < context) {
            throw config.error("sliding_window is not supported: this architecture does not have it.");
        }
    }

    /** The same window for every layer, or none. */
    public void window(int window) {
        plan = Collections.nCopies(layers, new Layer(0, window));
    }

    /** A window for the sliding layers, and for all layers the first rotary embedding. */
    public void windows(LayerTypes types, int window) {
        if (types.anySliding() && window == 0) {
            throw config.error("layer_types has sliding_attention, but there is no sliding_window in use.");
        }
        List<Layer> planned = new ArrayList<>();
        for (int l = 0; l < layers; l++) {
            planned.add(new Layer(0, types.sliding(l) ? window : 0));
        }
        plan = planned;
    }

    /** The attention as it is said up to here. */
    public Attention attention() {
        return new Attention(
                heads,
                kvHeads,
                headDim,
                scale,
                attentionSoftcap,
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
                value,
                gated);
    }

    /** The MLP as it is said up to here. */
    public Mlp mlp() {
        return new Mlp(
                width(width, config.positive(width)),
                activation(),
                !gateless,
                packedGate,
                mlpBias,
                0,
                gateFactor,
                mlpFactor);
    }

    public DecoderSpec build(String architecture) {
        if (!tied && !tensors.headStored()) {
            throw tensors.noHead();
        }
        if (headDim % 2 != 0 && plan.stream().anyMatch(layer -> layer.rotary() != Layer.NO_ROTARY)) {
            throw config.error("head_dim " + headDim + " is not supported: rotary embedding needs an even number.");
        }
        return new DecoderSpec(
                architecture,
                hidden,
                width("vocab_size", config.positive("vocab_size")),
                context,
                flow,
                attention(),
                mlp(),
                experts,
                new Norms(centred, config.positiveNumber(epsilon), normOffset, !weightless, normBias, embeddingNorm),
                multipliers,
                plan,
                rotaries,
                positions,
                perLayer,
                streams,
                deltaRule,
                convolution,
                stateSpace,
                headBias,
                tensors.names(tied, new TensorNames("", renamed, "", otherParts, derived, inputRows), otherLayers));
    }
}
