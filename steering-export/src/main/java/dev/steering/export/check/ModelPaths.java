package dev.steering.export.check;

import dev.steering.core.bundle.BundleManifest;
import dev.steering.core.bundle.BundleManifest.FinalNorm;
import dev.steering.model.ort.ForwardResult;
import dev.steering.model.ort.KeyValueCache;
import dev.steering.model.ort.LanguageModel;
import dev.steering.model.pass.Capture;
import dev.steering.model.pass.ForwardRequest;
import dev.steering.model.pass.PassSteering;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** What a model computes of some rows on the ways that users take, in the order of reference files. */
final class ModelPaths {
    private final LanguageModel model;
    private final BundleManifest manifest;
    private final List<int[]> rows;

    /**
     * @param rows of one length
     */
    ModelPaths(LanguageModel model, List<int[]> rows) {
        this.model = model;
        this.manifest = model.manifest();
        this.rows = List.copyOf(rows);
    }

    /**
     * Since no token sees those after it, the beginning of a row has the logits that it has in the whole row: every row is cut in a
     * batch of its own, in which the others are whole.
     */
    float[] raggedPrefixes() {
        int width = rows.get(0).length;
        int cut = (width + 1) / 2;
        List<float[]> parts = new ArrayList<>();
        for (int row = 0; row < rows.size(); row++) {
            List<int[]> ragged = new ArrayList<>(rows);
            ragged.set(row, Arrays.copyOf(rows.get(row), cut));
            List<int[]> positions = new ArrayList<>(Collections.nCopies(
                    rows.size(), IntStream.range(width - cut, width).toArray()));
            positions.set(row, IntStream.range(0, cut).toArray());
            ForwardResult result = model.forward(ForwardRequest.of(ragged).withLogits(positions));
            for (int i = 0; i < cut; i++) {
                parts.add(result.logits(row, i));
            }
        }
        return join(parts);
    }

    /** The reference's logits of the beginnings that {@link #raggedPrefixes} computes. */
    float[] prefixes(float[] logits) {
        int width = rows.get(0).length;
        int cut = (width + 1) / 2;
        List<float[]> parts = new ArrayList<>();
        for (int row = 0; row < rows.size(); row++) {
            int from = row * width * manifest.vocabulary();
            parts.add(Arrays.copyOfRange(logits, from, from + cut * manifest.vocabulary()));
        }
        return join(parts);
    }

    /** Logits of every position, each computed after a past in the cache. */
    float[] tokenByToken() {
        int length = rows.get(0).length;
        float[] all = new float[rows.size() * length * manifest.vocabulary()];
        try (KeyValueCache cache = model.newCache(rows.size(), length)) {
            for (int s = 0; s < length; s++) {
                int position = s;
                List<int[]> next =
                        rows.stream().map(row -> new int[] {row[position]}).toList();
                ForwardResult result = model.forward(ForwardRequest.of(next).withLastLogits(), cache);
                for (int row = 0; row < rows.size(); row++) {
                    int at = (row * length + s) * manifest.vocabulary();
                    System.arraycopy(result.logits(row, 0), 0, all, at, manifest.vocabulary());
                }
            }
        }
        return all;
    }

    /**
     * @param gamma the norm's weight
     * @param beta its bias; null for none
     */
    static float[] norm(float[] x, float[] gamma, float @Nullable [] beta, FinalNorm norm) {
        double mean = 0;
        for (int i = 0; norm.centred() && i < x.length; i++) {
            mean += x[i] / (double) x.length;
        }
        double square = 0;
        for (float value : x) {
            square += (value - mean) * (value - mean);
        }
        double scale = 1 / Math.sqrt(square / x.length + norm.epsilon());
        float[] normed = new float[x.length];
        for (int i = 0; i < x.length; i++) {
            normed[i] = (float) ((x[i] - mean) * scale * (gamma[i] + norm.offset()) + (beta == null ? 0 : beta[i]));
        }
        return normed;
    }

    ForwardRequest everything(List<int[]> tokens, @Nullable PassSteering steering) {
        List<Capture> each = IntStream.range(0, tokens.get(0).length)
                .mapToObj(Capture::token)
                .toList();
        return ForwardRequest.of(tokens)
                .withSteering(steering)
                .withLogits(allPositions(tokens))
                .withCaptures(Collections.nCopies(tokens.size(), each));
    }

    static List<int[]> allPositions(List<int[]> tokens) {
        return tokens.stream()
                .map(row -> IntStream.range(0, row.length).toArray())
                .toList();
    }

    static float[] logits(ForwardResult result, List<int[]> tokens) {
        List<float[]> parts = new ArrayList<>();
        for (int row = 0; row < tokens.size(); row++) {
            for (int s = 0; s < tokens.get(row).length; s++) {
                parts.add(result.logits(row, s));
            }
        }
        return join(parts);
    }

    float[] concat(List<ForwardResult> alone) {
        List<float[]> parts = new ArrayList<>();
        for (int row = 0; row < rows.size(); row++) {
            parts.add(logits(alone.get(row), List.of(rows.get(row))));
        }
        return join(parts);
    }

    /** In the file's order: {@code [P,B,S,H]}. */
    float[] states(ForwardResult result, List<int[]> tokens) {
        List<float[]> parts = new ArrayList<>();
        for (int p = 0; p < manifest.points(); p++) {
            for (int row = 0; row < tokens.size(); row++) {
                for (int s = 0; s < tokens.get(row).length; s++) {
                    parts.add(result.captured(row, p, s));
                }
            }
        }
        return join(parts);
    }

    static float[] join(List<float[]> parts) {
        float[] all = new float[parts.stream().mapToInt(p -> p.length).sum()];
        int at = 0;
        for (float[] part : parts) {
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
        }
        return all;
    }
}
