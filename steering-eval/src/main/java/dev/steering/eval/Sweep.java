package dev.steering.eval;

import dev.steering.apply.GenerationOptions;
import dev.steering.apply.MethodArguments;
import dev.steering.apply.plan.VectorReference;
import dev.steering.core.BadRequest;
import dev.steering.core.RunLock;
import dev.steering.core.SteeringException;
import dev.steering.core.prompts.Overlap;
import dev.steering.core.vector.Anchoring;
import dev.steering.core.vector.ExtractionPrompts;
import dev.steering.core.vector.ModelCheck;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorScale;
import dev.steering.eval.dataset.EvalItem;
import dev.steering.eval.run.EncodedPrompts;
import dev.steering.eval.run.Fingerprints;
import dev.steering.eval.run.FittedItems;
import dev.steering.eval.run.RunManifest;
import dev.steering.eval.store.OutputDirectory;
import dev.steering.eval.sweep.DevelopmentResult;
import dev.steering.eval.sweep.OperatingRule;
import dev.steering.eval.sweep.Recalibration;
import dev.steering.eval.sweep.SeparateSplits;
import dev.steering.eval.sweep.Setting;
import dev.steering.eval.sweep.SweepGrid;
import dev.steering.eval.sweep.SweepRun;
import dev.steering.eval.sweep.VectorSweepModel;
import dev.steering.model.activation.Transitions;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.chat.ModelIdentities;
import dev.steering.model.chat.PromptFit;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Chooses the layers, strength and threshold of SCANS on development prompts, and measures the choice on test prompts.
 *
 * <pre>{@code
 * SteeringVector vector = VectorFile.read(Path.of("refusal.safetensors"));
 * Sweep sweep = Sweep.of(vector, Selection.ALL.of(developmentSets), Selection.ALL.of(testSets))
 *         .withWriting(GenerationOptions.greedy(64));
 * try (ChatModel model = ChatModel.open(Path.of("bundle"))) {
 *     SweepResult result = sweep.run(model, Path.of("sweep"));
 *     System.out.println(SweepText.reason(result.development()));
 *     System.out.println(SummaryText.plain(result.test().summary()));
 *     SteeringVector recommended = result.recommended();
 * }
 * }</pre>
 *
 * <p>Every development prompt is answered once per set of steered layers, strength and sign; all thresholds follow from that by
 * arithmetic ({@link SweepRun}). {@link OperatingRule} says how the choice is made. A run is a directory, and one that was interrupted
 * goes on in it, to the same bytes; other settings are refused by name.
 *
 * <p>Immutable and thread-safe; one run at a time in a directory: a second one is refused.
 */
public final class Sweep {
    /** Name of the directory with the test figures. */
    static final String TEST = "test";

    /** Files that a run writes, in its directory: none of them may be something that the run reads. */
    public static final List<String> FILES = Stream.of(
                    Stream.of(RunManifest.FILE),
                    SweepFiles.ALL.stream(),
                    Evaluation.FILES.stream().map(name -> TEST + "/" + name))
            .flatMap(names -> names)
            .toList();

    private static final int DEFAULT_TOKENS = 256;

    /** New tokens of answers that are only judged: a refusal shows in its first words. */
    private static final int FIRST_WORDS = 32;

    private final SteeringVector vector;
    private final Anchoring anchoring;
    private final Splits splits;
    private final SweepGrid grid;
    private final VectorScale scale;
    private final OperatingRule rule;
    private final RunOptions options;
    private final ModelCheck check;

    /** Prompts, how to answer them, and what is to be known about them. */
    private record Splits(
            List<EvalItem> development,
            List<EvalItem> test,
            GenerationOptions writing,
            int developmentTokens,
            List<String> notes) {
        Splits {
            development = List.copyOf(development);
            test = List.copyOf(test);
            notes = List.copyOf(notes);
            if (developmentTokens < 1) {
                throw new IllegalArgumentException("expected at least 1 token, found " + developmentTokens);
            }
        }

        Splits withWriting(GenerationOptions newWriting, int newDevelopmentTokens) {
            return new Splits(development, test, newWriting, newDevelopmentTokens, notes);
        }

        GenerationOptions firstWords() {
            return Writing.withTokens(
                    writing, Math.min(developmentTokens, writing.decode().maxNewTokens()));
        }
    }

    private Sweep(
            SteeringVector vector,
            Anchoring anchoring,
            Splits splits,
            SweepGrid grid,
            VectorScale scale,
            OperatingRule rule,
            RunOptions options,
            ModelCheck check) {
        this.vector = vector;
        this.anchoring = anchoring;
        this.splits = splits;
        this.grid = grid;
        this.scale = scale;
        this.rule = rule;
        this.options = options;
        this.check = check;
    }

