package dev.steering.cli.demo;

import dev.steering.apply.Answer;
import dev.steering.apply.Answering;
import dev.steering.apply.ConstantSteering;
import dev.steering.core.ProgressListener;
import dev.steering.core.vector.Anchoring;
import dev.steering.core.vector.ContrastSet;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorScale;
import dev.steering.eval.dataset.EvalItem;
import dev.steering.eval.dataset.Selection;
import dev.steering.eval.judge.RefusalJudge;
import dev.steering.eval.judge.RefusalRules;
import dev.steering.eval.judge.StringListJudge;
import dev.steering.eval.metrics.Rate;
import dev.steering.eval.sweep.LayerSet;
import dev.steering.eval.sweep.OperatingRule;
import dev.steering.eval.sweep.QuickSweep;
import dev.steering.eval.sweep.SafetyRates;
import dev.steering.eval.sweep.Setting;
import dev.steering.eval.sweep.SettingFigures;
import dev.steering.eval.sweep.SweepGrid;
import dev.steering.eval.sweep.SweepModel;
import dev.steering.eval.sweep.VectorSweepModel;
import dev.steering.extract.anchor.LayerAnchoring;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.decode.GenerationOptions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

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
    /** A refusal shows in its first words. */
    private static final GenerationOptions FIRST_WORDS = GenerationOptions.greedy(8);

    private static final int SYSTEM_PROMPTS = 6;
    private static final int BATCH = 64;
    private static final OperatingRule RULE = new OperatingRule(OperatingRule.DEFAULT_HARMFUL_WEIGHT);

    static DemoChoice choose(ChatModel model, SteeringVector vector, DemoPrompts prompts, ProgressListener progress) {
        ContrastSet calibration = prompts.confusable();
        LayerAnchoring.Result projected = anchor(model, vector, calibration, LayerAnchoring.withDefaults());
        List<Integer> critical = projected.layers().layers();
        Anchoring classifier = bestClassifier(model, vector, calibration, critical);
        RefusalJudge judge = new StringListJudge(RefusalRules.published("scans"));
        SweepGrid grid = new SweepGrid(
                layerSets(critical).stream()
                        .map(layers ->
                                new LayerSet(layers, classifier.calibration().classifierLayers(), null))
                        .toList(),
                Demo.strengths(),
                List.of(classifier.calibration().threshold()));
        SweepModel swept = new VectorSweepModel(model, null, FIRST_WORDS, vector, VectorScale.RAW, BATCH);
        List<EvalItem> items = Selection.ALL.of(prompts.calibration());
        List<SettingFigures> tried =
                new QuickSweep(items, BATCH, judge, progress).run(swept, grid).all(grid);
        Setting chosen = RULE.choose(tried, setting -> null).chosen().setting();
        Anchoring anchoring = classifier.withSettings(
                chosen.layers().steering(), chosen.alpha(), VectorScale.RAW, classifier.calibration(), null);
        return new DemoChoice(anchoring, projected.layers().reason(), systemPrompt(model, judge, prompts, progress));
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
            ChatModel model, RefusalJudge judge, DemoPrompts prompts, ProgressListener progress) {
        List<String> candidates =
                prompts.helpfulSystemPrompts().stream().limit(SYSTEM_PROMPTS).toList();
        String best = candidates.get(0);
        double lowest = Double.POSITIVE_INFINITY;
        for (int i = 0; i < candidates.size(); i++) {
            Answering answering =
                    Answering.with(model).withSystem(candidates.get(i)).withBatch(BATCH);
            SafetyRates rates = new SafetyRates(prompts.calibration().stream()
                    .map(set -> new SafetyRates.SetRate(
                            set.name(), set.expectation(), refused(answering, model, judge, set.prompts())))
                    .toList());
            double cost = rates.cost(RULE.harmfulWeight());
            if (cost < lowest) {
                lowest = cost;
                best = candidates.get(i);
            }
            progress.onProgress("trying system prompts", i + 1, candidates.size());
        }
        return best;
    }

    private static Rate refused(Answering answering, ChatModel model, RefusalJudge judge, List<String> prompts) {
        List<Answer> answers = answering.answer(prompts, ConstantSteering.none(model, FIRST_WORDS));
        return Rate.of(answers.stream().map(a -> judge.isRefusal(a.text())).toList());
    }
}
