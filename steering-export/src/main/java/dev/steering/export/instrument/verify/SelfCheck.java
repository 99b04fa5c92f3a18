package dev.steering.export.instrument.verify;

import dev.steering.core.BadFile;
import dev.steering.core.SteeringException;
import dev.steering.core.bundle.BundleManifest;
import dev.steering.model.ort.ForwardResult;
import dev.steering.model.ort.LanguageModel;
import dev.steering.model.pass.Capture;
import dev.steering.model.pass.DirectionSet;
import dev.steering.model.pass.ForwardRequest;
import dev.steering.model.pass.PassSteering;
import dev.steering.model.pass.Schedule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Shows by running that a graph was instrumented rightly: without steering its logits are the original's; a random push at a
 * point moves that point by exactly the push, no earlier point at all, and the logits.
 */
public final class SelfCheck {
    private static final int WIDTH = 7;
    private static final long SEED = 20240826;

    private final LanguageModel model;
    private final BundleManifest manifest;
    private final Tolerance tolerance;
    private final List<int[]> rows;
    private final List<float[][]> original;

    /**
     * @param original the original's logits of {@link #rows}, or only the last position's of each
     */
    public SelfCheck(LanguageModel model, Tolerance tolerance, List<float[][]> original) {
        this.model = model;
        this.manifest = model.manifest();
        this.tolerance = tolerance;
        this.rows = rows(manifest.vocabulary());
        this.original = original;
    }

    /** What is run. */
    public static List<int[]> rows(int vocabulary) {
        return List.of(tokens(vocabulary, WIDTH, 0), tokens(vocabulary, WIDTH, 1));
    }

    /** Random tokens for one row of a check, the same for the same row number. */
    static int[] tokens(int vocabulary, int count, int row) {
        Random random = new Random(SEED + row);
        return IntStream.generate(() -> random.nextInt(vocabulary)).limit(count).toArray();
    }

    /**
     * @throws SteeringException saying which rule failed
     */
    public void run() {
        ForwardResult all = model.forward(everything(null));
        ForwardResult last = model.forward(ForwardRequest.of(rows).withLastLogits());
        for (int row = 0; row < rows.size(); row++) {
            float[][] expected = original.get(row);
            for (int i = 0; i < expected.length; i++) {
                tolerance.require(
                        "without steering the logits differ from the original's",
                        expected[i],
                        all.logits(row, WIDTH - expected.length + i));
            }
            tolerance.require(
                    "logits of the last position alone differ from the original's",
                    expected[expected.length - 1],
                    last.logits(row, 0));
        }
        requireCausal(all);
        for (int p = 0; p < manifest.points(); p++) {
            push(p, all);
        }
    }

    /** An encoder has residual points as well, but every token sees those after it: there is nothing to continue. */
    private void requireCausal(ForwardResult all) {
        int[] beginning = Arrays.copyOf(rows.get(0), WIDTH / 2);
        float[] alone = model.forward(ForwardRequest.of(List.of(beginning)).withLastLogits())
                .logits(0, 0);
        tolerance.require(
                "logits depend on tokens that come later, which is an encoder's way",
                alone,
                all.logits(0, WIDTH / 2 - 1));
    }

    private void push(int point, ForwardResult before) {
        float[][] directions = new float[manifest.points()][manifest.hidden()];
        directions[point] = noise(before.captured(0, point, 0), point);
        ForwardResult after = model.forward(
                everything(PassSteering.adding(DirectionSet.of(directions), List.of(Schedule.everywhere(1)))));
        for (int row = 0; row < rows.size(); row++) {
            for (int i = 0; i < WIDTH; i++) {
                for (int p = 0; p <= point; p++) {
                    float[] expected = before.captured(row, p, i);
                    if (p == point) {
                        add(expected, directions[point]);
                    }
                    String rule = p == point
                            ? "a push at point " + point + " does not move it by the push"
                            : "a push at point " + point + " moves the earlier point " + p;
                    tolerance.require(rule, expected, after.captured(row, p, i));
                }
            }
        }
        requireEffect(point, before, after);
    }

    private void requireEffect(int point, ForwardResult before, ForwardResult after) {
        for (int i = 0; i < WIDTH; i++) {
            if (tolerance.differs(before.logits(0, i), after.logits(0, i))) {
                return;
            }
        }
        throw new BadFile("a push at point " + point + " does not change the logits (rule: the residual stream"
                + " leads to them)");
    }

    /** Random, about as large as the stream is there. */
    private static float[] noise(float[] stream, int point) {
        double square = 0;
        for (float value : stream) {
            square += (double) value * value;
        }
        double size = Math.max(1e-3, Math.sqrt(square / stream.length));
        Random random = new Random(SEED + 31L * point);
        float[] noise = new float[stream.length];
        for (int i = 0; i < noise.length; i++) {
            noise[i] = (float) (random.nextGaussian() * size);
        }
        return noise;
    }

    private static void add(float[] to, float[] what) {
        for (int i = 0; i < to.length; i++) {
            to[i] += what[i];
        }
    }

    private ForwardRequest everything(@Nullable PassSteering steering) {
        List<Capture> captures =
                IntStream.range(0, WIDTH).mapToObj(Capture::token).toList();
        List<List<Capture>> each = new ArrayList<>();
        List<int[]> positions = new ArrayList<>();
        for (int row = 0; row < rows.size(); row++) {
            each.add(captures);
            positions.add(IntStream.range(0, WIDTH).toArray());
        }
        return ForwardRequest.of(rows).withSteering(steering).withCaptures(each).withLogits(positions);
    }
}
