package dev.steering.cli.sweep;

import dev.steering.apply.Method;
import dev.steering.apply.MethodName;
import dev.steering.apply.MethodSettings;
import dev.steering.apply.Methods;
import dev.steering.cli.evaluation.Evaluation;
import dev.steering.cli.evaluation.Fingerprints;
import dev.steering.core.ProgressListener;
import dev.steering.core.vector.Anchoring;
import dev.steering.core.vector.OperatingPoint;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorScale;
import dev.steering.eval.dataset.EvalItem;
import dev.steering.eval.judge.ExchangeJudge;
import dev.steering.eval.run.RunManifest;
import dev.steering.eval.sweep.OperatingRule;
import dev.steering.eval.sweep.Recalibration;
import dev.steering.eval.sweep.Setting;
import dev.steering.eval.sweep.SweepGrid;
import dev.steering.eval.sweep.SweepResult;
import dev.steering.eval.sweep.SweepRun;
import dev.steering.eval.sweep.VectorSweepModel;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.decode.GenerationOptions;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A whole sweep: every setting on the development prompts, the choice, and its figures on the test prompts.
 *
 * @param directory where everything goes
 * @param model the model
 * @param system system prompt in front of every prompt; null for none
 * @param splits what to choose on and what to measure on
 * @param batch most prompts at once
 * @param judge tells refusals
 * @param progress told how far it has come
 */
public record Sweep(
        Path directory,
        ChatModel model,
        @Nullable String system,
        Splits splits,
        int batch,
        ExchangeJudge judge,
        ProgressListener progress) {
    /** Name of the directory with the test figures. */
    static final String TEST = "test";

    /**
     * Prompts, and how to answer them.
     *
     * @param development the prompts that the choice is made on
     * @param test the prompts of the final figures
     * @param firstWords how to answer development prompts: a refusal shows in its first words
     * @param whole how to answer test prompts
     */
    public record Splits(
            List<EvalItem> development, List<EvalItem> test, GenerationOptions firstWords, GenerationOptions whole) {
        /** Copies the lists. */
        public Splits {
            development = List.copyOf(development);
            test = List.copyOf(test);
        }
    }

    /**
     * What came of it.
     *
     * @param result the settings and the choice
     * @param test the unsteered model and the chosen setting on the test prompts
     * @param evaluation what made the test figures
     * @param vector the vector with the operating point
     */
    public record Outcome(SweepResult result, Evaluation.Outcome test, Evaluation evaluation, SteeringVector vector) {}

    /**
     * @param settings what the answers depend on beside grid, prompts and the ways of answering
     * @param vector the vector, anchored
     * @param scale what strengths multiply
     * @param grid what to try
     * @param rule how to choose
     * @return what came of it
     * @throws dev.steering.core.SteeringException if the directory holds a run with other settings
     */
    public Outcome run(
            Map<String, String> settings,
            SteeringVector vector,
            VectorScale scale,
            SweepGrid grid,
            OperatingRule rule) {
        Map<String, String> all = all(settings, scale, grid, rule);
        new RunManifest("sweep", all, Map.of()).claim(directory);
        VectorSweepModel swept = new VectorSweepModel(model, system, splits.firstWords(), vector, scale, batch);
        SweepRun.Done done =
                new SweepRun(directory, splits.development(), batch, judge, progress).run(swept, grid, rule);
        Setting chosen = done.result().choice().chosen().setting();
        Anchoring anchoring = Objects.requireNonNull(vector.anchoring())
                .withSettings(
                        chosen.layers().steering(),
                        chosen.alpha(),
                        scale,
                        Recalibration.of(done.outcomes(), vector.layers(), chosen),
                        null);
        return measured(all, done.result(), vector.withAnchoring(anchoring), anchoring);
    }

    /** Everything that the run depends on. */
    private Map<String, String> all(
            Map<String, String> settings, VectorScale scale, SweepGrid grid, OperatingRule rule) {
        Map<String, String> all = new LinkedHashMap<>(settings);
        all.put("scale", scale.name());
        all.put("grid", grid.words());
        all.put("rule", rule.words());
        all.put("judge", judge.name());
        all.put("batch", Integer.toString(batch));
        all.put("development tokens", Integer.toString(splits.firstWords().maxNewTokens()));
        Fingerprints.sets(splits.development()).forEach((set, hash) -> all.put("development " + set, hash));
        Fingerprints.sets(splits.test()).forEach((set, hash) -> all.put("test " + set, hash));
        return all;
    }

    /** The final figures, and the vector with them. */
    private Outcome measured(
            Map<String, String> settings, SweepResult result, SteeringVector recommended, Anchoring anchoring) {
        Evaluation evaluation =
                new Evaluation(directory.resolve(TEST), model, system, splits.test(), batch, judge, progress);
        Methods methods =
                Methods.with(model, splits.whole(), MethodSettings.defaults().withVector(recommended));
        List<Method> compared = List.of(methods.create(MethodName.DEFAULT), methods.create(MethodName.SCANS));
        Evaluation.Outcome test = evaluation.run(settings, compared);
        evaluation.write(test, compared, Map.of(), Map.of());
        OperatingPoint point = OperatingPoints.of(result, test.summary(), judge.name());
        SteeringVector recorded = recommended.withAnchoring(anchoring.withSettings(
                anchoring.steeringLayers(), anchoring.alpha(), anchoring.scale(), anchoring.calibration(), point));
        return new Outcome(result, test, evaluation, recorded);
    }
}
