package dev.steering.export.family;

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
import dev.steering.export.decoder.DecoderSpec.Value;
import dev.steering.export.decoder.Part;
import dev.steering.export.decoder.RotaryTable;
import dev.steering.export.decoder.TensorNames;
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
final class SpecBuilder {
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

    final ConfigReader config;
    final int layers;
    final int hidden;
    final int headDim;
    final int context;

    double scale;
    Flow flow = Flow.PRE_NORM;
    double attentionSoftcap;
    Projections projections = Projections.SEPARATE;
    boolean gateless;
    boolean packedGate;
    boolean inputBias;
    boolean outputBias;
    boolean mlpBias;
    boolean headBias;
    boolean interleaved;
    boolean inputRows;
    HeadNorm headNorm = HeadNorm.NONE;
    @Nullable QueryGrowth growth;
    @Nullable Experts experts;
    boolean sinks;
    double clip;
    List<Float> slopes = List.of();
    boolean embeddingNorm;
    @Nullable Latent latent;
    Value value = Value.PROJECTED;
    boolean gated;
    @Nullable PerLayerEmbeddings perLayer;
    @Nullable DeltaRule deltaRule;
    @Nullable ShortConvolution convolution;
    @Nullable LearnedPositions positions;
    double normOffset;
    boolean tied;
    String activation;
    Multipliers multipliers = Multipliers.NONE;
    List<RotaryTable> rotaries = List.of();
    List<Layer> plan;
    List<String> otherParts = List.of();

    /** What config.json determines and old checkpoints store all the same. */
    List<String> derived = List.of("rotary_emb.inv_freq");


    /** Numbers of layers that the checkpoint has and the decoder does not: those that predict further tokens in training. */
    final List<Integer> otherLayers = new ArrayList<>();

    final Map<Part, String> renamed = new EnumMap<>(Part.class);

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
    SpecBuilder(ConfigReader config, TensorPrefix tensors, Set<String> own) {
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
    void biases(boolean ofMlp) {
        inputBias = config.flag("attention_bias", false);
        outputBias = inputBias;
        mlpBias = ofMlp && config.flag("mlp_bias", false);
    }

    /** Layer norms in the place of RMS norms. */
    void layerNorms(String epsilonKey, boolean bias) {
        centred = true;
        epsilon = epsilonKey;
        normBias = bias;
    }

    /** Layer norms that have no weights. */
    void bareNorms(String epsilonKey) {
        layerNorms(epsilonKey, false);
        weightless = true;
    }

    /**
     * ALiBi's slopes: powers of 2^(-8/n) for n heads, and for the heads beyond the largest power of two every second one of twice as many.
     */
    static List<Float> alibi(int heads) {
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
    void plainMlp(String up, String down) {
        gateless = true;
        renamed.put(Part.UP, up);
        renamed.put(Part.DOWN, down);
    }

    /** The key of the MLP's width. */
    void mlpWidth(String key) {
        width = key;
    }

    /** One rotary embedding for all layers, of which maybe only a part of every head is turned. */
    void rotary(RotaryTable table) {
        rotaries = List.of(table);
    }

    /** RMS norms whose epsilon has a key of its own. */
    void epsilonKey(String key) {
        epsilon = key;
    }

    /** Another mixer than softmax attention in some layers, which do not turn heads. */
    void mixer(Mixer other, IntPredicate layersWithIt) {
        List<Layer> planned = new ArrayList<>();
        for (int l = 0; l < layers; l++) {
            planned.add(layersWithIt.test(l) ? new Layer(Layer.NO_ROTARY, 0).withMixer(other) : plan.get(l));
        }
        plan = planned;
    }

    /** Experts in the place of the MLP in some layers, or in all. */
    void mixture(Experts of, IntPredicate layersWithSome) {
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
    Activation activation() {
        return Activation.named(activation)
                .orElseThrow(() -> config.error("the activation (hidden_act or hidden_activation) \"" + activation
                        + "\" is not supported; supported: " + Activation.supported() + "."));
    }

    /** The layers that see the whole text do not know positions; those with a window do. */
    void rotaryInWindowsOnly() {
        plan = plan.stream()
                .map(layer -> layer.window() == 0 ? new Layer(Layer.NO_ROTARY, 0) : layer)
                .toList();
    }

    /** No layer turns its heads. */
    void noRotary() {
        plan = Collections.nCopies(layers, new Layer(Layer.NO_ROTARY, 0));
    }

    /** For families without sliding window: one that would matter is refused. */
    void noWindow() {
        if (config.has("sliding_window")
                && config.flag("use_sliding_window", true)
                && config.positive("sliding_window") < context) {
            throw config.error("sliding_window is not supported: this architecture does not have it.");
        }
    }

    /** The same window for every layer, or none. */
    void window(int window) {
        plan = Collections.nCopies(layers, new Layer(0, window));
    }

    /** A window for the sliding layers, and for all layers the first rotary embedding. */
    void windows(LayerTypes types, int window) {
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
    Attention attention() {
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
    Mlp mlp() {
        return new Mlp(width(width, config.positive(width)), activation(), !gateless, packedGate, mlpBias);
    }

    DecoderSpec build(String architecture) {
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
                deltaRule,
                convolution,
                headBias,
                tensors.names(tied, new TensorNames("", renamed, "", otherParts, derived, inputRows), otherLayers));
    }
}
