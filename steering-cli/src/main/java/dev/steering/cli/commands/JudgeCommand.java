package dev.steering.cli.commands;

import dev.steering.cli.json.JudgeJson;
import dev.steering.cli.terminal.ExitCodes;
import dev.steering.cli.terminal.LongWork;
import dev.steering.cli.terminal.ProgressBar;
import dev.steering.cli.terminal.ReadProgress;
import dev.steering.cli.terminal.Verbosity;
import dev.steering.cli.terminal.WrongUsage;
import dev.steering.core.AtomicFiles;
import dev.steering.core.SteeringException;
import dev.steering.core.files.FileMark;
import dev.steering.core.prompts.PromptTable;
import dev.steering.eval.judge.ExchangeJudge;
import dev.steering.eval.judge.JudgedCounts;
import dev.steering.eval.judge.JudgedLines;
import dev.steering.eval.judge.RefusalRules;
import dev.steering.eval.judge.StringListJudge;
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
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code steer judge}. */
@Command(
        name = "judge",
        mixinStandardHelpOptions = true,
        description = {
            "Tell refusals among responses: by a published list of phrases, by rules that read the final answer (robust), by a",
            "guard or chat model that is run here, or by a model behind an OpenAI-compatible interface.",
            "Reads JSON lines, a JSON array, or a table, and writes each response back as a line of JSON with two fields added:",
            "\"refusal\", true or false, null where the judge cannot tell or there is no text; and \"verdict\": refused, partly,",
            "answered, empty, repetitive, cut or undecided. Counts are on standard error. Where people have judged the",
            "responses too, so is how each judge agrees with them: kappa, sensitivity, specificity and the confusion matrix.",
            "Only results that were judged by the same judge can be compared.",
            "",
            "Example:  steer judge --rules xstest responses.jsonl > judged.jsonl",
            "          steer judge --rules robust --field response answers.json > judged.jsonl",
            "          steer judge --judge robust,scans --against final_label gpt4_completions.csv > judged.jsonl",
            "          steer judge --judge model:qwen3guard --prompt-field question answers.jsonl -o judged.jsonl"
        })
public final class JudgeCommand implements Callable<Integer>, LongWork {
    private static final FileMark KIND = FileMark.json("judged responses", JudgedLines.TEXT, JudgedLines.REFUSAL);

    /** Responses that a model judges at once; more are held in memory. */
    private static final int CHUNK = 256;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    /** What needs no model. */
    static final class Lists extends ArrayList<String> {
        private static final long serialVersionUID = 1;

        Lists() {
            super(RefusalRules.publishedNames());
            add(JudgeChoice.ROBUST);
        }
    }

    @Option(
            names = "--rules",
            paramLabel = "LIST",
            completionCandidates = Lists.class,
            description = "Judge by rules alone: ${COMPLETION-CANDIDATES}. The same as --judge with one of them.")
    private @Nullable String rules;

    @Mixin
    private JudgeChoice judges = new JudgeChoice();

    @Option(
            names = "--judge-cache",
            paramLabel = "FILE",
            description =
                    "Where what judging models said is kept, to go on with. Default: beside -o, as FILE.verdicts.jsonl.")
    private @Nullable Path cache;

    @Option(
            names = "--field",
            paramLabel = "NAME",
            description = "Field or column with the response. Default: text, or completion where there is no text.")
    private @Nullable String field;

    @Option(
            names = "--prompt-field",
            paramLabel = "NAME",
            description = "Field or column with what was asked, which judging models are shown. Default: prompt.")
    private @Nullable String promptField;