    /**
     * @param vector the vector, anchored: its layers, strength and threshold are where the sweep begins
     * @param development the prompts that the choice is made on
     * @param test the prompts of the final figures
     * @return a sweep over {@link SweepGrid#around} the vector's own setting, by {@link OperatingRule}: greedy answers of at most 256
     *     tokens to test prompts, their first 32 to development prompts, with {@link RunOptions#defaults}
     * @throws SteeringException if the vector is not anchored, a split lacks one side of safety, a test prompt is a development prompt
     *     too, or a prompt of either is one that the vector was extracted from
     */
    public static Sweep of(SteeringVector vector, List<EvalItem> development, List<EvalItem> test) {
        return of(vector, development, test, Overlap.REFUSE);
    }

    /**
     * @param vector the vector, anchored: its layers, strength and threshold are where the sweep begins
     * @param development the prompts that the choice is made on
     * @param test the prompts of the final figures
     * @param overlap what is done about test prompts that are development prompts, and about prompts that the vector was extracted from
     * @return as {@link #of(SteeringVector, List, List)}
     * @throws SteeringException if the vector is not anchored, a split lacks one side of safety, or prompts overlap and that is refused
     */
    public static Sweep of(SteeringVector vector, List<EvalItem> development, List<EvalItem> test, Overlap overlap) {
        Anchoring anchoring = vector.anchoring();
        if (anchoring == null) {
            vector.requireTransitionReference();
            throw new BadRequest(
                    "The vector has no layers, strength and threshold to begin with: anchor its layers first.");
        }
        List<String> notes = separate(vector, development, test, overlap);
        return new Sweep(
                vector,
                anchoring,
                new Splits(development, test, GenerationOptions.greedy(DEFAULT_TOKENS), FIRST_WORDS, notes),
                SweepGrid.around(anchoring),
                anchoring.scale(),
                new OperatingRule(OperatingRule.DEFAULT_HARMFUL_WEIGHT),
                RunOptions.defaults().withOverlap(overlap),
                ModelCheck.SAME_MODEL);
    }

    private static List<String> separate(
            SteeringVector vector, List<EvalItem> development, List<EvalItem> test, Overlap overlap) {
        SeparateSplits.requireBothSides(development, "development");
        SeparateSplits.requireBothSides(test, "test");
        List<String> seen = development.stream().map(EvalItem::prompt).toList();
        List<String> notes =
                new ArrayList<>(SeparateSplits.requireUnused(overlap, test, "test", seen, "development prompts"));
        ExtractionPrompts anchors = vector.prompts();
        List<ExtractionPrompts> all = anchors == null ? List.of() : List.of(anchors);
        notes.addAll(SeparateSplits.requireUnseen(overlap, development, "development", all));
        // Reported with the figures on them, where that is allowed.
        List<String> unused = SeparateSplits.requireUnseen(overlap, test, "test", all);
        notes.addAll(SeparateSplits.contradictions(development, "development"));
        return notes;
    }

    /**
     * @param newGrid what to try
     * @param newScale what its strengths multiply
     * @return a copy with them
     * @throws SteeringException if the grid names a layer that the vector does not have
     */
    public Sweep withGrid(SweepGrid newGrid, VectorScale newScale) {
        newGrid.requireLayers(vector.layers());
        return new Sweep(vector, anchoring, splits, newGrid, newScale, rule, options, check);
    }

    /**
     * @param newRule how to choose
     * @return a copy with it
     */
    public Sweep withRule(OperatingRule newRule) {
        return new Sweep(vector, anchoring, splits, grid, scale, newRule, options, check);
    }

    /**
     * @param writing how to answer test prompts, greedily
     * @return a copy with it
     * @throws IllegalArgumentException if it samples: a row would not depend on the settings alone
     */
    public Sweep withWriting(GenerationOptions writing) {
        return withSplits(splits.withWriting(Writing.greedy(writing), splits.developmentTokens()));
    }

    /**
     * @param tokens most tokens of an answer to a development prompt, and never more than of one to a test prompt
     * @return a copy with it
     */
    public Sweep withDevelopmentTokens(int tokens) {
        return withSplits(splits.withWriting(splits.writing(), tokens));
    }

    private Sweep withSplits(Splits newSplits) {
        return new Sweep(vector, anchoring, newSplits, grid, scale, rule, options, check);
    }

    /**
     * @param newOptions how prompts are put and answers judged
     * @return a copy with them
     */
    public Sweep withOptions(RunOptions newOptions) {
        // What is done about prompts that the vector has seen was said with the prompts.
        return new Sweep(
                vector, anchoring, splits, grid, scale, rule, newOptions.withOverlap(options.overlap()), check);
    }

    /**
     * @param newCheck how strictly the vector must belong to the model
     * @return a copy with it
     */
    public Sweep withCheck(ModelCheck newCheck) {
        return new Sweep(vector, anchoring, splits, grid, scale, rule, options, newCheck);
    }

