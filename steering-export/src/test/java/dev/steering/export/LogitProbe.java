package dev.steering.export;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.steering.core.bundle.Bundle;
import dev.steering.model.ort.LanguageModel;
import dev.steering.model.pass.ForwardRequest;
import dev.steering.model.pass.PassSteering;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Logits of every position of one random row. */
final class LogitProbe {
    private static final int LENGTH = 12;

    private LogitProbe() {}

    static float[][] logits(Bundle bundle, @Nullable PassSteering steering) {
        try (LanguageModel model = LanguageModel.open(bundle.directory())) {
            int[] tokens = new Random(4)
                    .ints(LENGTH, 3, bundle.manifest().vocabulary())
                    .toArray();
            int[] all = new int[LENGTH];
            for (int i = 0; i < LENGTH; i++) {
                all[i] = i;
            }
            var result = model.forward(
                    ForwardRequest.of(List.of(tokens)).withSteering(steering).withLogits(List.of(all)));
            float[][] logits = new float[LENGTH][];
            for (int i = 0; i < LENGTH; i++) {
                logits[i] = result.logits(0, i);
            }
            return logits;
        }
    }

    /** The tolerance is relative to the largest logit where that exceeds 1. */
    static void assertSameLogits(Bundle expected, Bundle found, double tolerance) {
        float[][] first = logits(expected, null);
        float[][] second = logits(found, null);
        for (int i = 0; i < LENGTH; i++) {
            double scale = 1;
            for (float logit : first[i]) {
                scale = Math.max(scale, Math.abs(logit));
            }
            for (int v = 0; v < first[i].length; v++) {
                assertEquals(first[i][v], second[i][v], tolerance * scale, "position " + i + ", token " + v);
            }
        }
    }
}
