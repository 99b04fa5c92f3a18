package dev.steering.viz;

import dev.steering.core.vector.Anchoring;
import dev.steering.core.vector.Calibration;
import dev.steering.core.vector.ContrastSet;
import dev.steering.core.vector.ExtractionPrompts;
import dev.steering.core.vector.LayerMatrix;
import dev.steering.core.vector.LayerStatistics;
import dev.steering.core.vector.Projection;
import dev.steering.core.vector.Projection.TokenScore;
import dev.steering.core.vector.Provenance;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorScale;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/** Made-up vectors that look like real ones: a refusal direction in the middle layers, norms that grow with depth. */
final class Samples {
    static final int TOP_K = 10;

    private static final List<String> REFUSAL =
            List.of(" cannot", " reject", "Sorry", " unable", " refuse", " decline");
    private static final List<String> OTHER = List.of(
            " the",
            " garden",
            "\n",
            "ing",
            " recipe",
            "\uFFFD",
            "\u4F60\u597D",
            " internationalization",
            "\t",
            "42",
            " train",
            "",
            "\uD83D\uDE00",
            " Haus",
            "\u200B",
            "\u0301",
            "\u0627\u0644",
            "  ",
            "\u00A0",
            "<|im_end|>");

    private Samples() {}

    static SteeringVector plain(int layers) {
        return plain(layers, "demo-model-" + layers);
    }

    static SteeringVector plain(int layers, String model) {
        Random random = new Random(7);
        int hidden = 64;
        float[][] rows = new float[layers][hidden];
        List<LayerStatistics> statistics = new ArrayList<>();
        for (int l = 0; l < layers; l++) {
            for (int i = 0; i < hidden; i++) {
                float before = l == 0 ? 0 : rows[l - 1][i];
                rows[l][i] = (float) (0.85 * before + (1 + l / 10.0) * random.nextGaussian() * 0.1);
            }
            double depth = (l + 1.0) / layers;
            double peak = Math.exp(-Math.pow((depth - 0.6) / 0.2, 2));
            statistics.add(new LayerStatistics(
                    l,
                    0.4 + 8 * depth * peak + random.nextDouble(),
                    2 + 30 * depth * depth + random.nextDouble(),
                    0.3 + 2.2 * peak));
        }
        LayerMatrix directions = LayerMatrix.of(rows);
        Provenance provenance = new Provenance(
                "00ff", model, "11ee", "mean-difference", "last", "block-output", "add", "chat", 7, Map.of());
        ContrastSet prompts = new ContrastSet(List.of("write a rude letter"), List.of("write a birthday card"));
        return SteeringVector.of(directions, provenance)
                .withTransitionReference(directions)
                .withStatistics(statistics)
                .withPrompts(ExtractionPrompts.kept(prompts));
    }

    static SteeringVector anchored(int layers) {
        return plain(layers).withAnchoring(anchoring(layers, chosen(layers)));
    }

    static List<Integer> chosen(int layers) {
        return IntStream.range(layers / 3, Math.max(layers / 3 + 1, 2 * layers / 3))
                .boxed()
                .toList();
    }

    static Anchoring anchoring(int layers, List<Integer> chosen) {
        Random random = new Random(11);
        List<Projection> projections = new ArrayList<>();
        List<Double> auc = new ArrayList<>();
        for (int l = 0; l < layers; l++) {
            projections.add(projection(l, l, chosen.contains(l) ? 6 : l % 2, random));
            auc.add(0.55 + 0.44 * (1 - Math.exp(-4.0 * (l + 1) / layers)));
        }
        List<Projection> segments = new ArrayList<>();
        int parts = Math.min(3, layers);
        for (int s = 0; s < parts; s++) {
            segments.add(projection(s * layers / parts, (s + 1) * layers / parts - 1, s == 1 ? 5 : 0, random));
        }
        List<Integer> classifier =
                IntStream.range(chosen.get(0), layers).boxed().toList();
        Calibration calibration =
                new Calibration("held-out files", 32, 32, classifier, 0.7512, 0.981, 0.9375, 0.96875, auc);
        return new Anchoring(TOP_K, REFUSAL, projections, segments, chosen, 3.5, VectorScale.UNIT, calibration);
    }

    /** An anchoring in which no layer has a refusal token. */
    static Anchoring zeroScores(int layers) {
        Anchoring some = anchoring(layers, List.of(layers - 1));
        List<Projection> none = some.layers().stream()
                .map(p -> new Projection(p.firstLayer(), p.lastLayer(), 0, p.topTokens()))
                .toList();
        List<Projection> segments = some.segments().stream()
                .map(p -> new Projection(p.firstLayer(), p.lastLayer(), 0, p.topTokens()))
                .toList();
        return new Anchoring(
                TOP_K, REFUSAL, none, segments, some.steeringLayers(), 3.5, VectorScale.UNIT, some.calibration());
    }

    private static Projection projection(int first, int last, int refusals, Random random) {
        List<TokenScore> tokens = new ArrayList<>();
        double mass = 0;
        double all = 0;
        for (int i = 0; i < TOP_K; i++) {
            boolean refusal = i % 2 == 0 ? refusals > i / 2 : refusals > 5 + i / 2;
            List<String> from = refusal ? REFUSAL : OTHER;
            double score = 3 - 0.2 * i;
            mass += refusal ? score : 0;
            all += score;
            tokens.add(new TokenScore(i, from.get(random.nextInt(from.size())), score, refusal));
        }
        return new Projection(first, last, mass / all, tokens);
    }
}
