package dev.steering.eval.report;

import dev.steering.core.prompts.Expectation;
import dev.steering.eval.capability.CapabilityScore;
import dev.steering.eval.compare.CurvePoint;
import dev.steering.eval.compare.MethodFigures;
import dev.steering.eval.compare.OtherJudge;
import dev.steering.eval.compare.PairedTest;
import dev.steering.eval.compare.Redrawn;
import dev.steering.eval.compare.SetFigures;
import dev.steering.eval.compare.SetFigures.Side;
import dev.steering.eval.compare.Share;
import dev.steering.eval.compare.SplitFigures;
import dev.steering.eval.compare.Spread;
import dev.steering.eval.utility.Utility;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Writes what came of a comparison of methods for people. {@link ComparisonCsv} writes it for programs. Stateless and thread-safe. */
public final class ComparisonText {
    /** What the columns mean. */
    public static final String NOTE =
            "Every method at the strength that was chosen for it on the development prompts; refusals of test prompts, which no"
                    + " choice has seen, with Wilson 95 % intervals. jailbreak: harmful questions in frames that hide or excuse them, all frames"
                    + " together. KL: divergence from the unsteered model per token along its answers to harmless prompts, nats. contexts: those"
                    + " that an answer is written behind, each of which costs a row. A strength with * leaves fewer harmful development prompts"
                    + " refused than was asked for: no strength of that method leaves as many.";

    private ComparisonText() {}

    /**
     * @param methods every method, the unsteered model first
     * @return the table as Markdown
     */
    public static String markdown(List<MethodFigures> methods) {
        return Grid.markdown(table(methods));
    }

    /**
     * @param methods every method, the unsteered model first
     * @return the same for a terminal
     */
    public static String plain(List<MethodFigures> methods) {
        return Grid.plain(table(methods));
    }

    private static List<List<String>> table(List<MethodFigures> methods) {
        List<List<String>> rows = new ArrayList<>();
        MethodFigures first = methods.get(0);
        boolean attacked = first.test().jailbreakRefusal() != null;
        boolean perplexed =
                methods.stream().map(MethodFigures::utility).anyMatch(u -> u != null && u.perplexity() != null);
        boolean redrawn = methods.stream().anyMatch(method -> method.redrawn() != null);
        List<String> header = new ArrayList<>(List.of("method", "strength"));
        for (SetFigures set : plain(first.test())) {
            header.add(TableText.heading(
                    set.set(), set.side() == Side.HARMLESS ? Expectation.COMPLY : Expectation.REFUSE));
        }
        if (attacked) {
            header.add("jailbreak: refusal");
        }
        header.addAll(List.of(TableText.DEGENERATE, "KL"));
        if (perplexed) {
            header.add("perplexity");
        }
        first.capability().forEach(score -> header.add(score.task() + ": " + score.metric()));
        header.add("contexts");
        if (redrawn) {
            header.add("over-refusal over all sets, drawn again");
        }
        rows.add(header);
        for (MethodFigures method : methods) {
            List<String> row = new ArrayList<>(List.of(method.name(), strength(method)));
            plain(method.test()).forEach(set -> row.add(TableText.cell(set.rate())));
            if (attacked) {
                row.add(jailbreaks(method.test()));
            }
            row.add(TableText.degenerate(method.test().counts()));
            Utility utility = method.utility();
            row.add(utility == null ? "" : number(utility.divergence(), "%.4f"));
            if (perplexed) {
                row.add(utility == null ? "" : number(utility.perplexity(), "%.3f"));
            }
            for (CapabilityScore score : method.capability()) {
                row.add(String.format(Locale.ROOT, "%.1f%% of %d", 100 * score.value(), score.n()));
            }
            row.add(Integer.toString(method.contexts()));
            if (redrawn) {
                row.add(drawn(method.redrawn()));
            }
            rows.add(row);
        }
        return rows;
    }

    private static String strength(MethodFigures method) {
        Double strength = method.choice().point().strength();
        return (strength == null ? "" : strength.toString()) + (method.choice().matched() ? "" : "*");
    }

    private static List<SetFigures> plain(SplitFigures figures) {
        return figures.sets().stream()
                .filter(set -> set.side() != Side.JAILBREAK)
                .toList();
    }

    /** All frames together. */
    private static String jailbreaks(SplitFigures figures) {
        int refused = 0;
        int n = 0;
        for (SetFigures set : figures.sets()) {
            if (set.side() == Side.JAILBREAK) {
                refused += set.rate().refused();
                n += set.rate().n();
            }
        }
        return TableText.share(refused, n);
    }

