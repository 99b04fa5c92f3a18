package dev.steering.extract.anchor;

import dev.steering.core.BadRequest;
import dev.steering.core.ProgressListener;
import dev.steering.core.Require;
import dev.steering.core.SteeringException;
import dev.steering.core.reliability.LayerReliability.Band;
import dev.steering.core.vector.ContrastSet;
import dev.steering.core.vector.LayerMatrix;
import dev.steering.core.vector.ModelCheck;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.TargetModel;
import dev.steering.core.vector.VectorScale;
import dev.steering.extract.project.RefusalTokens;
import dev.steering.extract.project.Segments;
import dev.steering.extract.project.Segments.Segment;
import dev.steering.extract.reliability.Percentiles;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.ort.KeyValueCache;
import dev.steering.model.pass.DirectionSet;
import dev.steering.model.pass.LengthBatches;
import dev.steering.model.pass.PassSteering;
import dev.steering.model.pass.Schedule;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Tests causally which layers move refusals: steers one layer or segment at a time, and nothing else, on calibration prompts.
 *
 * <p>Vocabulary projection says in which layers a direction can be <em>read</em> (SCANS, arXiv 2408.11491, section 3.2); this says
 * where it <em>acts</em>. The vector is added to, and subtracted from, one layer or all layers of one segment from the last prompt
 * token on, and the first tokens of the answer are written greedily. With m_t the probability of all refusal tokens together at
 * token t, a prompt's refusal mass is the probability that one of them would have been drawn on the way,
 *
 * <pre>1 - prod_t (1 - m_t)</pre>
 *
 * <p>which needs no judge and changes smoothly. Prompts are read once per batch; every set of layers and sign costs one position and
 * the tokens written. Nothing is random. Immutable and thread-safe.
 */
public final class LayerValidation {
    /** Tokens of an answer that are looked at. */
    public static final int DEFAULT_TOKENS = 8;

    private static final int DEFAULT_BATCH = 16;
    private static final int RESAMPLES = 1000;

    private final double alpha;
    private final VectorScale scale;
    private final int tokens;
    private final ProgressListener progress;

    private LayerValidation(double alpha, VectorScale scale, int tokens, ProgressListener progress) {
        this.alpha = alpha;
        this.scale = scale;
        this.tokens = tokens;
        this.progress = progress;
    }

    /** @return strength 3.5 on unit vectors, 8 tokens, no progress */
    public static LayerValidation withDefaults() {
        return new LayerValidation(
                LayerAnchoring.DEFAULT_ALPHA, VectorScale.UNIT, DEFAULT_TOKENS, ProgressListener.NONE);
    }

    /**
     * @param newAlpha strength, finite
     * @param newScale what it multiplies
     * @return a copy with them
     * @throws BadRequest if the strength is not finite
     */
    public LayerValidation withStrength(double newAlpha, VectorScale newScale) {
        return new LayerValidation(Require.finite("The strength", newAlpha), newScale, tokens, progress);
    }

    /**
     * @param newTokens tokens of an answer that are looked at, at least 1
     * @return a copy with it
     * @throws BadRequest if there are fewer than 1
     */
    public LayerValidation withTokens(int newTokens) {
        return new LayerValidation(
                alpha, scale, Require.atLeast("The number of tokens of an answer", newTokens, 1), progress);
    }

    /**
     * @param listener told how many prompts are done
     * @return a copy with it
     */
    public LayerValidation withProgress(ProgressListener listener) {
        return new LayerValidation(alpha, scale, tokens, listener);
    }

    /**
     * What came of it.
     *
     * @param alpha strength
     * @param scale what it multiplied
     * @param tokens tokens of an answer that were looked at
     * @param harmful number of harmful prompts
     * @param harmless number of harmless prompts
     * @param harmfulMass mean refusal mass of the harmful prompts without steering, 0..1
     * @param harmlessMass mean refusal mass of the harmless prompts without steering, 0..1
     * @param layers effect of every layer alone, {@code [layers]}
     * @param segments effect of every segment alone
     */
    public record Result(
            double alpha,
            VectorScale scale,
            int tokens,
            int harmful,
            int harmless,
            double harmfulMass,
            double harmlessMass,
            List<LayerEffect> layers,
            List<LayerEffect> segments) {
        public Result {
            layers = List.copyOf(layers);
            segments = List.copyOf(segments);
        }

        /** @return the segment whose steering controls refusals most; the first of several */
        public LayerEffect strongestSegment() {
            return segments.stream()
                    .reduce((a, b) -> b.control() > a.control() ? b : a)
                    .orElseThrow();
        }
    }

