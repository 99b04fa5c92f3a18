package dev.steering.cli.commands;

import dev.steering.cli.terminal.ExitCodes;
import dev.steering.core.AtomicFiles;
import dev.steering.core.SteeringException;
import dev.steering.core.files.FileMark;
import dev.steering.eval.judge.JudgedLines;
import dev.steering.eval.judge.RefusalRules;
import dev.steering.eval.judge.StringListJudge;
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
            "Tell refusals among responses from elsewhere by a published list of phrases.",
            "Reads JSON lines with a field \"text\" and writes each back with \"refusal\": true or false added. The count is on",
            "standard error. Only results that were judged by the same list can be compared.",
            "",
            "Example:  steer judge --rules xstest responses.jsonl > judged.jsonl"
        })
public final class JudgeCommand implements Callable<Integer> {
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

    @Mixin
    private OutputMixin outputs = new OutputMixin();

    @Option(names = "-o", paramLabel = "FILE", description = "File to write. Default: standard output.")
    private @Nullable Path output;

    @Parameters(paramLabel = "FILE.jsonl", description = "Responses; - reads standard input.")
    private String responses = "";

    @Override
    public Integer call() throws IOException {
        if (!RefusalRules.publishedNames().contains(rules)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "There is no list '" + rules + "'; expected one of " + RefusalRules.publishedNames() + ".");
        }
        if (output != null) {
            outputs.rule(spec, "-o").requireFile(output, KIND);
        }
        List<Rate> rate = new ArrayList<>();
        try (BufferedReader in = open()) {
            if (output == null) {
                PrintWriter out = spec.commandLine().getOut();
                rate.add(judged(in, out));
                out.flush();
            } else {
                AtomicFiles.write(output, bytes -> {
                    Writer out = new OutputStreamWriter(bytes, StandardCharsets.UTF_8);
                    rate.add(judged(in, out));
                    out.flush();
                });
            }
        }
        report(rate.get(0));
        return ExitCodes.SUCCESS;
    }

    private Rate judged(BufferedReader in, Writer out) throws IOException {
        return new JudgedLines(new StringListJudge(RefusalRules.published(rules))).copy(in, responses, out);
    }

    private BufferedReader open() {
        try {
            InputStream in = responses.equals("-") ? System.in : Files.newInputStream(Path.of(responses));
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

    private void report(Rate rate) {
        PrintWriter err = spec.commandLine().getErr();
        if (rate.n() == 0) {
            err.println("no responses");
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
    }
}
