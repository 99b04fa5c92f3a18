package dev.steering.eval;

import dev.steering.core.AtomicFiles;
import dev.steering.core.vector.VectorFile;
import dev.steering.eval.report.EvalSummary;
import dev.steering.eval.report.SummaryText;
import dev.steering.eval.report.SweepText;
import dev.steering.eval.sweep.DevelopmentResult;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The files of a sweep: tables, and the vector with its operating point. */
final class SweepFiles {
    static final String VECTOR = "recommended.safetensors";
    static final String PREVIOUS = "previous.safetensors";

    private static final String SETTINGS = "settings.csv";
    private static final String REPORT = "sweep.md";

    /** Everything that a run may write into its directory, but for its manifest, its charts and the test figures. */
    static final List<String> ALL = List.of(
            "answers.jsonl",
            "timings.jsonl",
            "cosines.jsonl",
            "divergence.jsonl",
            "results.jsonl",
            SETTINGS,
            REPORT,
            VECTOR,
            PREVIOUS);

    private SweepFiles() {}

    /** The vector comes last: where it is, the rest is, too. */
    static void write(SweepResult result) {
        texts(result)
                .forEach(
                        (name, text) -> AtomicFiles.writeText(result.directory().resolve(name), text));
        VectorFile.write(result.vectorFile(), result.recommended());
    }

    /**
     * @param result what came of it
     * @return the texts by file name, in the order to write them
     */
    static Map<String, String> texts(SweepResult result) {
        Map<String, String> texts = new LinkedHashMap<>();
        texts.put(SETTINGS, SweepText.csv(result.development()));
        texts.put(REPORT, markdown(result));
        return texts;
    }

    private static String markdown(SweepResult result) {
        DevelopmentResult development = result.development();
        EvalSummary test = result.test().summary();
        return "# Sweep of " + result.test().model() + "\n\n"
                + "Tried: " + development.grid().words() + ": "
                + development.all().size() + " settings on "
                + development.unsteered().prompts() + " development prompts; judge: "
                + result.test().judge() + ".\n\n"
                + "Rule: " + development.rule().words() + ".\n\n"
                + SweepText.reason(development).replace("\n", "\n\n") + "\n\n"
                + "Refused of the development prompts, by the settings that no other beats:\n\n"
                + SweepText.markdown(development)
                + SweepText.warnings(development).stream()
                        .map(w -> "\n" + w + "\n")
                        .collect(Collectors.joining())
                + "\nOn the test prompts, which no choice has seen, with Wilson 95 % intervals:\n\n"
                + SummaryText.markdown(test)
                + SummaryText.warnings(test).stream().map(w -> "\n" + w + "\n").collect(Collectors.joining())
                + "\nMcNemar's exact test, prompt by prompt; Holm's correction over all lines.\n\n"
                + SummaryText.comparisonsMarkdown(test)
                + result.test().notes().stream()
                        .map(note -> "\nNote: " + note + "\n")
                        .collect(Collectors.joining());
    }
}
