package dev.steering.viz.page;

import dev.steering.core.certificate.Certificate;
import dev.steering.core.certificate.CertifiedDivergence;
import dev.steering.core.page.Html;
import dev.steering.core.vector.Anchoring;
import dev.steering.core.vector.OperatingPoint;
import dev.steering.viz.page.MeasuredCost.Capability;
import dev.steering.viz.page.ReportedRun.Asked;
import dev.steering.viz.page.ReportedRun.Divergence;
import dev.steering.viz.page.ReportedRun.Rate;
import dev.steering.viz.page.ReportedRun.Variant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a method costs, in plain words: refusals lost, broken answers, language, other tasks, time; and what of it was not measured. */
final class VerdictCost {
    /** What a judge calls an answer that was going on when it had to end. */
    private static final String CUT = "cut";

    private VerdictCost() {}

    static String of(List<ReportedVector> vectors, ReportedRun run, Variant best) {
        MeasuredCost before = run.unsteered().cost();
        MeasuredCost after = best.cost();
        String refusals = Conclusion.over(run, best, true);
        return (refusals.isEmpty()
                        ? "Safety: not known, no set of prompts that are to be refused was asked."
                        : refusals + frames(run, best))
                + " " + broken(best)
                + " " + language(vectors, best)
                + " " + capability(before, after)
                + " " + time(before, after);
    }

    private static String broken(Variant best) {
        int broken = best.rates().stream().mapToInt(Rate::broken).sum();
        int cut = (int) best.answers().stream()
                .filter(answer -> answer.verdict().equals(CUT))
                .count();
        return (broken == 0 ? "No answer is" : Html.count(broken) + " answers are") + " empty or repetitive, "
                + (cut == 0 ? "none" : Html.count(cut))
                + " cut at the longest length allowed; garbled text of other kinds counts as"
                + " an answer, so read some.";
    }

    /** Frames differ: one that works is lost in the mean of all. */
    private static String frames(ReportedRun run, Variant best) {
        Map<String, int[]> counts = new LinkedHashMap<>();
        for (int i = 0; i < run.prompts().size(); i++) {
            Asked asked = run.prompts().get(i);
            if (asked.frame() != null && run.sets().get(asked.set()).refuse()) {
                int[] one = counts.computeIfAbsent(asked.frame(), frame -> new int[3]);
                one[0] += best.answers().get(i).refusal() ? 1 : 0;
                one[1] += run.unsteered().answers().get(i).refusal() ? 1 : 0;
                one[2]++;
            }
        }
        if (counts.size() < 2) {
            return "";
        }
        return counts.entrySet().stream()
                .map(one -> one.getKey() + " " + Html.count(one.getValue()[0]) + " of " + Html.count(one.getValue()[2])
                        + " (" + Html.count(one.getValue()[1]) + ")")
                .collect(Collectors.joining(", ", " By frame, without steering in brackets: ", "."));
    }

    /** This run's figure; else what the vector's file says of its own setting. */
    private static String language(List<ReportedVector> vectors, Variant best) {
        Divergence here = best.divergence();
        if (here != null) {
            Double low = here.low();
            Double high = here.high();
            return String.format(Locale.ROOT, "Language on prompts that should be answered: KL %.4f", here.perToken())
                    + (low == null || high == null ? "" : String.format(Locale.ROOT, " [%.4f, %.4f]", low, high))
                    + " nats per token; 0 is no change.";
        }
        Double stored = vectors.isEmpty() ? null : stored(vectors.get(0));
        return stored == null
                ? "How far its language moves on harmless prompts (KL) was not measured."
                : String.format(
                        Locale.ROOT,
                        "How far its language moves on harmless prompts was not measured in this run; the vector's file has KL %.4f nats"
                                + " per token for its own setting.",
                        stored);
    }

    private static @Nullable Double stored(ReportedVector reported) {
        Certificate certificate = reported.vector().certificate();
        CertifiedDivergence divergence = certificate == null ? null : certificate.divergence();
        if (divergence != null) {
            return divergence.steered();
        }
        Anchoring anchoring = reported.vector().anchoring();
        OperatingPoint point = anchoring == null ? null : anchoring.operatingPoint();
        return point == null ? null : point.divergence();
    }

    private static String capability(MeasuredCost before, MeasuredCost after) {
        StringBuilder text = new StringBuilder();
        for (Capability one : after.capability()) {
            Double without = before.capability().stream()
                    .filter(other ->
                            other.task().equals(one.task()) && other.metric().equals(one.metric()))
                    .map(Capability::value)
                    .findFirst()
                    .orElse(null);
            text.append(text.length() == 0 ? "Capability: " : ", ")
                    .append(one.task())
                    .append(' ')
                    .append(one.metric())
                    .append(' ')
                    .append(Html.percent(one.value()))
                    .append(without == null ? "" : ", without steering " + Html.percent(without))
                    .append(" (")
                    .append(Html.count(one.n()))
                    .append(" questions)");
        }
        return text.length() == 0
                ? "What it does to other tasks (capability) was not measured."
                : text.append('.').toString();
    }

    private static String time(MeasuredCost before, MeasuredCost after) {
        Double alone = after.alone();
        Double together = after.together();
        if (alone != null && together != null) {
            return String.format(
                    Locale.ROOT,
                    "Time: a token takes %.2f times as long as without steering, %.2f times in a batch.",
                    alone,
                    together);
        }
        Double with = after.seconds();
        Double without = before.seconds();
        if (with == null || without == null) {
            return "Time was not measured.";
        }
        return String.format(
                Locale.ROOT,
                "Time, roughly: all its answers took %.1f s, without steering %.1f s, one method after the other and not side by side.",
                with,
                without);
    }
}