    /**
     * Tries every setting on the development prompts, chooses, measures the choice on the test prompts, and writes tables and the
     * vector with its operating point.
     *
     * @param model the model
     * @param directory where everything goes; created if missing
     * @return what came of it
     * @throws SteeringException if the vector does not fit the model, a prompt is too long for it, the directory holds a run with other
     *     settings or cannot be written, or no verdict can be had
     */
    public SweepResult run(ChatModel model, Path directory) {
        String unused = ModelIdentities.requireFits(model, null, vector, check);
        List<EvalItem> all = new ArrayList<>(splits.development());
        all.addAll(splits.test());
        EncodedPrompts prompts = new EncodedPrompts(model, options.system(), all);
        Sweep fitting = withSplits(fitted(model, prompts));
        try (RunLock lock = OutputDirectory.lock(directory)) {
            SweepResult result = fitting.runAlone(model, prompts, directory);
            lock.requireInPlace();
            OutputDirectory.requireThere(result.files());
            return result;
        }
    }

    /** Before the directory is claimed, and before hours of answers: every prompt with what is run behind it to tell its transition. */
    private Splits fitted(ChatModel model, EncodedPrompts prompts) {
        int marker = Transitions.of(model).markerTokens().length;
        PromptFit.Need<EvalItem> plain = FittedItems.need(prompts, List.of());
        PromptFit.Need<EvalItem> need = item -> plain.tokens(item) + marker;
        PromptFit fit =
                PromptFit.of(options.tooLong(), model, splits.writing().decode().maxNewTokens());
        FittedItems development = FittedItems.of(splits.development(), "development", fit, need);
        FittedItems test = FittedItems.of(splits.test(), "test", fit, need);
        SeparateSplits.requireBothSides(development.kept(), "development");
        SeparateSplits.requireBothSides(test.kept(), "test");
        List<String> notes = new ArrayList<>(splits.notes());
        notes.addAll(development.notes());
        notes.addAll(test.notes());
        return new Splits(development.kept(), test.kept(), splits.writing(), splits.developmentTokens(), notes);
    }

    private SweepResult runAlone(ChatModel model, EncodedPrompts prompts, Path directory) {
        Map<String, String> settings = settings(model);
        new RunManifest("sweep", settings, Map.of()).claim(directory, SweepFiles.ALL, false);
        VectorSweepModel swept =
                new VectorSweepModel(model, prompts, splits.firstWords(), vector, scale, options.batch());
        SweepRun.Done done = new SweepRun(
                        directory, splits.development(), options.batch(), options.judge(), options.progress())
                .run(swept, grid, rule);
        Setting chosen = done.result().choice().chosen().setting();
        Anchoring found = anchoring.withSettings(
                chosen.layers().steering(),
                chosen.alpha(),
                scale,
                Recalibration.of(done.outcomes(), vector.layers(), chosen),
                null);
        EvaluationResult test =
                evaluation(vector.withAnchoring(found), settings).run(model, directory.resolve(TEST));
        SweepResult result = new SweepResult(directory, done.result(), test, recorded(found, done.result(), test));
        SweepFiles.write(result);
        return result;
    }

    /** Everything that the run depends on; the order is that of run.json. */
    private Map<String, String> settings(ChatModel model) {
        Map<String, String> all = new LinkedHashMap<>();
        Fingerprints.model(all, model, options.system());
        all.put("vector", VectorReference.fingerprint(vector));
        all.putAll(Writing.settings(splits.writing()));
        all.put("scale", scale.name());
        all.put("grid", grid.words());
        all.put("rule", rule.words());
        all.put("judge", options.judge().name());
        all.put("batch", Integer.toString(options.batch()));
        all.put(
                "development tokens",
                Integer.toString(splits.firstWords().decode().maxNewTokens()));
        Fingerprints.sets(splits.development()).forEach((set, hash) -> all.put("development " + set, hash));
        Fingerprints.sets(splits.test()).forEach((set, hash) -> all.put("test " + set, hash));
        return all;
    }

    /** The unsteered model and the chosen setting, by the real SCANS. */
    private Evaluation evaluation(SteeringVector chosen, Map<String, String> settings) {
        return Evaluation.of(splits.test())
                .withMethods(MethodSource.named(
                        MethodArguments.NONE.withVector(chosen), List.of(SweepResult.UNSTEERED, SweepResult.STEERED)))
                .withWriting(splits.writing())
                .withOptions(options)
                .withSettings(settings)
                .withNotes(splits.notes());
    }

    private SteeringVector recorded(Anchoring found, DevelopmentResult development, EvaluationResult test) {
        return vector.withAnchoring(found.withSettings(
                found.steeringLayers(),
                found.alpha(),
                found.scale(),
                found.calibration(),
                OperatingPoints.of(
                        development,
                        SweepResult.rates(test, SweepResult.UNSTEERED),
                        SweepResult.rates(test, SweepResult.STEERED),
                        test.judge())));
    }
}
