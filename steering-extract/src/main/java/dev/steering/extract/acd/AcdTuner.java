package dev.steering.extract.acd;

import dev.steering.core.SteeringException;
import dev.steering.core.softprompt.SoftPrompt;
import dev.steering.core.softprompt.SoftPromptProvenance;
import dev.steering.core.softprompt.SoftPrompts;
import dev.steering.extract.Toolkit;
import dev.steering.extract.tune.AnchorPair;
import dev.steering.extract.tune.AnchorPairs;
import dev.steering.extract.tune.Region;
import dev.steering.extract.tune.Tuning;
import dev.steering.extract.tune.TuningListener;
import dev.steering.extract.tune.TuningLoss;
import dev.steering.extract.tune.TuningRun;
import dev.steering.extract.tune.TuningSettings;
import dev.steering.extract.tune.TuningState;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.chat.PromptFit;
import dev.steering.model.chat.SystemSlot;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Opposite prompt optimisation (arXiv 2406.16743, section 3.2, Eq. 1 to 4): a safe and an opposite soft prompt, each beginning as the
 * embeddings of a system prompt, are tuned by AdamW with the model frozen, see {@link Side} for the losses. The prompt with the
 * least held-out loss is kept. Immutable and thread-safe.
 */
public final class AcdTuner {
    private final TuningSettings settings;
    private final TuningRun run;
    private final TuningListener listener;

    private AcdTuner(TuningSettings settings, TuningRun run, TuningListener listener) {
        this.settings = settings;
        this.run = run;
        this.listener = listener;
    }

    /**
     * @param settings how to tune
     * @return a tuner without checkpoint
     */
    public static AcdTuner with(TuningSettings settings) {
        return new AcdTuner(settings, TuningRun.IN_MEMORY, TuningListener.NONE);
    }

    /**
     * @param newRun where the state is kept
     * @return a copy that goes on from it
     */
    public AcdTuner withRun(TuningRun newRun) {
        return new AcdTuner(settings, newRun, listener);
    }

    /**
     * @param newListener told of steps and epochs
     * @return a copy that tells it
     */
    public AcdTuner withListener(TuningListener newListener) {
        return new AcdTuner(settings, run, newListener);
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
            ChatModel model, TuningLoss loss, AnchorPairs anchors, String safeText, String oppositeText) {
        AnchorPairs.Split split = anchors.split(settings.heldOut(), settings.seed());
        AnchorEncoder encoder = AnchorEncoder.of(model);
        SoftPrompt safe = encoder.initial(safeText);
        SoftPrompt opposite = encoder.initial(oppositeText);
        SoftPromptProvenance provenance = provenance(model, encoder, anchors, split);
        List<TuningState> states = run.run(
                List.of(
                        part(Side.SAFE, safe, encoder, split, loss),
                        part(Side.OPPOSITE, opposite, encoder, split, loss)),
                identity(provenance, safeText, oppositeText));
        return new SoftPrompts(
                safe.withValues(states.get(0).best()),
                opposite.withValues(states.get(1).best()),
                encoder.scale(),
                states.get(0).curve(),
                states.get(1).curve(),
                states.get(0).cost().plus(states.get(1).cost()),
                provenance);
    }

    /**
     * @param model the model, with the prompt format to use
     * @param safeText system prompt that the safe prompt begins as
     * @param oppositeText system prompt that the opposite prompt begins as
     * @return how long the longer of the two contexts is that a pair is put into, with its response
     */
    public static PromptFit.Need<AnchorPair> need(ChatModel model, String safeText, String oppositeText) {
        SystemSlot slot = SystemSlot.of(model);
        int soft = Math.max(slot.tokens(safeText).length, slot.tokens(oppositeText).length);
        return pair -> {
            int[] prompt = slot.around(pair.prompt(), pair.system()).with(new int[soft]);
            return pair.answered(prompt, model.tokenizer()).length;
        };
    }

    private TuningRun.Part part(
            Side side, SoftPrompt initial, AnchorEncoder encoder, AnchorPairs.Split split, TuningLoss loss) {
        Tuning tuning = new Tuning(
                side.label() + " prompt",
                settings,
                loss,
                Region.ANYWHERE,
                encoder.encode(split.train(), side, initial),
                encoder.encode(split.heldOut(), side, initial),
                listener);
        return new TuningRun.Part(tuning, initial.values());
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
