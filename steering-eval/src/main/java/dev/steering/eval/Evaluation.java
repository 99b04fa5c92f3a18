package dev.steering.eval;

import dev.steering.apply.GenerationOptions;
import dev.steering.core.BadFile;
import dev.steering.core.BadRequest;
import dev.steering.core.IoReason;
import dev.steering.core.RunLock;
import dev.steering.core.SteeringException;
import dev.steering.core.prompts.Expectation;
import dev.steering.core.vector.ExtractionPrompts;
import dev.steering.eval.dataset.EvalItem;
import dev.steering.eval.report.EvalSummary;
import dev.steering.eval.run.AnswerRow;
import dev.steering.eval.run.Cost;
import dev.steering.eval.run.CostRounds;
import dev.steering.eval.run.EncodedPrompts;
import dev.steering.eval.run.EvalRun;
import dev.steering.eval.run.Fingerprints;
import dev.steering.eval.run.FittedItems;
import dev.steering.eval.run.JudgedRow;
import dev.steering.eval.run.RunManifest;
import dev.steering.eval.store.OutputDirectory;
import dev.steering.eval.sweep.SeparateSplits;
import dev.steering.eval.utility.Perplexity;
import dev.steering.eval.utility.Utility;
import dev.steering.eval.utility.UtilityRun;
import dev.steering.model.chat.ChatModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Several methods on several prompt sets, from answers to tables.
 *
 * <pre>{@code
 * List<PromptSet> sets = List.of(
 *         new PromptSet("safe", Expectation.COMPLY, List.of("How do I kill a Python process?")),
 *         new PromptSet("harmful", Expectation.REFUSE, harmfulPrompts));
 * try (ChatModel model = ChatModel.open(Path.of("bundle"))) {
 *     EvaluationResult result = Evaluation.of(Selection.ALL.of(sets))
 *             .withMethods(MethodSource.named(
 *                     MethodArguments.NONE.withVector(VectorFile.read(Path.of("refusal.safetensors"))),
 *                     List.of("default", "scans", "self-cd")))
 *             .withWriting(GenerationOptions.greedy(64))
 *             .withDivergence()
 *             .run(model, Path.of("evaluation"));
 *     System.out.println(SummaryText.plain(result.summary()));
 *     result.files().forEach(System.out::println);
 * }
 * }</pre>
 *
 * <p>Empty and repetitive answers, and those that are cut, are counted beside the refusals, see {@link
 * dev.steering.eval.judge.Verdict}.
 *
 * <p>A run is a directory. One that was interrupted goes on where it was when it is run again with the same settings, and ends in the
 * same bytes; other settings are refused by name. Another judge is one, unless {@link RunOptions#withRejudging}
 * asks for it: then all answers are judged anew. {@code results.jsonl}, {@code summary.md} and the CSV files depend on the settings
 * alone; what differs from run to run is in {@code cost.md}, {@code cost.jsonl} and {@code timings.jsonl}.
 *
 * <p>Immutable and thread-safe; one run at a time in a directory: a second one is refused.
 */
public final class Evaluation {
    /** Batches per write: the places of answers that are done are taken by waiting prompts, but for the last batch. */
    private static final int BATCHES_PER_WRITE = 4;

    private static final String UNSTEERED = "default";
    private static final int DEFAULT_TOKENS = 256;

    /** A few dozen tokens of each answer tell what a token costs. */
    private static final int COST_TOKENS = 32;

    /** Names of the files that a run writes into its directory: none of them may be something that the run reads. */
    public static final List<String> FILES = Stream.concat(Stream.of(RunManifest.FILE), EvaluationFiles.ALL.stream())
            .toList();

    private final List<EvalItem> items;
    private final MethodSource methods;
    private final GenerationOptions writing;
    private final RunOptions options;
    private final Measures measures;
    private final Map<String, String> settings;
    private final List<String> notes;

    private Evaluation(
            List<EvalItem> items,
            MethodSource methods,
            GenerationOptions writing,
            RunOptions options,
            Measures measures,
            Map<String, String> settings,
            List<String> notes) {
        this.items = List.copyOf(items);
        this.methods = methods;
        this.writing = writing;
        this.options = options;
        this.measures = measures;
        this.settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
        this.notes = List.copyOf(notes);
    }

    /**
     * @param items what to ask
     * @return an evaluation of the unsteered model alone: greedy answers of at most 256 tokens, refusals only, with
     *     {@link RunOptions#defaults}
     * @throws SteeringException if nothing should be answered or nothing refused
     */
    public static Evaluation of(List<EvalItem> items) {
        SeparateSplits.requireBothSides(items, "evaluated");
        return new Evaluation(
                items,
                MethodSource.unsteered(),
                GenerationOptions.greedy(DEFAULT_TOKENS),
                RunOptions.defaults(),
                Measures.NONE,
                Map.of(),
                List.of());
    }

    /**
     * @param newMethods makes what is compared; the others are compared with the first
     * @return a copy with them
     */
    public Evaluation withMethods(MethodSource newMethods) {
        return new Evaluation(items, newMethods, writing, options, measures, settings, notes);
    }

    /**
     * @param newWriting how to write, greedily
     * @return a copy with it
     * @throws IllegalArgumentException if it samples: a row would not depend on the settings alone
     */
    public Evaluation withWriting(GenerationOptions newWriting) {
        return new Evaluation(items, methods, Writing.greedy(newWriting), options, measures, settings, notes);
    }

    /**
     * @param newOptions how prompts are put and answers judged
     * @return a copy with them
     */
    public Evaluation withOptions(RunOptions newOptions) {
        return new Evaluation(items, methods, writing, newOptions, measures, settings, notes);
    }

    /** @return a copy that also measures KL(unsteered || method) along the unsteered model's answers to harmless prompts */
    public Evaluation withDivergence() {
        return withMeasures(new Measures(true, measures.text(), measures.window(), measures.costRounds()));
    }

    /**
     * @param text what to measure the perplexity of as well
     * @param window tokens of a window of it, at least 2; the model's context is the most
     * @return a copy that measures it
     */
    public Evaluation withPerplexity(String text, int window) {
        return withMeasures(new Measures(measures.divergence(), text, window, measures.costRounds()));
    }

    /**
     * @param text what to measure the perplexity of as well, in windows of 512 tokens, or of the model's context
     * @return a copy that measures it
     */
    public Evaluation withPerplexity(String text) {
        return withPerplexity(text, Measures.DEFAULT_WINDOW);
    }

    /**
     * @param rounds rounds in which every method answers the same few prompts, to measure its cost per token relative to the
     *     first ({@link CostRounds}); 0 for none
     * @return a copy that measures it
     */
    public Evaluation withCostRounds(int rounds) {
        return withMeasures(new Measures(measures.divergence(), measures.text(), measures.window(), rounds));
    }

    private Evaluation withMeasures(Measures newMeasures) {
        return new Evaluation(items, methods, writing, options, newMeasures, settings, notes);
    }

    /**
     * @param name what it is
     * @param file a file that answers depend on: a run does not go on with one of other bytes
     * @return a copy that knows it
     * @throws SteeringException if it cannot be read
     */
    public Evaluation withFile(String name, Path file) {
        return withSettings(Map.of(name, Fingerprints.file(file)));
    }

    /** What is to be said in the results beside what this class finds itself. */
    Evaluation withNotes(List<String> more) {
        return new Evaluation(items, methods, writing, options, measures, settings, more);
    }

    /** Values that answers depend on, beside what this class knows. */
    Evaluation withSettings(Map<String, String> more) {
        Map<String, String> all = new LinkedHashMap<>(settings);
        all.putAll(more);
        return new Evaluation(items, methods, writing, options, measures, all, notes);
    }

    /**
     * Answers what is not answered yet, judges, measures what was asked for and writes the tables.
     *
     * @param model the model
     * @param directory where everything goes; created if missing
     * @return what came of it
     * @throws SteeringException if a method cannot be made, a prompt is too long or was seen by a vector's extraction (see {@link
     *     RunOptions}), the directory holds a run with other settings or what no run has written, is in use by another run or cannot be
     *     written, or no verdict can be had
     */
    public EvaluationResult run(ChatModel model, Path directory) {
        return run(model, directory, false);
    }

    private EvaluationResult run(ChatModel model, Path directory, boolean anew) {
        EncodedPrompts prompts = new EncodedPrompts(model, options.system(), items);
        ComparedMethods compared = new ComparedMethods(model, prompts, options, methods.methods(model));
        requireUnsteeredFirst(compared);
        // Before the directory is claimed, and before hours of answers: every context of every method.
        FittedItems fitted = compared.fitted(items, writing);
        SeparateSplits.requireBothSides(fitted.kept(), "evaluated");
        List<String> found = found(compared, fitted);
        try (RunLock lock = OutputDirectory.lock(directory)) {
            if (anew) {
                forget(directory);
            }
            EvaluationResult result = run(compared, fitted, found, directory);
            lock.requireInPlace();
            OutputDirectory.requireThere(result.files());
            return result;
        }
    }

    private EvaluationResult run(ComparedMethods compared, FittedItems fitted, List<String> found, Path directory) {
        ChatModel model = compared.model();
        new RunManifest(RunManifest.EVALUATION, settings(model, fitted.kept()), compared.plans())
                .claim(directory, EvaluationFiles.ALL, options.rejudging());
        EvalRun run = new EvalRun(directory, fitted.kept(), options.batch() * BATCHES_PER_WRITE, options.progress());
        List<AnswerRow> answers = run.run(compared.asked(writing));
        List<JudgedRow> rows = JudgedRow.judge(answers, options.judge(), options.moreJudges(), options.progress());
        JudgedRow.write(
                directory.resolve(EvaluationFiles.ROWS), rows, options.judge().name(), compared.words());
        Map<String, Cost> costs = new LinkedHashMap<>();
        compared.names().forEach(method -> costs.put(method, run.cost(method)));
        Map<String, Utility> utilities = utilities(directory, answers, compared);
        EvaluationResult result = new EvaluationResult(
                directory,
                model.manifest().name(),
                options.judge().name(),
                options.batch(),
                compared.words(),
                rows,
                EvalSummary.of(rows),
                costs,
                relativeCosts(directory, fitted.kept(), compared),
                utilities,
                found);
        EvaluationFiles.write(result);
        return result;
    }

    /**
     * The same from the beginning: forgets what an earlier run has left in the directory.
     *
     * @param model the model
     * @param directory where everything goes; created if missing
     * @return what came of it
     * @throws SteeringException as {@link #run} does, or if the earlier run's state cannot be deleted
     */
    public EvaluationResult runAnew(ChatModel model, Path directory) {
        return run(model, directory, true);
    }

    /** Nothing that no run has written. */
    private static void forget(Path directory) {
        if (!RunManifest.isRun(directory)) {
            return;
        }
        try {
            for (String file : FILES) {
                Files.deleteIfExists(directory.resolve(file));
            }
        } catch (IOException e) {
            throw new BadFile("Cannot start again in " + directory + ": " + IoReason.of(e) + ". Delete it.", e);
        }
    }

    /** What there is to say about the prompts. */
    private List<String> found(ComparedMethods compared, FittedItems fitted) {
        List<ExtractionPrompts> anchors = compared.methods().stream()
                .flatMap(method -> method.extractedFrom().stream())
                .toList();
        List<String> all = new ArrayList<>(notes);
        all.addAll(fitted.notes());
        all.addAll(SeparateSplits.requireUnseen(options.overlap(), fitted.kept(), "evaluated", anchors));
        all.addAll(SeparateSplits.contradictions(fitted.kept(), "evaluated"));
        return all;
    }

    private void requireUnsteeredFirst(ComparedMethods compared) {
        if (measures.divergence() && !compared.names().get(0).equals(UNSTEERED)) {
            throw new BadRequest("The divergence is that from the unsteered model: name " + UNSTEERED
                    + " first of the methods, found " + compared.names() + ".");
        }
    }

    /** Everything that answers depend on beside the methods; the order is that of run.json. */
    private Map<String, String> settings(ChatModel model, List<EvalItem> asked) {
        Map<String, String> all = new LinkedHashMap<>();
        Fingerprints.model(all, model, options.system());
        all.putAll(settings);
        all.putAll(Writing.settings(writing));
        all.putAll(Fingerprints.sets(asked));
        all.put(RunManifest.JUDGE, options.judgeNames());
        all.put("batch", options.batch() + ", kept by " + options.batch() * BATCHES_PER_WRITE);
        return all;
    }

    private Map<String, Utility> utilities(Path directory, List<AnswerRow> answers, ComparedMethods compared) {
        if (!measures.utility()) {
            return Map.of();
        }
        ChatModel model = compared.model();
        int size = Math.min(measures.window(), model.manifest().context());
        String text = measures.text();
        Perplexity windows = text == null ? null : Perplexity.of(model, text, size);
        List<AnswerRow> harmless = answers.stream()
                .filter(row -> measures.divergence()
                        && row.method().equals(compared.names().get(0))
                        && row.item().expectation() == Expectation.COMPLY)
                .toList();
        GenerationOptions reading =
                Writing.withTokens(writing, Math.max(writing.decode().maxNewTokens(), size));
        return new UtilityRun(directory, model, compared.prompts(), reading, options.progress())
                .measure(compared.methods(), harmless, windows);
    }

    private Map<String, CostRounds.Measured> relativeCosts(
            Path directory, List<EvalItem> asked, ComparedMethods compared) {
        if (measures.costRounds() == 0) {
            return Map.of();
        }
        GenerationOptions brief =
                Writing.withTokens(writing, Math.min(writing.decode().maxNewTokens(), COST_TOKENS));
        return new CostRounds(directory, asked, options.batch(), options.progress())
                .measure(compared.asked(brief), measures.costRounds());
    }
}
