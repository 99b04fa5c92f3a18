package dev.steering.export.instrument.verify;

import dev.steering.core.SteeringException;
import dev.steering.model.ort.ForwardResult;
import dev.steering.model.ort.LanguageModel;
import dev.steering.model.pass.Capture;
import dev.steering.model.pass.DirectionSet;
import dev.steering.model.pass.ForwardRequest;
import dev.steering.model.pass.GateSet;
import dev.steering.model.pass.PassSteering;
import dev.steering.model.pass.PassSteering.Gating;
import dev.steering.model.pass.Schedule;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Shows by running that the gated graph writes what it reads: at the first, the middle and the last point, at the position itself and at
 * one position of the row. That the points are the right ones is {@link SelfCheck}'s and {@link LayerTrial}'s to show.
 */
public final class GateTrial {
    private static final long SEED = 20261129;
    private static final int ROWS = 2;

    private final LanguageModel model;
    private final Tolerance tolerance;
    private final List<int[]> rows;
    private final int width;

    public GateTrial(LanguageModel model, Tolerance tolerance) {
        this.model = model;
        this.tolerance = tolerance;
        this.rows = SelfCheck.rows(model.manifest().vocabulary());
        this.width = rows.get(0).length;
    }

    /**
     * @throws SteeringException saying which rule failed
     */
    public void run() {
        ForwardResult before = model.forward(everything(null));
        int last = model.manifest().points() - 1;
        for (int point : new TreeSet<>(List.of(0, last / 2, last))) {
            trial(point, before, GateSet.Shape.OF_POSITION);
            trial(point, before, GateSet.Shape.OF_ROW);
        }
    }

    private void trial(int point, ForwardResult before, GateSet.Shape shape) {
        Random random = new Random(SEED + point);
        float[] read = random(random);
        float[] written = random(random);
        GateSet gates = new GateSet(at(point, read), at(point, written), List.of(shape));
        List<Integer> readAt = List.of(width - 1, 1);
        Gating gating = new Gating(gates, List.of(Schedule.everywhere(1)), readAt);
        ForwardResult after = model.forward(everything(PassSteering.gated(gating)));
        for (int row = 0; row < ROWS; row++) {
            for (int i = 0; i < width; i++) {
                float[] source = before.captured(row, point, shape.own() ? i : readAt.get(row));
                double value = 0;
                for (int h = 0; h < read.length; h++) {
                    value += (double) source[h] * read[h];
                }
                float[] expected = before.captured(row, point, i);
                for (int h = 0; h < expected.length; h++) {
                    expected[h] += (float) (value * written[h]);
                }
                tolerance.require(
                        "a gate at point " + point + " does not write what it reads",
                        expected,
                        after.captured(row, point, i));
            }
        }
    }

    private float[] random(Random random) {
        float[] vector = new float[model.manifest().hidden()];
        for (int h = 0; h < vector.length; h++) {
            vector[h] = (float) (random.nextGaussian() / Math.sqrt(vector.length));
        }
        return vector;
    }

    private DirectionSet at(int point, float[] vector) {
        float[][] points = new float[model.manifest().points()][vector.length];
        points[point] = vector;
        return DirectionSet.of(new float[][][] {points});
    }

    private ForwardRequest everything(@Nullable PassSteering steering) {
        List<Capture> each = IntStream.range(0, width).mapToObj(Capture::token).toList();
        return ForwardRequest.of(rows).withSteering(steering).withCaptures(Collections.nCopies(ROWS, each));
    }
}
