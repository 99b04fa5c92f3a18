package dev.steering.extract.acd;

import dev.steering.core.SteeringException;
import dev.steering.core.chat.ChatModel;
import dev.steering.core.softprompt.SoftPrompt;
import dev.steering.core.softprompt.SoftPromptProvenance;
import dev.steering.core.softprompt.SoftPrompts;
import dev.steering.extract.Toolkit;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Opposite prompt optimisation (arXiv 2406.16743, section 3.2): a safe and an opposite soft prompt, each beginning as the
 * embeddings of a system prompt, are tuned by AdamW with the model frozen, see {@link Side} for the losses. The prompt with the
 * least held-out loss is kept.
 *
 * <p>With a checkpoint file the state is saved after every epoch, and a run that finds its own checkpoint goes on from there to
 * the same bytes. Nothing depends on time or on the number of times a run was taken up. Immutable and thread-safe.
 */
public final class AcdTuner {
    private final TuningSettings settings;
    private final @Nullable Path checkpoint;
    private final boolean finishing;
    private final TuningListener listener;

    private AcdTuner(TuningSettings settings, @Nullable Path checkpoint, boolean finishing, TuningListener listener) {
        this.settings = settings;
        this.checkpoint = checkpoint;
        this.finishing = finishing;
        this.listener = listener;
    }

    /**
     * @param settings how to tune
     * @return a tuner without checkpoint
     */
    public static AcdTuner with(TuningSettings settings) {
        return new AcdTuner(settings, null, false, TuningListener.NONE);
    }

    /**
     * @param file where the state is kept; the caller deletes it once the result is saved
     * @return a copy that goes on from it
     */
    public AcdTuner withCheckpoint(Path file) {
        return new AcdTuner(settings, file, finishing, listener);
    }

    /** @return a copy that does not tune but gives the best prompts so far */
    public AcdTuner finishing() {
        return new AcdTuner(settings, checkpoint, true, listener);
    }

    /**
     * @param newListener told of steps and epochs
     * @return a copy that tells it
     */
    public AcdTuner withListener(TuningListener newListener) {
        return new AcdTuner(settings, checkpoint, finishing, newListener);
    }

    /**
     * @param model the model, with the prompt format to use
     * @param loss the same model's gradients
     * @param anchors pairs of all kinds
     * @param safeText the system prompt that the safe prompt begins as
     * @param oppositeText the system prompt that the opposite prompt begins as
     * @return the tuned prompts
     * @throws SteeringException if a pair does not fit the context, the anchors cannot be split, the checkpoint is another
     *     run's, or the tuning diverges: the last good state is then in the checkpoint
     */
    public SoftPrompts tune(
            ChatModel model, SoftPromptLoss loss, AnchorPairs anchors, String safeText, String oppositeText) {
        AnchorPairs.Split split = anchors.split(settings.heldOut(), settings.seed());
        AnchorEncoder encoder = AnchorEncoder.of(model);
        Map<Side, SoftPrompt> initial = new EnumMap<>(Side.class);
        initial.put(Side.SAFE, encoder.initial(safeText));
        initial.put(Side.OPPOSITE, encoder.initial(oppositeText));
        Map<Side, PromptTuning> tunings = new EnumMap<>(Side.class);
        for (Side side : Side.values()) {
            SoftPrompt prompt = Objects.requireNonNull(initial.get(side));
            tunings.put(
                    side,
                    new PromptTuning(
                            side,
                            settings,
                            loss,
                            encoder.encode(split.train(), side, prompt),
                            encoder.encode(split.heldOut(), side, prompt),
                            listener));
        }
        SoftPromptProvenance provenance = provenance(model, encoder, anchors, split);
        Map<Side, TuningState> states = run(tunings, initial, identity(provenance, safeText, oppositeText));
        TuningState safe = Objects.requireNonNull(states.get(Side.SAFE));
        TuningState opposite = Objects.requireNonNull(states.get(Side.OPPOSITE));
        return new SoftPrompts(
                safe.best(),
                opposite.best(),
                encoder.scale(),
                safe.curve(),
                opposite.curve(),
                safe.cost().plus(opposite.cost()),
                provenance);
    }

    private Map<Side, TuningState> run(
            Map<Side, PromptTuning> tunings, Map<Side, SoftPrompt> initial, Map<String, String> identity) {
        Map<Side, TuningState> states = new EnumMap<>(Side.class);
        TuningCheckpoint saved = checkpoint == null ? null : TuningCheckpoint.read(checkpoint);
        if (saved != null && checkpoint != null) {
            saved.requireSame(identity, checkpoint);
            states.putAll(saved.states());
        } else if (finishing) {
            throw new SteeringException("There is nothing to finish: no checkpoint at " + checkpoint + ".");
        }
        for (Side side : Side.values()) {
            PromptTuning tuning = Objects.requireNonNull(tunings.get(side));
            TuningState state = states.get(side);
            if (state == null) {
                state = tuning.start(Objects.requireNonNull(initial.get(side)));
                save(side, state, states, identity);
            }
            state = finishing ? state.finished() : state;
            while (state.ending() == null) {
                state = epoch(tuning, state);
                save(side, state, states, identity);
            }
            states.put(side, state);
        }
        return states;
    }

    private TuningState epoch(PromptTuning tuning, TuningState state) {
        try {
            return tuning.epoch(state);
        } catch (PromptTuning.Divergence e) {
            String kept = checkpoint == null
                    ? ""
                    : " The state after epoch " + state.done() + " is kept in " + checkpoint
                            + ": --finish saves its best prompts.";
            throw new SteeringException(
                    e.getMessage() + kept + " Use --restart with a lower learning rate than " + settings.learningRate()
                            + " to begin again.",
                    e);
        }
    }

    private void save(Side side, TuningState state, Map<Side, TuningState> states, Map<String, String> identity) {
        states.put(side, state);
        if (checkpoint != null) {
            new TuningCheckpoint(identity, states).write(checkpoint);
        }
    }

    private SoftPromptProvenance provenance(
            ChatModel model, AnchorEncoder encoder, AnchorPairs anchors, AnchorPairs.Split split) {
        return new SoftPromptProvenance(
                model.manifest().fingerprint(),
                model.manifest().name(),
                anchors.hash(),
                split.counts(),
                model.format().isChat() ? "chat" : "none",
                encoder.slot(),
                settings.seed(),
                settings.byName(),
                Map.of("steering", Toolkit.version()));
    }

    /** What has to be the same for a run to go on. */
    private static Map<String, String> identity(SoftPromptProvenance p, String safeText, String oppositeText) {
        Map<String, String> identity = new TreeMap<>();
        identity.put("model", p.modelFingerprint());
        identity.put("anchors", p.anchorSetHash());
        identity.put("template", p.template() + " " + p.slot());
        identity.put("seed", String.valueOf(p.seed()));
        identity.put("safe_prompt", safeText);
        identity.put("opposite_prompt", oppositeText);
        p.settings().forEach((name, value) -> identity.put(name, String.valueOf(value)));
        p.versions().forEach((name, version) -> identity.put("version_of_" + name, version));
        return identity;
    }
}
