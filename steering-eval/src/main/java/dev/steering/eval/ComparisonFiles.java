package dev.steering.eval;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.core.AtomicFiles;
import dev.steering.eval.compare.MethodFigures;
import dev.steering.eval.compare.Reproduction;
import dev.steering.eval.compare.VectorSource;
import dev.steering.eval.report.ComparisonCsv;
import dev.steering.eval.report.ComparisonText;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The files of a comparison: results for programs, and tables. */
final class ComparisonFiles {
    private static final int FORMAT = 1;
    private static final String TABLE = "table.csv";
    private static final String SETS = "sets.csv";
    private static final String CURVES = "curves.csv";
    private static final String TESTS = "tests.csv";
    private static final String REPORT = "comparison.md";
    private static final String RESULTS = "results.json";

    /** In the order in which they are written: where the results are, the rest is, too. */
    static final List<String> NAMES = List.of(TABLE, SETS, CURVES, TESTS, REPORT, RESULTS);

    private ComparisonFiles() {}

    static void write(ComparisonResult result) {
        write(result, TABLE, ComparisonCsv.table(result.methods()));
        write(result, SETS, ComparisonCsv.sets(result.methods()));
        write(result, CURVES, ComparisonCsv.curves(result.methods()));
        write(result, TESTS, ComparisonCsv.tests(result.tests()));
        write(result, REPORT, markdown(result));
        write(result, RESULTS, json(result));
    }

    private static void write(ComparisonResult result, String name, String text) {
        AtomicFiles.writeText(result.directory().resolve(name), text);
    }

    private static String json(ComparisonResult result) {
        DefaultPrettyPrinter printer = new DefaultPrettyPrinter().withObjectIndenter(new DefaultIndenter("  ", "\n"));
        ObjectMapper mapper = new ObjectMapper();
        ObjectNode versioned = mapper.createObjectNode().put("format", FORMAT);
        versioned.setAll(ComparisonJson.of(result));
        try {
            return mapper.writer(printer).writeValueAsString(versioned) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of numbers and names could not be written", e);
        }
    }

    private static String vector(@Nullable VectorSource source) {
        return source == null
                ? ""
                : " (vector " + source.file() + (source.command() == null ? ")" : ", extracted for this comparison)");
    }

    private static String markdown(ComparisonResult result) {
        StringBuilder text =
                new StringBuilder("# Comparison on " + result.test().model() + "\n\n");
        text.append(ComparisonText.NOTE)
                .append(" Judge: ")
                .append(result.test().judge())
                .append(".\n\n");
        text.append(ComparisonText.markdown(result.methods())).append('\n');
        ComparisonText.warnings(result.methods())
                .forEach(warning -> text.append(warning).append("\n\n"));
        for (MethodFigures method : result.methods()) {
            text.append("- ")
                    .append(method.name())
                    .append(": ")
                    .append(method.words())
                    .append(vector(method.contestant().source()))
                    .append('\n');
        }
        String frames = ComparisonText.framesMarkdown(result.methods());
        if (!frames.isEmpty()) {
            text.append("\n## Jailbreaks, frame by frame\n\n").append(frames);
        }
        text.append(
                        "\n## Paired tests\n\nMcNemar's exact test of wrong decisions, prompt by prompt, with the unsteered model;"
                                + " Holm's correction over all lines.\n\n")
                .append(ComparisonText.testsMarkdown(result.tests()));
        text.append("\n## Curves\n\nOn the development prompts, with 95 % bootstrap bands (")
                .append(result.settings().draws().resamples())
                .append(" resamples). Rule: ")
                .append(result.settings().rule().words())
                .append(" (")
                .append(String.format(Locale.ROOT, "%.4f", result.target()))
                .append(" here).\n\n")
                .append(ComparisonText.curvesMarkdown(result.methods()));
        String judges = ComparisonText.judgesMarkdown(result.judges(), result.methods());
        if (!judges.isEmpty()) {
            text.append("\n## Other judges\n\nOf the same answers to the test prompts.\n\n")
                    .append(judges);
        }
        Reproduction reproduction = result.settings().reproduction();
        if (reproduction != null) {
            text.append("\n## Commands\n\nAll of it:\n\n    ")
                    .append(reproduction.whole())
                    .append('\n');
            Set<String> extractions = new LinkedHashSet<>();
            result.methods().forEach(method -> {
                VectorSource source = method.contestant().source();
                if (source != null && source.command() != null) {
                    extractions.add(source.command());
                }
            });
            if (!extractions.isEmpty()) {
                text.append("\nThe vectors that were extracted for it, which the commands below steer with:\n\n");
                extractions.forEach(
                        command -> text.append("    ").append(command).append('\n'));
            }
            text.append("\nOne method's figures on the test prompts:\n\n");
            for (MethodFigures method : result.methods()) {
                text.append("    ")
                        .append(reproduction.test(
                                method.name(), method.choice().point().strength()))
                        .append('\n');
            }
        }
        result.notes().forEach(note -> text.append("\nNote: ").append(note).append('\n'));
        return text.toString();
    }
}
