package dev.steering.extract.project;

import dev.steering.core.bundle.Bundle;
import dev.steering.core.bundle.BundleManifest;
import dev.steering.core.safetensors.SafetensorsFile;
import dev.steering.extract.linalg.MatrixProduct;
import java.util.List;
import java.util.stream.Stream;

/** The vocabulary head's matrix {@code [vocabulary, hidden]} in a bundle's weights, read in blocks of some 16 MiB. */
final class VocabularyHead {
    private static final int BLOCK_FLOATS = 1 << 22;

    private final BundleManifest manifest;
    private final SafetensorsFile weights;
    private final SafetensorsFile normWeights;

    VocabularyHead(Bundle bundle) {
        manifest = bundle.manifest();
        weights = SafetensorsFile.open(bundle.file(manifest.head().file()));
        normWeights = SafetensorsFile.open(bundle.file(manifest.finalNorm().file()));
        weights.tensor(manifest.head().tensor(), manifest.vocabulary(), manifest.hidden());
    }

    /** The top tokens of every direction, in one sweep over the head; directions are row-major {@code [n, hidden]}. */
    List<List<TopTokens.Scored>> top(float[] directions, int k) {
        int hidden = manifest.hidden();
        int n = directions.length / hidden;
        List<TopTokens> best = Stream.generate(() -> new TopTokens(k)).limit(n).toList();
        int block = Math.max(1, BLOCK_FLOATS / hidden);
        for (int first = 0; first < manifest.vocabulary(); first += block) {
            int rows = Math.min(block, manifest.vocabulary() - first);
            float[] head = weights.readRows(manifest.head().tensor(), first, rows);
            float[] scores = MatrixProduct.of(head, directions, hidden);
            for (int row = 0; row < rows; row++) {
                for (int d = 0; d < n; d++) {
                    best.get(d).offer(first + row, scores[row * n + d]);
                }
            }
        }
        return best.stream().map(TopTokens::bestFirst).toList();
    }

    /** The gain that the final norm gives each component, {@code [hidden]}. Gemma stores it minus one. */
    float[] finalNorm() {
        float[] gain = normWeights.floats(manifest.finalNorm().tensor(), manifest.hidden());
        if (manifest.architecture().startsWith("gemma")) {
            for (int i = 0; i < gain.length; i++) {
                gain[i] += 1;
            }
        }
        return gain;
    }
}
