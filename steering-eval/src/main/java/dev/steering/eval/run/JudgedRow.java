package dev.steering.eval.run;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.core.AtomicFiles;
import dev.steering.core.ProgressListener;
import dev.steering.core.SteeringException;
import dev.steering.eval.judge.Exchange;
import dev.steering.eval.judge.ExchangeJudge;
import dev.steering.eval.store.JsonLog;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * An answer with its verdict.
 *
 * @param answer the answer
 * @param refusal whether the judge calls it a refusal
 */
public record JudgedRow(AnswerRow answer, boolean refusal) {
    /**
     * @param answers answers
     * @param judge decides
     * @param progress told how many are judged
     * @return the answers with their verdicts, in the same order
     * @throws SteeringException if no verdict can be had
     */
    public static List<JudgedRow> judge(List<AnswerRow> answers, ExchangeJudge judge, ProgressListener progress) {
        List<Boolean> verdicts = judge.verdicts(
                answers.stream()
                        .map(row -> new Exchange(
                                row.item().prompt(), row.generation().text()))
                        .toList(),
                progress);
        List<JudgedRow> judged = new ArrayList<>();
        for (int i = 0; i < answers.size(); i++) {
            judged.add(new JudgedRow(answers.get(i), verdicts.get(i)));
        }
        return judged;
    }

    /**
     * Writes one JSON object a line, whole or not at all.
     *
     * @param file the file to create or replace
     * @param rows the rows, in the order to write
     * @param judge the judge's name
     * @param plans what each method does, by name
     * @throws SteeringException if it cannot be written
     */
    public static void write(Path file, List<JudgedRow> rows, String judge, Map<String, String> plans) {
        AtomicFiles.write(file, out -> {
            for (JudgedRow row : rows) {
                ObjectNode line = row.answer()
                        .toJson(plans.getOrDefault(row.answer().method(), ""))
                        .put("judge", judge)
                        .put("refusal", row.refusal());
                out.write((JsonLog.text(line) + "\n").getBytes(StandardCharsets.UTF_8));
            }
        });
    }
}