    @Option(
            names = "--against",
            paramLabel = "LABELS",
            description =
                    "Field or column with labels by people to measure the judge against. Default: final_label, if there.")
    private @Nullable String against;

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
        validate();
        if (file != null) {
            outputs.rule("-o").requireFile(file, KIND);
        }
        JudgedCounts all;
        try (JudgeChoice.Open open = judges.open(cacheFile())) {
            all = judged(open);
        }
        if (Verbosity.current() != Verbosity.QUIET) {
            JudgeReport.print(spec.commandLine().getErr(), judges.names(), all);
        }
        warn(all);
        output.print(() -> JudgeJson.of(judges.names(), all));
        return ExitCodes.SUCCESS;
    }

    private void validate() {
        if (rules != null) {
            List<String> known = new Lists();
            if (!known.contains(rules)) {
                throw new WrongUsage("There is no list '" + rules + "'; expected one of " + known + ".");
            }
            if (judges.isNamed()) {
                throw new WrongUsage("--rules and --judge exclude each other: name all judges with --judge.");
            }
            judges.use(List.of(rules));
        } else if (!judges.isNamed()) {
            throw new WrongUsage("Missing who judges: give --rules with one of " + new Lists() + ", or --judge.");
        }
        judges.validate();
        if (cache != null && judges.names().stream().noneMatch(JudgeCommand::isModel)) {
            throw new WrongUsage("--judge-cache belongs to judging models: " + judges.names() + " are rules.");
        }
    }

    private static boolean isModel(String name) {
        return name.equals(JudgeChoice.HTTP) || name.startsWith(JudgeChoice.MODEL);
    }

    private @Nullable Path cacheFile() {
        if (cache != null || file == null || judges.names().stream().noneMatch(JudgeCommand::isModel)) {
            return cache;
        }
        return file.resolveSibling(file.getFileName() + ".verdicts.jsonl");
    }

    private JudgedCounts judged(JudgeChoice.Open open) throws IOException {
        List<JudgedCounts> counts = new ArrayList<>();
        if (file == null) {
            PrintWriter out = spec.commandLine().getOut();
            counts.add(judged(open, out));
            out.flush();
        } else {
            AtomicFiles.write(file, bytes -> {
                Writer out = new OutputStreamWriter(bytes, StandardCharsets.UTF_8);
                counts.add(judged(open, out));
                out.flush();
            });
        }
        return counts.get(0);
    }

    private JudgedCounts judged(JudgeChoice.Open open, Writer out) throws IOException {
        JudgedLines lines = lines(open);
        String name = responses.toLowerCase(Locale.ROOT);
        if (name.endsWith(".csv") || name.endsWith(".tsv")) {
            return lines.copy(PromptTable.read(Path.of(responses)), out);
        }
        try (BufferedReader in = open()) {
            return lines.copy(in, responses, out);
        }
    }

    private JudgedLines lines(JudgeChoice.Open open) {
        List<ExchangeJudge> all = new ArrayList<>(open.all());
        String first = judges.names().get(0);
        if (RefusalRules.publishedNames().contains(first)) {
            StringListJudge list = new StringListJudge(RefusalRules.published(first));
            all.set(0, ExchangeJudge.of(all.get(0).name(), text -> {
                missedForApostrophes += list.missesForApostrophes(text) ? 1 : 0;
                return list.isRefusal(text);
            }));
        }
        JudgedLines lines = new JudgedLines(all.get(0)).withJudges(all);
        lines = field == null ? lines : lines.withField(field);
        lines = promptField == null ? lines : lines.withPromptField(promptField);
        lines = against == null ? lines : lines.withLabels(against);
        boolean model = judges.names().stream().anyMatch(JudgeCommand::isModel);
        return model ? lines.withChunks(CHUNK, ProgressBar.onTerminal()) : lines;
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

    private void warn(JudgedCounts all) {
        JudgedCounts.OfJudge first = all.first();
        if (first.degenerate().manyBroken(all.responses())) {
            output.warn("empty and repetitive responses are neither refusals nor answers: look at them before any"
                    + " rate.");
        }
        if (missedForApostrophes > 0) {
            output.warn(missedForApostrophes + " of " + first.rate().n() + " responses "
                    + (missedForApostrophes == 1 ? "is no refusal" : "are no refusals")
                    + " only because of typographic apostrophes (\u2019): the list has straight ones and is applied as"
                    + " published.");
        }
    }
}
