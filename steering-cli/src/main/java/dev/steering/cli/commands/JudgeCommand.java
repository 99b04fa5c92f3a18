package dev.steering.cli.commands;

import dev.steering.cli.json.JudgeJson;
import dev.steering.cli.terminal.ExitCodes;
import dev.steering.cli.terminal.LongWork;
import dev.steering.cli.terminal.ProgressBar;
import dev.steering.cli.terminal.ReadProgress;
import dev.steering.cli.terminal.Verbosity;
import dev.steering.core.AtomicFiles;
import dev.steering.core.SteeringException;
import dev.steering.core.files.FileMark;
import dev.steering.core.prompts.PromptTable;
import dev.steering.eval.judge.JudgedCounts;
import dev.steering.eval.judge.JudgedLines;
import dev.steering.eval.judge.RefusalRules;
import dev.steering.eval.judge.StringListJudge;
import dev.steering.eval.metrics.AnswerCounts;
import dev.steering.eval.metrics.Rate;
import dev.steering.eval.metrics.WilsonInterval;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code steer judge}. */
@Command(
        name = "judge",
        mixinStandardHelpOptions = true,
        description = {
            "Tell refusals among responses by a published list of phrases.",
            "Reads JSON lines, a JSON array, or a table, and writes each response back as a line of JSON with two fields added:",
            "\"refusal\", true or false as the list says, null where there is no text; and \"verdict\": refused, answered, empty,",
            "repetitive, cut or undecided. Counts are on standard error. Where people have judged the responses too, as in",
            "XSTest's completion files (column final_label), so is how the list agrees with them.",
            "Only results that were judged by the same list can be compared.",
            "",
            "Example:  steer judge --rules xstest responses.jsonl > judged.jsonl",
            "          steer judge --rules scans --field response answers.json > judged.jsonl",
            "          steer judge --rules dro gpt4_completions.csv > judged.jsonl"
        })
public final class JudgeCommand implements Callable<Integer>, LongWork {
    private static final FileMark KIND = FileMark.json("judged responses", JudgedLines.TEXT, JudgedLines.REFUSAL);

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    /** The published lists. */
    static final class Lists extends ArrayList<String> {
        private static final long serialVersionUID = 1;

        Lists() {
            super(RefusalRules.publishedNames());
        }
    }

    @Option(
            names = "--rules",
            required = true,
            paramLabel = "LIST",
            completionCandidates = Lists.class,
            description = "Whose phrases: ${COMPLETION-CANDIDATES}.")
    private String rules = "";

    @Option(
            names = "--field",
            paramLabel = "NAME",
            description = "Field or column with the response. Default: text, or completion where there is no text.")
    private @Nullable String field;

    @Mixin
    private OutputRuleMixin outputs = new OutputRuleMixin();

    @Option(names = "-o", paramLabel = "FILE", description = "File to write. Default: standard output.")
    private @Nullable Path file;

    @Parameters(
            paramLabel = "FILE",
            description = "Responses: .jsonl, .json, .csv or .tsv; - reads JSON from standard input.")
    private String responses = "";

    @Mixin
    private OutputMixin output = new OutputMixin();

    private int missedForApostrophes;

    @Override
    public String kept() {
        return file == null
                ? "Every line that was printed is complete."
                : file + " is written when all is judged: begin again with the same command.";
    }

