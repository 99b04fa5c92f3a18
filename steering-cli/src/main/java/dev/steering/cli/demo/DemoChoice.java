package dev.steering.cli.demo;

import dev.steering.apply.GenerationOptions;
import dev.steering.core.ProgressListener;
import dev.steering.core.vector.Anchoring;
import dev.steering.core.vector.ContrastSet;
import dev.steering.core.vector.OperatingPoint;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorScale;
import dev.steering.eval.OperatingPoints;
import dev.steering.eval.RunOptions;
import dev.steering.eval.dataset.Selection;
import dev.steering.eval.judge.RefusalRules;
import dev.steering.eval.judge.StringListJudge;
import dev.steering.eval.run.EncodedPrompts;
import dev.steering.eval.sweep.DevelopmentResult;
import dev.steering.eval.sweep.LayerSet;
import dev.steering.eval.sweep.OperatingRule;
import dev.steering.eval.sweep.QuickSweep;
import dev.steering.eval.sweep.Setting;
import dev.steering.eval.sweep.SettingFigures;
import dev.steering.eval.sweep.SweepGrid;
import dev.steering.eval.sweep.SweepModel;
import dev.steering.eval.sweep.VectorSweepModel;
import dev.steering.extract.anchor.LayerAnchoring;
import dev.steering.model.chat.ChatModel;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Every setting of the demo, chosen on the calibration prompts alone.
 *
 * <ol>
 *   <li>Vocabulary projection names the safety-critical layers.
 *   <li>The classifier takes the layers, from some safety-critical layer to the last, whose score separates harmful from
 *       scary-but-safe prompts best (AUC), and the threshold that {@link LayerAnchoring} calibrates for them.
 *   <li>Steering layers (each safety-critical layer, and all of them) and strength: a sweep with that threshold, {@link OperatingRule}.
 * </ol>
 *
 * @param anchoring layers, strength and threshold
 * @param layerReason why these layers are safety-critical
 * @param systemPrompt the system prompt of the baseline
 */
record DemoChoice(Anchoring anchoring, String layerReason, String systemPrompt) {
    /** New tokens of answers that are only judged: a refusal shows in its first words. */
    private static final GenerationOptions FIRST_WORDS = GenerationOptions.greedy(8);

    private static final int SYSTEM_PROMPTS = 6;
    private static final OperatingRule RULE = new OperatingRule(OperatingRule.DEFAULT_HARMFUL_WEIGHT);

    static DemoChoice choose(ChatModel model, SteeringVector vector, DemoPrompts prompts, ProgressListener progress) {
        ContrastSet calibration = prompts.confusable();
        LayerAnchoring.Result projected = anchor(model, vector, calibration, LayerAnchoring.withDefaults());
        List<Integer> critical = projected.layers().layers();
        Anchoring classifier = bestClassifier(model, vector, calibration, critical);
        SweepGrid grid = new SweepGrid(
                layerSets(critical).stream()
                        .map(layers ->
                                new LayerSet(layers, classifier.calibration().classifierLayers(), null))
                        .toList(),
                Demo.strengths(),
                List.of(classifier.calibration().threshold()));
        QuickSweep quick = new QuickSweep(
                Selection.ALL.of(prompts.calibration()),
                Demo.BATCH,
                new StringListJudge(RefusalRules.published("scans")),
                progress);
        List<SettingFigures> tried = quick.run(swept(model, null, vector), grid).all(grid);
        OperatingRule.Choice choice = RULE.choose(tried, setting -> null);
        Setting chosen = choice.chosen().setting();
        OperatingPoint point = OperatingPoints.untested(
                new DevelopmentResult(
                        grid, RULE, quick.unsteered(swept(model, null, vector)), tried, List.of(), choice),
                RunOptions.defaults().judge().name());
        Anchoring anchoring = classifier.withSettings(
                chosen.layers().steering(), chosen.alpha(), VectorScale.RAW, classifier.calibration(), point);
        return new DemoChoice(anchoring, projected.layers().reason(), systemPrompt(model, vector, quick, prompts));
    }

    private static List<List<Integer>> layerSets(List<Integer> critical) {
        List<List<Integer>> sets = new ArrayList<>();
        critical.forEach(layer -> sets.add(List.of(layer)));
        if (critical.size() > 1) {
            sets.add(critical);
        }
        return sets;
    }

    private static Anchoring bestClassifier(
            ChatModel model, SteeringVector vector, ContrastSet prompts, List<Integer> critical) {
        return critical.stream()
                .map(first -> IntStream.range(first, vector.layers()).boxed().toList())
                .map(layers -> LayerAnchoring.withDefaults().withClassifierLayers(layers))
                .map(anchoring -> anchor(model, vector, prompts, anchoring).anchoring())
                .max(Comparator.comparingDouble(a -> a.calibration().auc()))
                .orElseThrow();
    }

    private static LayerAnchoring.Result anchor(
            ChatModel model, SteeringVector vector, ContrastSet prompts, LayerAnchoring anchoring) {
        return anchoring.anchor(model, vector, prompts);
    }

    /** The baseline gets the same chance: the best of some system prompts by the same rule on the same prompts. */
    private static String systemPrompt(
            ChatModel model, SteeringVector vector, QuickSweep calibration, DemoPrompts prompts) {
        List<String> candidates =
                prompts.helpfulSystemPrompts().stream().limit(SYSTEM_PROMPTS).toList();
        String best = candidates.get(0);
        double lowest = Double.POSITIVE_INFINITY;
        for (int i = 0; i < candidates.size(); i++) {
            double cost = calibration
                    .unsteered(swept(model, candidates.get(i), vector))
                    .cost(RULE.harmfulWeight());
            if (cost < lowest) {
                lowest = cost;
                best = candidates.get(i);
            }
            calibration.progress().onProgress("trying system prompts", i + 1, candidates.size());
        }
        return best;
    }

    private static SweepModel swept(ChatModel model, @Nullable String system, SteeringVector vector) {
        return new VectorSweepModel(
                model, new EncodedPrompts(model, system), FIRST_WORDS, vector, VectorScale.RAW, Demo.BATCH);
    }
}
