package dev.steering.extract.project;

import dev.steering.core.SteeringException;
import dev.steering.core.bundle.Bundle;
import dev.steering.core.bundle.BundleManifest;
import dev.steering.core.bundle.BundleManifest.FinalNorm;
import dev.steering.core.bundle.BundleManifest.TensorReference;
import dev.steering.core.safetensors.SafetensorsFile;
import dev.steering.extract.linalg.MatrixProduct;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The vocabulary head's matrix {@code [vocabulary, hidden]} in a bundle's weights, read in blocks of some 16 MiB. */
final class VocabularyHead {
    private static final int BLOCK_FLOATS = 1 << 22;

    private final BundleManifest manifest;
    private final SafetensorsFile weights;
    private final TensorReference head;
    private final Bundle bundle;

    VocabularyHead(Bundle bundle) {
        manifest = bundle.manifest();
        head = require(manifest.head(), "matrix of the vocabulary head");
        weights = SafetensorsFile.open(bundle.file(head.file()));
        weights.tensor(head.tensor(), manifest.vocabulary(), manifest.hidden());
        this.bundle = bundle;
    }

    /** The top tokens of every direction, in one sweep over the head; directions are row-major {@code [n, hidden]}. */
    List<List<TopTokens.Scored>> top(float[] directions, int k) {
        int hidden = manifest.hidden();
        int n = directions.length / hidden;
        List<TopTokens> best = Stream.generate(() -> new TopTokens(k)).limit(n).toList();
        int most = Math.max(1, BLOCK_FLOATS / hidden);
        for (int first = 0; first < manifest.vocabulary(); first += most) {
            int rows = Math.min(most, manifest.vocabulary() - first);
            float[] block = weights.readRows(head.tensor(), first, rows);
            float[] scores = MatrixProduct.of(block, directions, hidden);
            for (int row = 0; row < rows; row++) {
                for (int d = 0; d < n; d++) {
                    best.get(d).offer(first + row, scores[row * n + d]);
                }
            }
        }
        return best.stream().map(TopTokens::bestFirst).toList();
    }

    /** The gain that the final norm gives each component, {@code [hidden]}. */
    float[] finalNorm() {
        FinalNorm norm = require(manifest.finalNorm(), "final norm");
        float[] gain = SafetensorsFile.open(bundle.file(norm.weight().file()))
                .floats(norm.weight().tensor(), manifest.hidden());
        for (int i = 0; i < gain.length; i++) {
            gain[i] += (float) norm.offset();
        }
        return gain;
    }

    private <T> T require(@Nullable T part, String what) {
        if (part == null) {
            throw new SteeringException("The bundle of " + manifest.name() + " does not say where the " + what
                    + " is: directions cannot be read as tokens.");
        }
        return part;
    }
}