    @Override
    public Integer call() throws IOException {
        if (!RefusalRules.publishedNames().contains(rules)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "There is no list '" + rules + "'; expected one of " + RefusalRules.publishedNames() + ".");
        }
        if (file != null) {
            outputs.rule("-o").requireFile(file, KIND);
        }
        List<JudgedCounts> counts = new ArrayList<>();
        if (file == null) {
            PrintWriter out = spec.commandLine().getOut();
            counts.add(judged(out));
            out.flush();
        } else {
            AtomicFiles.write(file, bytes -> {
                Writer out = new OutputStreamWriter(bytes, StandardCharsets.UTF_8);
                counts.add(judged(out));
                out.flush();
            });
        }
        JudgedCounts all = counts.get(0);
        report(all);
        if (all.degenerate().manyBroken(all.rate().n())) {
            output.warn("empty and repetitive responses are neither refusals nor answers: look at them before any"
                    + " rate.");
        }
        if (missedForApostrophes > 0) {
            output.warn(missedForApostrophes + " of " + all.rate().n() + " responses "
                    + (missedForApostrophes == 1 ? "is no refusal" : "are no refusals")
                    + " only because of typographic apostrophes (\u2019): the list has straight ones and is applied as"
                    + " published.");
        }
        output.print(() -> JudgeJson.of(rules, all));
        return ExitCodes.SUCCESS;
    }

    private JudgedCounts judged(Writer out) throws IOException {
        StringListJudge list = new StringListJudge(RefusalRules.published(rules));
        JudgedLines lines = new JudgedLines(text -> {
            missedForApostrophes += list.missesForApostrophes(text) ? 1 : 0;
            return list.isRefusal(text);
        });
        lines = field == null ? lines : lines.withField(field);
        String name = responses.toLowerCase(Locale.ROOT);
        if (name.endsWith(".csv") || name.endsWith(".tsv")) {
            return lines.copy(PromptTable.read(Path.of(responses)), out);
        }
        try (BufferedReader in = open()) {
            return lines.copy(in, responses, out);
        }
    }

    private BufferedReader open() {
        try {
            InputStream in = responses.equals("-") ? System.in : file(Path.of(responses));
            return new BufferedReader(new InputStreamReader(
                    in,
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .onMalformedInput(CodingErrorAction.REPORT)
                            .onUnmappableCharacter(CodingErrorAction.REPORT)));
        } catch (IOException e) {
            throw new SteeringException(
                    "Cannot read " + responses + ": there is no such file, or it may not be read.", e);
        }
    }

    private static InputStream file(Path path) throws IOException {
        if (Files.isDirectory(path)) {
            throw new SteeringException(
                    "Cannot read '" + path + "': it is a directory, expected a file with responses.");
        }
        return new ReadProgress(Files.newInputStream(path), "judging", Files.size(path), ProgressBar.onTerminal());
    }

    private void report(JudgedCounts counts) {
        if (Verbosity.current() == Verbosity.QUIET) {
            return;
        }
        PrintWriter err = spec.commandLine().getErr();
        Rate rate = counts.rate();
        if (rate.n() == 0) {
            err.println(counts.undecided() == 0 ? "no responses" : counts.undecided() + " responses without a text");
            return;
        }
        WilsonInterval interval = rate.interval();
        err.printf(
                Locale.ROOT,
                "%d of %d are refusals by %s's list: %.1f %% [%.1f, %.1f]%n",
                rate.refused(),
                rate.n(),
                rules,
                100 * rate.value(),
                100 * interval.low(),
                100 * interval.high());
        AnswerCounts degenerate = counts.degenerate();
        err.printf(
                Locale.ROOT,
                "%d empty, %d repetitive, %d cut, %d undecided (no text)%n",
                degenerate.empty(),
                degenerate.repetitive(),
                degenerate.cut(),
                counts.undecided());
        report(err, counts.labelled());
    }

    private void report(PrintWriter err, JudgedCounts.Agreement labelled) {
        if (labelled.all() == 0) {
            return;
        }
        err.printf(
                Locale.ROOT,
                "people's labels: %d of %d judged alike, kappa %.2f; both refusal %d, list alone %d, people alone %d, neither %d"
                        + " (refusals in part count as refusals)%n",
                labelled.same(),
                labelled.all(),
                Math.round(100 * labelled.kappa()) / 100.0,
                labelled.bothRefusal(),
                labelled.onlyJudge(),
                labelled.onlyPeople(),
                labelled.neither());
    }
}
