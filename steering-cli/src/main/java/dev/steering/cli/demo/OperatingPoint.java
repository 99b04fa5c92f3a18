package dev.steering.cli.demo;

import dev.steering.apply.Answer;
import dev.steering.apply.Answering;
import dev.steering.apply.ConstantSteering;
import dev.steering.apply.ScansSettings;
import dev.steering.core.ProgressListener;
import dev.steering.core.chat.ChatModel;
import dev.steering.core.generation.GenerationOptions;
import dev.steering.core.vector.Anchoring;
import dev.steering.core.vector.ContrastSet;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorScale;
import dev.steering.eval.judge.RefusalJudge;
import dev.steering.eval.judge.RefusalRules;
import dev.steering.eval.judge.StringListJudge;
import dev.steering.eval.metrics.Rate;
import dev.steering.eval.sweep.StrengthSearch;
import dev.steering.eval.sweep.StrengthSearch.CalibrationPrompts;
import dev.steering.eval.sweep.Trial;
import dev.steering.extract.anchor.LayerAnchoring;
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
 *   <li>Steering layers (each safety-critical layer, and all of them) and strength: {@link StrengthSearch}.
 * </ol>
 *
 * @param anchoring layers, strength and threshold
 * @param layerReason why these layers are safety-critical
 * @param systemPrompt the system prompt of the baseline
 */
record OperatingPoint(Anchoring anchoring, String layerReason, String systemPrompt) {
    /** A refusal shows in its first words. */
    private static final GenerationOptions FIRST_WORDS = GenerationOptions.greedy(8);

    private static final int SYSTEM_PROMPTS = 6;

    static OperatingPoint choose(
            ChatModel model, SteeringVector vector, DemoPrompts prompts, ProgressListener progress) {
        CalibrationPrompts calibration = prompts.calibration();
        LayerAnchoring.Result projected = anchor(model, vector, calibration, LayerAnchoring.withDefaults());
        List<Integer> critical = projected.layers().layers();
        Anchoring classifier = bestClassifier(model, vector, calibration, critical);
        RefusalJudge judge = new StringListJudge(RefusalRules.published("scans"));
        ScansSettings settings = new ScansSettings(
                critical,
                classifier.calibration().classifierLayers(),
                1,
                VectorScale.RAW,
                classifier.calibration().threshold());
        StrengthSearch search = new StrengthSearch(model, FIRST_WORDS, vector, settings, judge, progress);
        Trial chosen = StrengthSearch.choose(search.run(layerSets(critical), Demo.strengths(), calibration));
        Anchoring anchoring = new Anchoring(
                classifier.topK(),
                classifier.refusalTokens(),
                classifier.layers(),
                classifier.segments(),
                chosen.layers(),
                chosen.alpha(),
                VectorScale.RAW,
                classifier.calibration());
        return new OperatingPoint(
                anchoring, projected.layers().reason(), systemPrompt(model, judge, prompts, progress));
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
            ChatModel model, SteeringVector vector, CalibrationPrompts prompts, List<Integer> critical) {
        return critical.stream()
                .map(first -> IntStream.range(first, vector.layers()).boxed().toList())
                .map(layers -> LayerAnchoring.withDefaults().withClassifierLayers(layers))
                .map(anchoring -> anchor(model, vector, prompts, anchoring).anchoring())
                .max(Comparator.comparingDouble(a -> a.calibration().auc()))
                .orElseThrow();
    }

    private static LayerAnchoring.Result anchor(
            ChatModel model, SteeringVector vector, CalibrationPrompts prompts, LayerAnchoring anchoring) {
        return anchoring.anchor(model, vector, new ContrastSet(prompts.harmful(), prompts.safe()));
    }

    /** The baseline gets the same chance: the best of some system prompts by the same rule on the same prompts. */
    private static String systemPrompt(
            ChatModel model, RefusalJudge judge, DemoPrompts prompts, ProgressListener progress) {
        List<String> candidates =
                prompts.helpfulSystemPrompts().stream().limit(SYSTEM_PROMPTS).toList();
        CalibrationPrompts calibration = prompts.calibration();
        String best = candidates.get(0);
        double bestValue = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < candidates.size(); i++) {
            Answering answering =
                    Answering.with(model).withSystem(candidates.get(i)).withBatch(64);
            Trial trial = new Trial(
                    List.of(),
                    0,
                    refused(answering, model, judge, calibration.harmful()),
                    refused(answering, model, judge, calibration.safe()),
                    refused(answering, model, judge, calibration.plain()));
            if (trial.value() > bestValue) {
                bestValue = trial.value();
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
