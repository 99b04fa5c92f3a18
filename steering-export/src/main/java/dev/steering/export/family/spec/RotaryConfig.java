package dev.steering.export.family.spec;

import dev.steering.export.checkpoint.ConfigReader;
import dev.steering.export.decoder.DecoderSpec.QueryGrowth;
import dev.steering.export.decoder.rotary.RotaryEmbedding;
import dev.steering.export.decoder.rotary.RotaryEmbedding.Yarn;
import dev.steering.export.decoder.rotary.RotaryTable;
import java.util.Set;

/**
 * Reads rotary embeddings. Older configs have {@code rope_theta} and {@code rope_scaling}, those of transformers 5 both in
 * {@code rope_parameters}. Where versions of transformers disagree (the factor of yarn and longrope beside a different ratio of
 * context lengths) this follows transformers 5: the explicit factor counts.
 *
 * <p>{@code dynamic} recomputes its base for sequences longer than {@code max_position_embeddings}; up to there it is the
 * default embedding, and no bundle accepts a longer sequence.
 */
public final class RotaryConfig {
    private static final String ORIGINAL = "original_max_position_embeddings";
    private static final String PARTIAL = "partial_rotary_factor";
    private static final String SUPPORTED = "default, dynamic, linear, llama3, longrope, yarn";

    /** Whatever the type: the reference ignores keys that the type does not have. */
    private static final Set<String> KNOWN = Set.of(
            "type",
            "rope_type",
            "rope_theta",
            PARTIAL,
            "factor",
            "low_freq_factor",
            "high_freq_factor",
            ORIGINAL,
            "attention_factor",
            "beta_fast",
            "beta_slow",
            "mscale",
            "mscale_all_dim",
            "truncate",
            "short_factor",
            "long_factor",
            "finetuned");

    private final ConfigReader scaling;
    private final int headDim;
    private final int context;
    private final double theta;
    private final double partial;
    private final double original;

    private RotaryConfig(ConfigReader scaling, SpecBuilder builder, double theta, double partial, double original) {
        this(scaling, builder, builder.headDim(), theta, partial, original);
    }

    private RotaryConfig(
            ConfigReader scaling, SpecBuilder builder, int headDim, double theta, double partial, double original) {
        this.scaling = scaling;
        this.headDim = headDim;
        this.context = builder.context();
        this.theta = theta;
        if (partial > 1) {
            throw scaling.error(PARTIAL + " is " + partial + ", more than the whole head.");
        }
        this.partial = partial;
        this.original = original;
    }

    /** The one embedding of all layers. */
    public static RotaryTable read(SpecBuilder builder) {
        RotaryConfig rotary = of(builder);
        rotary.scaling.requireNeutral(PARTIAL, 1);
        return rotary.table(rotary.type());
    }

    /** The one embedding of all layers, which may turn only a part of every head. */
    public static RotaryTable readPartial(SpecBuilder builder) {
        RotaryConfig rotary = of(builder);
        return rotary.table(rotary.type());
    }

    /** Hunyuan's {@code dynamic} with an alpha: a larger base, whatever the length. */
    public static RotaryTable readAlpha(SpecBuilder builder) {
        RotaryConfig rotary = of(builder, Set.of("alpha"));
        double alpha = rotary.scaling.nonNegative("alpha", 0);
        if (alpha > 0 && rotary.type().equals("dynamic")) {
            double d = builder.headDim();
            return RotaryTable.of(
                    RotaryEmbedding.standard(rotary.theta * Math.pow(alpha, d / (d - 2)), builder.headDim()));
        }
        rotary.scaling.requireNeutral(PARTIAL, 1);
        return rotary.table(rotary.type());
    }

    /** The text part of a model that also sees images: text has one position where a picture has three. */
    public static RotaryTable readMultimodal(SpecBuilder builder) {
        RotaryConfig rotary = of(builder, Set.of("mrope_section", "mrope_interleaved"));
        return rotary.table(rotary.type().equals("mrope") ? "default" : rotary.type());
    }

    /** Ministral 3's: beside it, queries grow with the position. */
    public static RotaryTable readGrowing(SpecBuilder builder) {
        RotaryConfig rotary = of(builder, Set.of("llama_4_scaling_beta", "max_position_embeddings"));
        rotary.scaling.requireNeutral(PARTIAL, 1);
        double beta = rotary.scaling.nonNegative("llama_4_scaling_beta", 0);
        builder.growth(beta == 0 ? null : new QueryGrowth(beta, rotary.scaling.positive(ORIGINAL), 0));
        return rotary.table(rotary.type());
    }

    /** Phi-3's: only LongRoPE, which its first versions called otherwise, and maybe only a part of every head is turned. */
    public static RotaryTable readPhi3(SpecBuilder builder) {
        RotaryConfig rotary = of(builder);
        return switch (rotary.type()) {
            case "su", "yarn", "longrope" -> rotary.table("longrope");
            case "default" -> rotary.table("default");
            default -> throw rotary.scaling.unsupported(rotary.typeKey(), "default, longrope, su, yarn");
        };
    }

    /** One of several embeddings, with everything about it in its own object. */
    public static RotaryTable read(ConfigReader scaling, SpecBuilder builder, double defaultTheta) {
        refuseUnknown(scaling, Set.of());
        scaling.requireNeutral(PARTIAL, 1);
        double theta = scaling.positiveNumber("rope_theta", defaultTheta);
        double original = scaling.positiveNumber(ORIGINAL, builder.context());
        RotaryConfig rotary = new RotaryConfig(scaling, builder, theta, 1, original);
        return rotary.table(rotary.type());
    }

