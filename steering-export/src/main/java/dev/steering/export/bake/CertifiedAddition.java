package dev.steering.export.bake;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.steering.core.BadRequest;
import dev.steering.core.bundle.BundleManifest;
import dev.steering.core.certificate.Certificate;
import dev.steering.core.certificate.CertifiedSet.Role;
import dev.steering.core.certificate.CertifiedSetting;
import dev.steering.core.vector.LayerMatrix;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorScale;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A vector whose certificate allows what it was measured at to be made permanent. Baking takes layers and strength from the certificate and
 * from nowhere else. Immutable.
 *
 * @param vector the vector
 * @param certificate its certificate, which speaks of these numbers and this model
 */
record CertifiedAddition(SteeringVector vector, Certificate certificate) {
    /** With fewer, five points are less than one prompt. */
    private static final int FEWEST_HARMFUL = 20;

    /**
     * @param vector the vector
     * @param model the model that it is baked into
     * @return the vector with its certificate
     * @throws BadRequest if there is none, if it speaks of other numbers or another model, of too few harmful prompts, if harmful refusal
     *     falls by more than {@value Certificate#MOST_FALL} points, or if what it speaks of is no constant addition
     */
    static CertifiedAddition of(SteeringVector vector, BundleManifest model) {
        Certificate certificate = vector.certificate();
        if (certificate == null) {
            throw refused("the vector has no certificate: nobody has measured what it does. Measure it first.");
        }
        List<String> differences = certificate.differences(vector.contentHash(), model);
        if (!differences.isEmpty()) {
            throw refused("of the vector, " + String.join(" And ", differences) + " Measure it again.");
        }
        requireConstant(certificate.setting());
        requireSafe(certificate);
        return new CertifiedAddition(vector, certificate);
    }

    static void requireSafe(Certificate certificate) {
        int prompts = certificate.prompts(Role.HARMFUL);
        if (prompts < FEWEST_HARMFUL) {
            throw refused("the certificate was measured on " + prompts + " harmful prompts, expected at least "
                    + FEWEST_HARMFUL + ". Measure it on more.");
        }
        double fall = certificate.fall(Role.HARMFUL);
        if (fall > Certificate.MOST_FALL) {
            throw refused(String.format(
                    Locale.ROOT,
                    "with the vector %.1f points fewer of the %d harmful prompts of its certificate are refused, and %.0f points"
                            + " are the most. What lowers over-refusal must not remove safety: choose a smaller strength or other layers,"
                            + " or a vector that costs less.",
                    fall,
                    prompts,
                    Certificate.MOST_FALL));
        }
    }

    static BadRequest refused(String why) {
        return new BadRequest("Not baked: " + why);
    }

    /** The plan's text is what decides: it says all that is done. */
    private static void requireConstant(CertifiedSetting setting) {
        String problem = problem(setting);
        if (problem != null) {
            throw refused("the certificate was made for '" + setting.words() + "', and " + problem);
        }
    }

    private static @Nullable String problem(CertifiedSetting setting) {
        JsonNode steps = steps(setting);
        if (steps.size() != 1) {
            return "only one step can be baked.";
        }
        JsonNode step = steps.get(0);
        if (!step.at("/gate/type").asText().equals("always")) {
            return "a method that decides about each prompt cannot be baked: a fixed graph does the same for all prompts.";
        }
        if (!step.at("/operation/type").asText().equals("add")
                || step.at("/operation/keep_norm").asBoolean()) {
            return "only adding and subtracting are constants that a graph can hold; what depends on the activations is not.";
        }
        if (!step.at("/scope/span").asText().equals("all")
                || step.at("/scope/every").asInt() != 1) {
            return "a fixed graph does the same at all tokens: measure it with the scope of all tokens.";
        }
        boolean own = !step.path("vector").hasNonNull("random_seed");
        return own && setting.alpha() != null && setting.scale() != null ? null : "that is not the vector itself.";
    }

    private static JsonNode steps(CertifiedSetting setting) {
        try {
            return new ObjectMapper().readTree(setting.plan()).path("steps");
        } catch (JsonProcessingException e) {
            throw refused("the certificate's plan cannot be read. Measure it again.");
        }
    }

    /** @return what is added at each residual-stream point, {@code [layers + 1][hidden]}; zero where nothing is */
    float[][] points() {
        JsonNode step = steps(certificate.setting()).get(0);
        double alpha = step.at("/operation/alpha").asDouble();
        boolean raw = step.at("/operation/scale").asText().equals("raw");
        LayerMatrix directions = vector.directions(raw ? VectorScale.RAW : VectorScale.UNIT);
        float[][] points = new float[vector.layers() + 1][vector.hidden()];
        for (JsonNode layer : step.path("layers")) {
            float[] row = directions.row(layer.asInt());
            for (int i = 0; i < row.length; i++) {
                // As the graph multiplies: in single precision.
                points[layer.asInt() + 1][i] = (float) alpha * row[i];
            }
        }
        return points;
    }
}
