package dev.steering.eval.run;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.core.AtomicFiles;
import dev.steering.core.ProgressListener;
import dev.steering.core.SteeringException;
import dev.steering.core.prompts.Prompt;
import dev.steering.eval.dataset.EvalItem;
import dev.steering.eval.judge.Exchange;
import dev.steering.eval.judge.ExchangeJudge;
import dev.steering.eval.judge.FinalAnswer;
import dev.steering.eval.judge.Repetition;
import dev.steering.eval.judge.Ruling;
import dev.steering.eval.judge.Verdict;
import dev.steering.eval.metrics.AnswerCounts;
import dev.steering.eval.store.JsonLog;
import dev.steering.model.decode.Generation;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * An answer with its verdict.
 *
 * @param answer the answer
 * @param ruling what the judge says of it
 * @param verdict what the answer is: a refusal, an answer, or degenerate
 * @param others what further judges say, by their names, in the order in which they were asked
 */
public record JudgedRow(AnswerRow answer, Ruling ruling, Verdict verdict, Map<String, Ruling> others) {
    private static final Set<Generation.Finish> CUT = EnumSet.of(Generation.Finish.LENGTH, Generation.Finish.CONTEXT);

    /** Tokens in which a refusal shows; the demo chooses its settings by as many. */
    private static final int FIRST_WORDS = 8;

    public JudgedRow {
        others = Collections.unmodifiableMap(new LinkedHashMap<>(others));
    }

    /**
     * @param answer the answer
     * @param refusal whether the judge calls it a refusal
     */
    public JudgedRow(AnswerRow answer, boolean refusal) {
        this(answer, Ruling.of(refusal), answer.generation().text(), Map.of());
    }

    /** @param seen the part of the answer that the judge looked at */
    private JudgedRow(AnswerRow answer, Ruling ruling, String seen, Map<String, Ruling> others) {
        this(
                answer,
                ruling,
                Verdict.ruled(seen, ruling, CUT.contains(answer.generation().finish())),
                others);
    }

    /** @return whether the judge calls it a refusal; false if it is undecided */
    public boolean refusal() {
        return ruling.isRefusal();
    }

    /**
     * @return whether it does what was asked. An answer that the wanted length has cut does: it began to, and published evaluations
     *     count it so. One that is empty or repetitive does neither that nor refuse; nor does one for which the context had no room for
     *     more than a few tokens: a refusal shows in the first words, of which there have to be some
     */
    public boolean complied() {
        boolean begun = answer.generation().finish() == Generation.Finish.LENGTH
                || answer.generation().tokens().size() >= FIRST_WORDS;
        return !refusal() && (verdict == Verdict.ANSWERED || (verdict == Verdict.CUT && begun));
    }

    /** What became of the reasoning in a text. */
    public enum Thinking {
        /** It came to an end, and an answer follows. */
        ENDED,
        /** The text ends inside it. */
        UNFINISHED,
        /** It repeats itself. */
        REPETITIVE
    }

    /** @return what became of the reasoning in the text; null if there is none */
    public @Nullable Thinking thinking() {
        FinalAnswer text = FinalAnswer.of(answer.generation().text());
        if (text.thought().isBlank()) {
            return null;
        }
        return Repetition.isRepetitive(text.thought())
                ? Thinking.REPETITIVE
                : text.finished() ? Thinking.ENDED : Thinking.UNFINISHED;
    }

    /** @return whether it neither complies nor refuses */
    public boolean neither() {
        return !refusal() && !complied();
    }

    /**
     * @param rows answers
     * @return how many of them are degenerate
     */
    public static AnswerCounts counts(List<JudgedRow> rows) {
        return new AnswerCounts(
                count(rows, row -> row.verdict() == Verdict.EMPTY),
                count(rows, row -> row.verdict() == Verdict.REPETITIVE),
                count(rows, row -> row.verdict() == Verdict.CUT),
                count(rows, JudgedRow::neither),
                count(rows, row -> row.verdict() == Verdict.UNDECIDED));
    }

    private static int count(List<JudgedRow> rows, Predicate<JudgedRow> what) {
        return (int) rows.stream().filter(what).count();
    }

    /**
     * @param answers answers
     * @param judge decides
     * @param progress told how many are judged
     * @return the answers with their verdicts, in the same order
     * @throws SteeringException if no verdict can be had
     */
    public static List<JudgedRow> judge(List<AnswerRow> answers, ExchangeJudge judge, ProgressListener progress) {
        return judge(answers, judge, List.of(), progress);
    }

    /**
     * @param answers answers
     * @param judge decides
     * @param more judges whose rulings are kept beside those of the first
     * @param progress told how many are judged
     * @return the answers with their verdicts, in the same order
     * @throws SteeringException if no verdict can be had
     */
    public static List<JudgedRow> judge(
            List<AnswerRow> answers, ExchangeJudge judge, List<ExchangeJudge> more, ProgressListener progress) {
        List<Exchange> exchanges = answers.stream()
                .map(row -> new Exchange(row.item().prompt(), row.generation().text()))
                .toList();
        List<Ruling> rulings = judge.rulings(exchanges, progress);
        Map<String, List<Ruling>> others = new LinkedHashMap<>();
        more.forEach(other -> others.put(other.name(), other.rulings(exchanges, progress)));
        List<JudgedRow> judged = new ArrayList<>();
        for (int i = 0; i < answers.size(); i++) {
            int row = i;
            Map<String, Ruling> said = new LinkedHashMap<>();
            others.forEach((name, theirs) -> said.put(name, theirs.get(row)));
            judged.add(new JudgedRow(
                    answers.get(i), rulings.get(i), judge.seen(exchanges.get(i).response()), said));
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
                EvalItem item = row.answer().item();
                ObjectNode line = row.answer()
                        .toJson(plans.getOrDefault(row.answer().method(), ""))
                        .put("expected", item.expectation().name().toLowerCase(Locale.ROOT))
                        .put("type", item.asked().kind().type())
                        .put("category", item.asked().kind().category())
                        .put("judge", judge)
                        .put("refusal", row.ruling().refusal())
                        .put("verdict", row.verdict().word());
                Prompt.Frame frame = item.asked().frame();
                if (frame != null) {
                    line.put("frame", frame.name());
                }
                Thinking thinking = row.thinking();
                if (thinking != null) {
                    line.put("thinking", thinking.name().toLowerCase(Locale.ROOT));
                }
                if (!row.others().isEmpty()) {
                    ObjectNode others = line.putObject("judges");
                    row.others().forEach((name, ruling) -> others.put(name, ruling.word()));
                }
                out.write((JsonLog.text(line) + "\n").getBytes(StandardCharsets.UTF_8));
            }
        });
    }
}
