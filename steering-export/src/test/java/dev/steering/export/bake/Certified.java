package dev.steering.export.bake;

import dev.steering.core.bundle.BundleManifest;
import dev.steering.core.certificate.Certificate;
import dev.steering.core.certificate.CertifiedAnswers;
import dev.steering.core.certificate.CertifiedSet;
import dev.steering.core.certificate.CertifiedSet.Role;
import dev.steering.core.certificate.CertifiedSetting;
import dev.steering.core.vector.LayerMatrix;
import dev.steering.core.vector.Provenance;
import dev.steering.core.vector.SteeringVector;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;

/** Random vectors with certificates that were made up. */
final class Certified {
    static final double ALPHA = -0.75;

    private static final String STEP =
            """
            {"vector":{"file":"","fingerprint":"%s"},"operation":{"type":"add","alpha":%s,"scale":"raw","keep_norm":false},\
            "layers":%s,"scope":{"span":"all","every":1},"gate":{"type":"always"}}""";

    private Certified() {}

    static SteeringVector random(BundleManifest model) {
        Random random = new Random(7);
        float[] values = new float[model.layers() * model.hidden()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return SteeringVector.of(
                LayerMatrix.of(model.layers(), model.hidden(), values), Provenance.elsewhere(model.name(), "random"));
    }

    static String plan(List<Integer> layers) {
        return "{\"steps\":[" + STEP.formatted("00".repeat(32), ALPHA, layers) + "]}";
    }

    /** Of which so many of 20 harmful prompts are refused with the vector; without, all are. */
    static SteeringVector vector(BundleManifest model, List<Integer> layers, String plan, int refused) {
        SteeringVector vector = random(model);
        CertifiedAnswers all = new CertifiedAnswers(20, 0.8, 1, 0, 0, 0);
        CertifiedAnswers some = new CertifiedAnswers(refused, 0, 1, 0, 0, 0);
        Certificate certificate = new Certificate(
                vector.contentHash(),
                model.fingerprint(),
                model.name(),
                model.dtype(),
                new CertifiedSetting("subtract", plan, "subtract it at " + words(layers), layers, ALPHA, "raw"),
                "nobody",
                1,
                null,
                List.of(new CertifiedSet("harmful", Role.HARMFUL, null, null, "", 20, all, some, List.of())),
                null,
                List.of(),
                List.of(),
                Map.of());
        return vector.withCertificate(certificate);
    }

    static SteeringVector vector(BundleManifest model, List<Integer> layers) {
        return vector(model, layers, plan(layers), 20);
    }

    private static String words(List<Integer> layers) {
        return layers.stream().map(String::valueOf).collect(Collectors.joining(","));
    }
}
