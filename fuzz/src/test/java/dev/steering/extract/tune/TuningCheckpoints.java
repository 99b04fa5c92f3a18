package dev.steering.extract.tune;

import dev.steering.core.tuning.TuningCost;
import dev.steering.core.tuning.TuningCurve.Epoch;
import dev.steering.extract.optimize.AdamW;
import dev.steering.extract.optimize.EarlyStopping;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The state that a tuning run leaves. */
public final class TuningCheckpoints {
    private TuningCheckpoints() {}

    /** @param file where to write one */
    public static void write(Path file) {
        TuningState state = new TuningState(
                AdamW.State.of(new double[] {1, 2}, new double[] {0.5, 0.25}, new double[] {0.1, 0.2}, 3),
                new float[] {1, 2},
                0,
                List.of(new Epoch(3, 2.5), new Epoch(1.5, 0.1)),
                new EarlyStopping(3, 0.01, 0.1, 0),
                new TuningCost(10, 2000, 300),
                null);
        new TuningCheckpoint(Map.of("anchors", "abc", "seed", "7"), Map.of("safe", state)).write(file);
    }

    /** @param file the checkpoint of a run */
    public static void read(Path file) {
        TuningCheckpoint checkpoint = TuningCheckpoint.read(file);
        if (checkpoint != null) {
            checkpoint.states().values().forEach(state -> {
                state.curve();
                state.finished();
            });
        }
    }
}
