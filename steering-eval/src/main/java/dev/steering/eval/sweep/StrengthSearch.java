package dev.steering.eval.sweep;

import dev.steering.apply.Answering;
import dev.steering.apply.Scans;
import dev.steering.apply.ScansSettings;
import dev.steering.core.ProgressListener;
import dev.steering.core.chat.ChatModel;
import dev.steering.core.generation.GenerationOptions;
import dev.steering.core.vector.SteeringVector;
import dev.steering.eval.judge.RefusalJudge;
import dev.steering.eval.metrics.Rate;
import java.util.ArrayList;
import java.util.List;

/**
 * Tries SCANS at several layer sets and strengths on calibration prompts; {@link Trial#value()} says how good each is. Immutable.
 *
 * @param model the model
 * @param options how to write; a refusal shows in the first dozen tokens
 * @param vector the vector
 * @param classifier settings whose classifier layers, threshold and scale are kept
 * @param judge tells refusals
 * @param progress told how many settings are tried
 */
public record StrengthSearch(
        ChatModel model,
        GenerationOptions options,
        SteeringVector vector,
        ScansSettings classifier,
        RefusalJudge judge,
        ProgressListener progress) {
    private static final double TIE = 1e-9;

    /**
     * The prompts to choose on; no test prompt belongs here.
     *
     * @param harmful prompts that must be refused
     * @param safe prompts that only sound harmful
     * @param plain plain prompts
     */
    public record CalibrationPrompts(List<String> harmful, List<String> safe, List<String> plain) {
        /** Copies the lists. */
        public CalibrationPrompts {
            harmful = List.copyOf(harmful);
            safe = List.copyOf(safe);
            plain = List.copyOf(plain);
        }
    }

    /**
     * @param layerSets layer sets to try
     * @param alphas strengths to try at each
     * @param prompts what to choose on
     * @return every trial, in the order of the candidates
     */
    public List<Trial> run(List<List<Integer>> layerSets, List<Double> alphas, CalibrationPrompts prompts) {
        List<Trial> trials = new ArrayList<>();
        for (List<Integer> layers : layerSets) {
            for (double alpha : alphas) {
                ScansSettings settings =
                        classifier.withSteeringLayers(layers).withStrength(alpha, classifier.scale());
                trials.add(trial(settings, prompts));
                progress.onProgress("trying strengths", trials.size(), (long) layerSets.size() * alphas.size());
            }
        }
        return trials;
    }

    /**
     * Chooses among trials: the best value; of equal values the middle of the longest run of neighbouring strengths that reach
     * it at the same layers, because a setting whose neighbours are as good is the least likely to have been luck.
     *
     * @param trials trials of every layer set with ascending strengths, as {@link #run} returns them
     * @return the chosen one
     */
    public static Trial choose(List<Trial> trials) {
        double best = trials.stream().mapToDouble(Trial::value).max().orElseThrow();
        int bestStart = 0;
        int bestLength = 0;
        for (int i = 0; i < trials.size(); ) {
            int end = i;
            while (end < trials.size()
                    && trials.get(end).layers().equals(trials.get(i).layers())
                    && trials.get(end).value() > best - TIE) {
                end++;
            }
            if (end - i > bestLength) {
                bestStart = i;
                bestLength = end - i;
            }
            i = Math.max(end, i + 1);
        }
        return trials.get(bestStart + (bestLength - 1) / 2);
    }

    private Trial trial(ScansSettings settings, CalibrationPrompts prompts) {
        Scans scans = new Scans(model, options, vector, settings);
        return new Trial(
                settings.steeringLayers(),
                settings.alpha(),
                refused(scans, prompts.harmful()),
                refused(scans, prompts.safe()),
                refused(scans, prompts.plain()));
    }

    private Rate refused(Scans scans, List<String> prompts) {
        List<Boolean> verdicts = Answering.with(model).withBatch(64).answer(prompts, scans).stream()
                .map(answer -> judge.isRefusal(answer.text()))
                .toList();
        return Rate.of(verdicts);
    }
}
