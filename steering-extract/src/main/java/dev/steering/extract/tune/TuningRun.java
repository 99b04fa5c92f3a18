package dev.steering.extract.tune;

import dev.steering.core.BadFile;
import dev.steering.core.BadRequest;
import dev.steering.core.IoReason;
import dev.steering.core.Remedy;
import dev.steering.core.RunLock;
import dev.steering.core.SteeringException;
import dev.steering.core.files.FileMark;
import dev.steering.core.files.OutputRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Runs tunings one after the other. With a checkpoint file the state is saved after every epoch, and a run that finds its own
 * checkpoint goes on from there to the same bytes: nothing depends on time, or on the number of times a run was taken up. Immutable
 * and thread-safe.
 *
 * <p>While a run has a checkpoint, a second one with the same file is refused ({@link RunLock}).
 *
 * @param checkpoint where the state is kept; null for nowhere. The caller deletes it once the result is saved
 * @param beginning what to do with a checkpoint that is there
 */
public record TuningRun(@Nullable Path checkpoint, Beginning beginning) {
    private static final System.Logger LOG = System.getLogger("dev.steering.extract");

    /** Without checkpoint. */
    public static final TuningRun IN_MEMORY = new TuningRun(null, Beginning.GO_ON);

    /** What a checkpoint's file is. */
    public static final FileMark CHECKPOINT = TuningCheckpoint.KIND;

    /** What to do with a checkpoint that is there. */
    public enum Beginning {
        /** Go on from it. */
        GO_ON,
        /** Do not tune on: give the best values so far. */
        FINISH,
        /** Forget it. */
        ANEW
    }

    /**
     * One thing to tune.
     *
     * @param tuning how
     * @param initial values to begin with; not copied, must not change
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Part(Tuning tuning, float[] initial) {}

    /**
     * @param file where the state is kept
     * @return a copy that goes on from it
     */
    public TuningRun withCheckpoint(Path file) {
        return new TuningRun(file, beginning);
    }

    /** @return a copy that does not tune but gives the best values so far */
    public TuningRun toFinish() {
        return new TuningRun(checkpoint, Beginning.FINISH);
    }

    /** @return a copy that forgets a checkpoint that is there */
    public TuningRun toBeginAnew() {
        return new TuningRun(checkpoint, Beginning.ANEW);
    }

    /**
     * @param parts what to tune, in order, of different names
     * @param identity what has to be the same for a run to go on, by name
     * @return the final states, in the order of the parts
     * @throws SteeringException if the checkpoint is another run's or in use by one, or is no checkpoint, or the tuning diverges: the
     *     last good state is then in the checkpoint
     */
    public List<TuningState> run(List<Part> parts, Map<String, String> identity) {
        if (checkpoint == null) {
            return tune(parts, identity);
        }
        OutputRule.STANDARD.withForce(beginning == Beginning.ANEW).requireFile(checkpoint, CHECKPOINT);
        try (RunLock lock = RunLock.beside(checkpoint)) {
            if (beginning == Beginning.ANEW) {
                forget(checkpoint);
            }
            List<TuningState> states = tune(parts, identity);
            lock.requireInPlace();
            return states;
        }
    }

    private static void forget(Path checkpoint) {
        try {
            Files.deleteIfExists(checkpoint);
        } catch (IOException e) {
            throw new BadFile(
                    "Cannot delete the checkpoint " + checkpoint + ": " + IoReason.of(e) + ". Delete it yourself.", e);
        }
    }

    private List<TuningState> tune(List<Part> parts, Map<String, String> identity) {
        boolean finishing = beginning == Beginning.FINISH;
        Map<String, TuningState> states = new LinkedHashMap<>();
        TuningCheckpoint saved = checkpoint == null ? null : TuningCheckpoint.read(checkpoint);
        if (saved != null && checkpoint != null) {
            saved.requireSame(identity, checkpoint);
            states.putAll(saved.states());
            String found = states.entrySet().stream()
                    .map(entry ->
                            entry.getKey() + " after epoch " + entry.getValue().done())
                    .collect(Collectors.joining(", "));
            LOG.log(System.Logger.Level.INFO, "going on from {0}: {1}", checkpoint, found);
        } else if (finishing) {
            throw new BadFile("There is nothing to finish: no checkpoint at " + checkpoint + ".");
        }
        for (Part part : parts) {
            String name = part.tuning().name();
            TuningState state = states.get(name);
            if (state == null) {
                state = part.tuning().start(part.initial());
                save(name, state, states, identity);
            }
            state = finishing ? state.finished() : state;
            while (state.ending() == null) {
                state = epoch(part.tuning(), state);
                save(name, state, states, identity);
            }
            states.put(name, state);
        }
        List<TuningState> ended = new ArrayList<>();
        parts.forEach(part ->
                ended.add(Objects.requireNonNull(states.get(part.tuning().name()))));
        return ended;
    }

    private TuningState epoch(Tuning tuning, TuningState state) {
        try {
            return tuning.epoch(state);
        } catch (Tuning.Divergence e) {
            String again = " Begin again with a lower learning rate than "
                    + tuning.settings().learningRate() + ".";
            if (checkpoint == null) {
                throw new BadRequest(e.getMessage() + again, e);
            }
            throw new BadRequest(
                            e.getMessage() + " The state after epoch " + state.done() + " is kept in " + checkpoint
                                    + ": the best so far can be saved from it." + again,
                            e)
                    .withRemedy(Remedy.FINISH_TUNING);
        }
    }

    private void save(String name, TuningState state, Map<String, TuningState> states, Map<String, String> identity) {
        states.put(name, state);
        if (checkpoint != null) {
            new TuningCheckpoint(identity, states).write(checkpoint);
        }
    }
}