    /** One of several embeddings, of heads of a size of its own; it may be Gemma 4's proportional one. */
    public static RotaryTable read(ConfigReader scaling, SpecBuilder builder, double defaultTheta, int headDim) {
        refuseUnknown(scaling, Set.of());
        double theta = scaling.positiveNumber("rope_theta", defaultTheta);
        double partial = scaling.positiveNumber(PARTIAL, 1);
        double original = scaling.positiveNumber(ORIGINAL, builder.context());
        RotaryConfig rotary = new RotaryConfig(scaling, builder, headDim, theta, partial, original);
        if (!rotary.type().equals("proportional")) {
            scaling.requireNeutral(PARTIAL, 1);
            return rotary.table(rotary.type());
        }
        scaling.requireNeutral("factor", 1);
        return RotaryTable.of(RotaryEmbedding.proportional(theta, headDim, (int) Math.floor(partial * headDim / 2)));
    }

    /** The one embedding of all layers, of a part of every head that has a size of its own. */
    public static RotaryTable readSized(SpecBuilder builder, int size) {
        RotaryConfig whole = of(builder);
        return new RotaryConfig(whole.scaling, builder, size, whole.theta, 1, whole.original).table(whole.type());
    }

    /** What YaRN multiplies the scores by in models that do not scale cosines and sines alone: the factor of all dimensions, squared. */
    public static double scoreFactor(SpecBuilder builder) {
        RotaryConfig rotary = of(builder);
        double all = rotary.scaling.nonNegative("mscale_all_dim", 0);
        if (rotary.type().equals("default") || all == 0) {
            return 1;
        }
        double magnitude = yarnMagnitude(rotary.factor(), all);
        return magnitude * magnitude;
    }

    /** What stands beside the scaling: the original context there wins over the one inside, everything else loses. */
    private static RotaryConfig of(SpecBuilder builder) {
        return of(builder, Set.of());
    }

    private static RotaryConfig of(SpecBuilder builder, Set<String> own) {
        ConfigReader config = builder.config();
        String key = config.has("rope_scaling") ? "rope_scaling" : "rope_parameters";
        ConfigReader scaling = config.objectOrEmpty(key);
        refuseUnknown(scaling, own);
        return new RotaryConfig(
                scaling,
                builder,
                scaling.positiveNumber("rope_theta", config.positiveNumber("rope_theta", 10000)),
                scaling.positiveNumber(PARTIAL, config.positiveNumber(PARTIAL, 1)),
                config.positiveNumber(ORIGINAL, scaling.positiveNumber(ORIGINAL, builder.context())));
    }

    private static void refuseUnknown(ConfigReader scaling, Set<String> own) {
        for (String key : scaling.keys()) {
            if (scaling.has(key) && !KNOWN.contains(key) && !own.contains(key)) {
                throw scaling.error(key + " is not supported: it is not known what it changes.");
            }
        }
    }

    private String typeKey() {
        return scaling.has("rope_type") ? "rope_type" : "type";
    }

    private String type() {
        return scaling.text(typeKey(), "default");
    }

    private RotaryTable table(String type) {
        RotaryEmbedding plain = RotaryEmbedding.standard(theta, (int) (headDim * partial));
        return switch (type) {
            case "default" -> RotaryTable.of(plain);
            case "dynamic" -> {
                scaling.positiveNumber("factor");
                yield RotaryTable.of(plain);
            }
            case "linear" -> RotaryTable.of(plain.linear(scaling.positiveNumber("factor")));
            case "llama3" ->
                RotaryTable.of(plain.llama3(
                        scaling.positiveNumber("factor"),
                        scaling.positiveNumber("low_freq_factor"),
                        scaling.positiveNumber("high_freq_factor"),
                        original));
            case "yarn" -> RotaryTable.of(plain.yarn(yarn()));
            case "longrope" -> longRope(plain);
            default -> throw scaling.unsupported(typeKey(), SUPPORTED);
        };
    }

    private double factor() {
        return scaling.positiveNumber("factor", context / original);
    }

    private Yarn yarn() {
        double numerator = scaling.nonNegative("mscale", 0);
        double denominator = scaling.nonNegative("mscale_all_dim", 0);
        double magnitude = numerator > 0 && denominator > 0
                ? yarnMagnitude(factor(), numerator) / yarnMagnitude(factor(), denominator)
                : yarnMagnitude(factor(), 1);
        return new Yarn(
                factor(),
                scaling.positiveNumber("beta_fast", 32),
                scaling.positiveNumber("beta_slow", 1),
                original,
                scaling.flag("truncate", true),
                scaling.positiveNumber("attention_factor", magnitude));
    }

    private static double yarnMagnitude(double factor, double scale) {
        return factor <= 1 ? 1 : 0.1 * scale * Math.log(factor) + 1;
    }

    private RotaryTable longRope(RotaryEmbedding plain) {
        double magnitude = factor() <= 1 ? 1 : Math.sqrt(1 + Math.log(factor()) / Math.log(original));
        magnitude = scaling.positiveNumber("attention_factor", magnitude);
        RotaryEmbedding shortOne = plain.rescaled(scaling.positiveNumbers("short_factor", plain.pairs()), magnitude);
        RotaryEmbedding longOne = plain.rescaled(scaling.positiveNumbers("long_factor", plain.pairs()), magnitude);
        return context <= original || shortOne.sameAs(longOne)
                ? RotaryTable.of(shortOne)
                : new RotaryTable(shortOne, longOne, (int) original);
    }
}
