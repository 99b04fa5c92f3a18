package dev.steering.extract.project;

import dev.steering.core.BadFile;
import dev.steering.core.bundle.Bundle;
import dev.steering.core.bundle.BundleManifest;
import dev.steering.core.bundle.BundleManifest.FinalNorm;
import dev.steering.core.bundle.BundleManifest.TensorReference;
import dev.steering.core.safetensors.SafetensorsFile;
import dev.steering.extract.linalg.MatrixProduct;
import dev.steering.model.ort.graph.HeadGraph;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A bundle's vocabulary head: its matrix {@code [vocabulary, hidden]}, read in blocks of some 16 MiB, or a graph. */
final class VocabularyHead {
    private static final int BLOCK_FLOATS = 1 << 22;

    private final BundleManifest manifest;
    private final Bundle bundle;
    private float @Nullable [] gain;

    VocabularyHead(Bundle bundle) {
        this.bundle = bundle;
        this.manifest = bundle.manifest();
    }

    /** The top tokens of every direction, in one sweep over the head; directions are row-major {@code [n, hidden]}. */
    List<List<TopTokens.Scored>> top(float[] directions, int k) {
        return top(directions, k, false);
    }

    /** The same; with the bias of a head that has one, if the rows are states and their scores are to be logits. */
    List<List<TopTokens.Scored>> top(float[] directions, int k, boolean withBias) {
        int n = directions.length / manifest.hidden();
        List<TopTokens> best = Stream.generate(() -> new TopTokens(k)).limit(n).toList();
        TensorReference matrix = manifest.head();
        if (matrix != null) {
            sweep(matrix, directions, best);
        } else {
            run(directions, best, withBias);
        }
        return best.stream().map(TopTokens::bestFirst).toList();
    }

    private void sweep(TensorReference matrix, float[] directions, List<TopTokens> best) {
        int hidden = manifest.hidden();
        SafetensorsFile weights = SafetensorsFile.open(bundle.file(matrix.file()));
        weights.tensor(matrix.tensor(), manifest.vocabulary(), hidden);
        int most = Math.max(1, BLOCK_FLOATS / hidden);
        for (int first = 0; first < manifest.vocabulary(); first += most) {
            int rows = Math.min(most, manifest.vocabulary() - first);
            float[] scores = MatrixProduct.of(weights.readRows(matrix.tensor(), first, rows), directions, hidden);
            for (int row = 0; row < rows; row++) {
                for (int d = 0; d < best.size(); d++) {
                    best.get(d).offer(first + row, scores[row * best.size() + d]);
                }
            }
        }
    }

    /** A head that is known as a graph may add a bias, which says nothing about a direction: scores of zero are taken off. */
    private void run(float[] directions, List<TopTokens> best, boolean withBias) {
        int hidden = manifest.hidden();
        int vocabulary = manifest.vocabulary();
        try (HeadGraph graph = HeadGraph.open(bundle)) {
            float[] rows = Arrays.copyOf(directions, directions.length + hidden);
            float[] scores = graph.scores(rows, hidden);
            int zero = best.size() * vocabulary;
            for (int d = 0; d < best.size(); d++) {
                for (int token = 0; token < vocabulary; token++) {
                    float bias = withBias ? 0 : scores[zero + token];
                    best.get(d).offer(token, scores[d * vocabulary + token] - bias);
                }
            }
        }
    }

    /**
     * A direction as the final norm hands it on: times its weights and, if it is a layer norm, without its mean. The common divisor and
     * the bias, which say nothing about a direction, are left out.
     */
    float[] behindFinalNorm(float[] direction) {
        FinalNorm norm = require(manifest.finalNorm(), "final norm");
        if (gain == null) {
            gain = SafetensorsFile.open(bundle.file(norm.weight().file()))
                    .floats(norm.weight().tensor(), manifest.hidden());
        }
        double mean = 0;
        for (int i = 0; norm.centred() && i < direction.length; i++) {
            mean += direction[i] / (double) direction.length;
        }
        float[] behind = new float[direction.length];
        for (int i = 0; i < behind.length; i++) {
            behind[i] = (direction[i] - (float) mean) * (gain[i] + (float) norm.offset());
        }
        return behind;
    }

    private <T> T require(@Nullable T part, String what) {
        if (part == null) {
            throw new BadFile("The bundle of " + manifest.name() + " does not say where the " + what
                    + " is: directions cannot be read as tokens.");
        }
        return part;
    }
}