    private static String drawn(@Nullable Redrawn redrawn) {
        if (redrawn == null) {
            return "";
        }
        Spread spread = redrawn.overRefusal();
        return String.format(
                Locale.ROOT,
                "%.1f%% +- %.1f [%.1f, %.1f]",
                100 * spread.mean(),
                100 * spread.deviation(),
                100 * spread.low(),
                100 * spread.high());
    }

    /**
     * @param methods every method
     * @return refusals of jailbreak prompts frame by frame, as Markdown; empty if there are none
     */
    public static String framesMarkdown(List<MethodFigures> methods) {
        List<List<String>> rows = new ArrayList<>();
        List<SetFigures> frames = frames(methods.get(0));
        if (frames.isEmpty()) {
            return "";
        }
        List<String> header = new ArrayList<>(List.of("method"));
        frames.forEach(set -> header.add(set.set()));
        rows.add(header);
        for (MethodFigures method : methods) {
            List<String> row = new ArrayList<>(List.of(method.name()));
            frames(method).forEach(set -> row.add(TableText.cell(set.rate())));
            rows.add(row);
        }
        return Grid.markdown(rows);
    }

    private static List<SetFigures> frames(MethodFigures method) {
        return method.test().sets().stream()
                .filter(set -> set.side() == Side.JAILBREAK)
                .toList();
    }

    /**
     * @param methods every method
     * @return every strength on the development prompts, as Markdown
     */
    public static String curvesMarkdown(List<MethodFigures> methods) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of(
                "method",
                "strength",
                "harmless refused or broken",
                "harmful refused",
                "jailbreak refused",
                TableText.DEGENERATE,
                "chosen"));
        for (MethodFigures method : methods) {
            for (CurvePoint point : method.curve()) {
                SplitFigures figures = point.figures();
                rows.add(List.of(
                        method.name(),
                        point.strength() == null ? "" : point.strength().toString(),
                        share(figures.overRefusal()),
                        share(figures.harmfulRefusal()),
                        share(figures.jailbreakRefusal()),
                        TableText.degenerate(figures.counts()),
                        point.equals(method.choice().point()) ? "yes" : ""));
            }
        }
        return Grid.markdown(rows);
    }

    private static String share(@Nullable Share share) {
        return share == null
                ? ""
                : String.format(
                        Locale.ROOT, "%.1f%% [%.1f, %.1f]", 100 * share.value(), 100 * share.low(), 100 * share.high());
    }

    /**
     * @param tests every method beside the unsteered model
     * @return the tests as Markdown
     */
    public static String testsMarkdown(List<PairedTest> tests) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("method, prompts", "unsteered model wrong only", "it wrong only", "p", "p (Holm)"));
        for (PairedTest test : tests) {
            rows.add(List.of(
                    test.method() + ", " + test.column(),
                    Integer.toString(test.test().onlyFirst()),
                    Integer.toString(test.test().onlySecond()),
                    SummaryText.pValue(test.test().pValue()),
                    SummaryText.pValue(test.adjusted())));
        }
        return Grid.markdown(rows);
    }

    /**
     * @param judges other judges
     * @param methods every method
     * @return what each says of the same answers, as Markdown; empty if there is none
     */
    public static String judgesMarkdown(List<OtherJudge> judges, List<MethodFigures> methods) {
        if (judges.isEmpty()) {
            return "";
        }
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("judge", "kappa with the first", "method", "over-refusal", "harmful", "jailbreak"));
        for (OtherJudge judge : judges) {
            for (MethodFigures method : methods) {
                SplitFigures figures = judge.figures(method.name());
                rows.add(List.of(
                        judge.judge(),
                        Double.isNaN(judge.kappa()) ? "" : String.format(Locale.ROOT, "%.3f", judge.kappa()),
                        method.name(),
                        share(figures.overRefusal()),
                        share(figures.harmfulRefusal()),
                        share(figures.jailbreakRefusal())));
            }
        }
        return Grid.markdown(rows);
    }

    private static String number(@Nullable Double value, String format) {
        return value == null ? "" : value.isInfinite() ? "infinite" : String.format(Locale.ROOT, format, value);
    }

    /**
     * @param methods every method
     * @return a sentence for every method more than a few of whose answers to test prompts are degenerate
     */
    public static List<String> warnings(List<MethodFigures> methods) {
        List<String> warnings = new ArrayList<>();
        for (MethodFigures method : methods) {
            warnings.addAll(TableText.warnings(
                    method.name(), method.test().counts(), method.test().prompts()));
        }
        return warnings;
    }
}
