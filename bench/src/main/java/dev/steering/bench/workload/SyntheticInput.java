package dev.steering.bench.workload;

import dev.steering.core.bundle.BundleManifest;
import dev.steering.model.pass.DirectionSet;
import dev.steering.model.pass.PassSteering;
import dev.steering.model.pass.Schedule;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Token ids and directions out of nothing but a seed: how fast a model is does not depend on what it is told. */
final class SyntheticInput {
    private static final long SEED = 20240816;

    private final BundleManifest model;
    private final SplittableRandom random = new SplittableRandom(SEED);

    SyntheticInput(BundleManifest model) {
        this.model = model;
    }

    int[] tokens(int count) {
        return random.ints(count, 0, model.vocabulary()).toArray();
    }

    /** Rows of tokens of equal length. */
    List<int[]> rows(int rows, int length) {
        List<int[]> all = new ArrayList<>();
        for (int row = 0; row < rows; row++) {
            all.add(tokens(length));
        }
        return all;
    }

    /** Prompts of {@code least} to {@code most} tokens, in no order. */
    List<int[]> prompts(int count, int least, int most) {
        List<int[]> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(tokens(least + i % (most - least + 1)));
        }
        return all;
    }

    /**
     * What a variant does to rows.
     *
     * @param from first position that the rows' own shares act at
     */
    @Nullable
    PassSteering steering(Variant variant, int rows, int from) {
        return switch (variant) {
            case PLAIN, CAPTURED -> null;
            case STEERED -> PassSteering.adding(directions(), List.of(Schedule.everywhere(1f)));
            case STEERED_ROWS -> {
                List<Schedule> schedules = new ArrayList<>();
                for (int row = 0; row < rows; row++) {
                    schedules.add(Schedule.from(from, 1f + (float) row / rows));
                }
                yield PassSteering.adding(directions(), schedules);
            }
        };
    }

    /** A unit direction at every layer. */
    DirectionSet directions() {
        float[][] directions = new float[model.points()][model.hidden()];
        for (int point = 1; point < directions.length; point++) {
            double squares = 0;
            for (int i = 0; i < directions[point].length; i++) {
                directions[point][i] = (float) (random.nextDouble() - 0.5);
                squares += directions[point][i] * directions[point][i];
            }
            for (int i = 0; i < directions[point].length; i++) {
                directions[point][i] /= (float) Math.sqrt(squares);
            }
        }
        return DirectionSet.of(directions);
    }
}
