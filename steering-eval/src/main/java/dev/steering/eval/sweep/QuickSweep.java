package dev.steering.eval.sweep;

import dev.steering.apply.Answer;
import dev.steering.core.ProgressListener;
import dev.steering.eval.dataset.EvalItem;
import dev.steering.eval.judge.RefusalJudge;
import dev.steering.eval.run.AnswerRow;
import dev.steering.eval.run.EvalGroup;
import dev.steering.eval.run.JudgedRow;
import dev.steering.model.pass.LengthBatches;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A sweep that keeps nothing on the disk, for few prompts and short answers. Divergences are not measured.
 *
 * @param items the development prompts, both sides among them
 * @param batch most prompts at once
 * @param judge tells refusals
 * @param progress told how many answers there are
 */
public record QuickSweep(List<EvalItem> items, int batch, RefusalJudge judge, ProgressListener progress) {
    public QuickSweep {
        items = List.copyOf(items);
    }

    /**
     * @param model the model with its vector
     * @param grid what to try
     * @return what the prompts tell about every setting of it
     */
    public SweepOutcomes run(SweepModel model, SweepGrid grid) {
        List<String> prompts = items.stream().map(EvalItem::prompt).toList();
        List<int[]> batches = LengthBatches.of(model.lengths(prompts), batch);
        double[][] cosines = new double[items.size()][];
        for (int[] indices : batches) {
            List<double[]> read = model.cosines(pick(prompts, indices));
            for (int i = 0; i < indices.length; i++) {
                cosines[indices[i]] = read.get(i);
            }
        }
        List<EvalGroup> groups = PushGroup.of(model, grid);
        List<JudgedRow> rows = new ArrayList<>();
        for (EvalGroup group : groups) {
            rows.addAll(rows(group, prompts, batches));
            progress.onProgress(
                    "trying strengths",
                    rows.size(),
                    (long) items.size()
                            * groups.stream().mapToInt(g -> g.plans().size()).sum());
        }
        return SweepOutcomes.of(items, List.of(cosines), rows);
    }

    /**
     * @param model the model with its system prompt
     * @return what it refuses without steering
     */
    public SafetyRates unsteered(SweepModel model) {
        List<String> prompts = items.stream().map(EvalItem::prompt).toList();
        List<int[]> batches = LengthBatches.of(model.lengths(prompts), batch);
        return SafetyRates.of(rows(new PushGroup(model, List.of(Push.NONE)), prompts, batches));
    }

    private List<JudgedRow> rows(EvalGroup group, List<String> prompts, List<int[]> batches) {
        List<String> methods = List.copyOf(group.plans().keySet());
        @Nullable JudgedRow[][] rows = new JudgedRow[methods.size()][items.size()];
        for (int[] indices : batches) {
            List<List<Answer>> answers = group.answer(pick(prompts, indices));
            for (int m = 0; m < methods.size(); m++) {
                for (int i = 0; i < indices.length; i++) {
                    Answer answer = answers.get(m).get(i);
                    AnswerRow row = new AnswerRow(methods.get(m), items.get(indices[i]), answer.generation(), null);
                    rows[m][indices[i]] = new JudgedRow(row, judge.isRefusal(answer.text()));
                }
            }
        }
        return Arrays.stream(rows)
                .flatMap(Arrays::stream)
                .map(Objects::requireNonNull)
                .toList();
    }

    private static List<String> pick(List<String> prompts, int[] indices) {
        return IntStream.of(indices).mapToObj(prompts::get).toList();
    }
}