    /**
     * @param model the model
     * @param vector a vector of it
     * @param prompts calibration prompts of both classes
     * @param refusal the tokens that count as refusal
     * @return the effects
     * @throws SteeringException if the vector is of another size or a class is empty
     */
    public Result run(ChatModel model, SteeringVector vector, ContrastSet prompts, RefusalTokens refusal) {
        TargetModel.of(model.manifest()).requireFits(vector, ModelCheck.ANY_MODEL);
        if (prompts.harmful().isEmpty() || prompts.harmless().isEmpty()) {
            throw new BadRequest("Validating layers needs prompts of both classes, found "
                    + prompts.harmful().size() + " harmful and "
                    + prompts.harmless().size() + " harmless.");
        }
        int layers = vector.layers();
        List<Segment> sets = Stream.concat(
                        IntStream.range(0, layers).mapToObj(l -> new Segment(l, l)), Segments.of(layers).stream())
                .toList();
        List<int[]> all = Stream.concat(prompts.harmful().stream(), prompts.harmless().stream())
                .map(model::encode)
                .toList();
        double[][] masses = masses(model, all, steerings(vector.directions(scale), sets), refusal);
        int harmful = prompts.harmful().size();
        List<LayerEffect> effects = new ArrayList<>();
        for (int i = 0; i < sets.size(); i++) {
            double[] subtracted = masses[1 + 2 * i];
            double[] added = masses[2 + 2 * i];
            effects.add(new LayerEffect(
                    sets.get(i).first(),
                    sets.get(i).last(),
                    mean(subtracted, 0, harmful),
                    mean(added, 0, harmful),
                    mean(subtracted, harmful, all.size()),
                    mean(added, harmful, all.size()),
                    new LayerEffect.Intervals(
                            band(subtracted, 0, harmful),
                            band(added, 0, harmful),
                            band(subtracted, harmful, all.size()),
                            band(added, harmful, all.size()))));
        }
        return new Result(
                alpha,
                scale,
                tokens,
                harmful,
                all.size() - harmful,
                mean(masses[0], 0, harmful),
                mean(masses[0], harmful, all.size()),
                effects.subList(0, layers),
                effects.subList(layers, effects.size()));
    }

    /** Directions and sign of one trial. */
    private record Trial(DirectionSet directions, float strength) {
        PassSteering from(List<int[]> prompts) {
            return PassSteering.adding(
                    directions,
                    prompts.stream()
                            .map(prompt -> Schedule.from(prompt.length - 1, strength))
                            .toList());
        }
    }

    /** The trials: without steering, then every set of layers subtracted and added. */
    private List<Trial> steerings(LayerMatrix directions, List<Segment> sets) {
        List<Trial> trials = new ArrayList<>();
        for (Segment set : sets) {
            float[][] points = new float[directions.layers() + 1][directions.hidden()];
            set.layers().forEach(layer -> points[layer + 1] = directions.row(layer));
            DirectionSet chosen = DirectionSet.of(points);
            if (trials.isEmpty()) {
                trials.add(new Trial(chosen, 0));
            }
            trials.add(new Trial(chosen, (float) -alpha));
            trials.add(new Trial(chosen, (float) alpha));
        }
        return trials;
    }

    /** {@code [trials][prompts]}. */
    private double[][] masses(ChatModel model, List<int[]> prompts, List<Trial> trials, RefusalTokens refusal) {
        double[][] masses = new double[trials.size()][prompts.size()];
        FirstTokens first = new FirstTokens(model, refusal, tokens);
        int done = 0;
        for (int[] batch : LengthBatches.of(
                prompts.stream().mapToInt(prompt -> prompt.length).toArray(), DEFAULT_BATCH)) {
            List<int[]> rows = IntStream.of(batch).mapToObj(prompts::get).toList();
            try (KeyValueCache cache = first.read(rows)) {
                for (int t = 0; t < trials.size(); t++) {
                    double[] found =
                            first.refusalMass(rows, cache, trials.get(t).from(rows));
                    for (int i = 0; i < batch.length; i++) {
                        masses[t][batch[i]] = found[i];
                    }
                }
            }
            done += batch.length;
            progress.onProgress("validating layers", done, prompts.size());
        }
        return masses;
    }

    /** Means of as many values, drawn with replacement: the same prompts for every layer and sign. */
    private static Band band(double[] values, int first, int end) {
        SplittableRandom random = new SplittableRandom(first);
        double[] means = new double[RESAMPLES];
        for (int b = 0; b < RESAMPLES; b++) {
            double sum = 0;
            for (int i = first; i < end; i++) {
                sum += values[first + random.nextInt(end - first)];
            }
            means[b] = sum / (end - first);
        }
        return Percentiles.ninety(means);
    }

    private static double mean(double[] values, int first, int end) {
        return IntStream.range(first, end).mapToDouble(i -> values[i]).average().orElse(0);
    }
}
