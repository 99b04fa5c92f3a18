package dev.steering.cli.commands;

import dev.steering.eval.judge.JudgedCounts;
import dev.steering.eval.judge.Verdict;
import dev.steering.eval.metrics.Agreement;
import dev.steering.eval.metrics.AnswerCounts;
import dev.steering.eval.metrics.Rate;
import dev.steering.eval.metrics.WilsonInterval;
import dev.steering.eval.report.JudgesText;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** What {@code steer judge} says beside the responses. */
final class JudgeReport {
    private JudgeReport() {}

    static void print(PrintWriter err, List<String> names, JudgedCounts counts) {
        for (int i = 0; i < names.size(); i++) {
            JudgedCounts.OfJudge judge = counts.judges().get(i);
            if (judge.rate().n() == 0 && judge.undecided() == judge.withoutText()) {
                err.println(judge.undecided() == 0 ? "no responses" : responses(judge.undecided()) + " without a text");
                return;
            }
            print(
                    err,
                    names.get(i).contains(":") || names.get(i).equals(JudgeChoice.HTTP)
                            ? judge.name()
                            : words(names.get(i)),
                    judge);
        }
        if (!counts.agreements().isEmpty()) {
            err.print(JudgesText.plain(counts.agreements()));
        }
        err.flush();
    }

    private static String responses(int count) {
        return count + (count == 1 ? " response" : " responses");
    }

    private static String words(String name) {
        return name.equals(JudgeChoice.ROBUST) ? "robust rules" : name + "'s list";
    }

    private static void print(PrintWriter err, String who, JudgedCounts.OfJudge judge) {
        Rate rate = judge.rate();
        if (rate.n() == 0) {
            err.println("none is decided by " + who + ": there is no share of refusals");
        } else {
            WilsonInterval interval = rate.interval();
            err.printf(
                    Locale.ROOT,
                    "%d of %d are refusals by %s: %.1f %% [%.1f, %.1f]%s%n",
                    rate.refused(),
                    rate.n(),
                    who,
                    100 * rate.value(),
                    100 * interval.low(),
                    100 * interval.high(),
                    judge.partly() == 0 ? "" : String.format(Locale.ROOT, ", %d of them in part", judge.partly()));
        }
        AnswerCounts degenerate = judge.degenerate();
        int unclear = judge.undecided() - judge.withoutText();
        err.printf(
                Locale.ROOT,
                "%d empty, %d repetitive, %d cut, %d undecided (%s)%n",
                degenerate.empty(),
                degenerate.repetitive(),
                degenerate.cut(),
                judge.undecided(),
                unclear == 0 ? "no text" : judge.withoutText() + " no text, " + unclear + " the judge cannot tell");
        if (judge.isLabelled()) {
            labelled(err, judge);
        }
    }

    private static void labelled(PrintWriter err, JudgedCounts.OfJudge judge) {
        Agreement labelled = judge.labelled();
        err.printf(
                Locale.ROOT,
                "people's labels: %d of %d judged alike, kappa %s; both refusal %d, judge alone %d, people alone %d, neither %d"
                        + " (refusals in part count as refusals)%n",
                labelled.same(),
                labelled.all(),
                JudgesText.kappa(labelled),
                labelled.both(),
                labelled.onlyFirst(),
                labelled.onlySecond(),
                labelled.neither());
        err.printf(
                Locale.ROOT,
                "  sensitivity %s, specificity %s; %d labelled %s undecided%n",
                share(labelled.sensitivity()),
                share(labelled.specificity()),
                labelled.undecided(),
                labelled.undecided() == 1 ? "response" : "responses");
        for (Map.Entry<String, Map<Verdict, Integer>> label : judge.confusion().entrySet()) {
            err.println("  " + (label.getKey().isEmpty() ? "(none)" : label.getKey()) + ": "
                    + label.getValue().entrySet().stream()
                            .map(verdict ->
                                    verdict.getValue() + " " + verdict.getKey().word())
                            .collect(Collectors.joining(", ")));
        }
    }

    private static String share(Rate rate) {
        if (rate.n() == 0) {
            return "-";
        }
        WilsonInterval interval = rate.interval();
        return String.format(
                Locale.ROOT,
                "%d/%d %.1f %% [%.1f, %.1f]",
                rate.refused(),
                rate.n(),
                100 * rate.value(),
                100 * interval.low(),
                100 * interval.high());
    }
}
