package dev.steering.eval;

import dev.steering.apply.GenerationOptions;
import dev.steering.apply.Method;
import dev.steering.apply.MethodArguments;
import dev.steering.apply.MethodArguments.NamedVector;
import dev.steering.apply.plan.VectorReference;
import dev.steering.core.BadRequest;
import dev.steering.core.RunLock;
import dev.steering.core.SteeringException;
import dev.steering.core.vector.ModelCheck;
import dev.steering.core.vector.SteeringVector;
import dev.steering.eval.capability.CapabilityRun;
import dev.steering.eval.capability.CapabilityScore;
import dev.steering.eval.compare.ComparedPrompts;
import dev.steering.eval.compare.Contestant;
import dev.steering.eval.compare.PairedTest;
import dev.steering.eval.compare.VectorSource;
import dev.steering.eval.dataset.EvalItem;
import dev.steering.eval.run.EncodedPrompts;
import dev.steering.eval.run.Fingerprints;
import dev.steering.eval.run.FittedItems;
import dev.steering.eval.run.RunManifest;
import dev.steering.eval.store.OutputDirectory;
import dev.steering.eval.sweep.SeparateSplits;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.chat.ModelIdentities;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Methods compared on equal terms: each has a curve over its strength on development prompts, a strength is chosen for each that leaves the
 * same share of harmful prompts refused, and the final figures are measured on test prompts that no choice has seen.
 *
 * <pre>{@code
 * ComparedPrompts development = ComparedPrompts.of(developmentItems).framed(AttackTemplates.builtIn(), 100);
 * ComparedPrompts test = ComparedPrompts.of(testItems).framed(AttackTemplates.builtIn(), 100);
 * ComparisonResult result = Comparison.of(development, test)
 *         .withMethods(List.of("prompt", "scans"), MethodArguments.NONE.withVector(vector), Map.of())
 *         .run(model, Path.of("comparison"));
 * System.out.println(ComparisonText.markdown(result.methods()));
 * }</pre>
 *
 * <p>A run is a directory: an {@link Evaluation} of every strength in {@code development}, one of the chosen strengths in {@code test}, one of
 * methods that were drawn again in {@code redrawn}; {@code results.json} and the tables depend on the settings alone, what differs from run
 * to run is in {@code test/cost.md}. A run that was interrupted goes on where it was, and ends in the same bytes. Immutable and thread-safe;
 * one run at a time in a directory.
 */
public final class Comparison {
    static final String UNSTEERED = "default";
    static final String DEVELOPMENT = "development";
    static final String TEST = "test";
    static final String REDRAWN = "redrawn";

    /** Names of the files that a run writes into its directory: none of them may be something that the run reads. */
    public static final List<String> FILES = Stream.concat(
                    Stream.concat(Stream.of(RunManifest.FILE, "capability.jsonl"), ComparisonFiles.NAMES.stream()),
                    Stream.of(DEVELOPMENT, TEST, REDRAWN)
                            .flatMap(part -> Evaluation.FILES.stream().map(name -> part + "/" + name)))
            .toList();

    private final ComparedPrompts development;
    private final ComparedPrompts test;
    private final List<Contestant> contestants;
    private final ComparisonSettings settings;
    private final Map<String, String> files;

    private Comparison(
            ComparedPrompts development,
            ComparedPrompts test,
            List<Contestant> contestants,
            ComparisonSettings settings,
            Map<String, String> files) {
        this.development = development;
        this.test = test;
        this.contestants = List.copyOf(contestants);
        this.settings = settings;
        this.files = Collections.unmodifiableMap(new LinkedHashMap<>(files));
    }

    /**
     * @param development prompts that strengths are chosen on
     * @param test prompts of the final figures
     * @return a comparison of the unsteered model with nothing, with {@link ComparisonSettings#defaults}
     * @throws SteeringException if a split lacks one side of safety, or a set has the name of a column of the table
     */
    public static Comparison of(ComparedPrompts development, ComparedPrompts test) {
        requireUsable(development, DEVELOPMENT);
        requireUsable(test, TEST);
        Contestant unsteered = Contestant.of(UNSTEERED, MethodArguments.NONE, ModelCheck.SAME_MODEL, Map.of());
        return new Comparison(development, test, List.of(unsteered), ComparisonSettings.defaults(), Map.of());
    }

    private static void requireUsable(ComparedPrompts split, String name) {
        List<EvalItem> plain = split.items().stream()
                .filter(item -> !split.attacks().contains(item.set()))
                .toList();
        SeparateSplits.requireBothSides(plain, name);
        if (plain.stream().anyMatch(item -> item.set().equals(PairedTest.JAILBREAK))) {
            throw new BadRequest("A set of prompts is named '" + PairedTest.JAILBREAK
                    + "', as is the column of all attacks: give it another name.");
        }
    }

    /**
     * @param names methods' names as {@link dev.steering.apply.Methods#create(String)} takes them; the unsteered model takes part in any case
     * @param arguments what is said about all of them
     * @param check how strictly vectors must belong to the model
     * @param strengths strengths by name, for methods whose own are not to be taken
     * @return a copy with them
     * @throws SteeringException if there is no such method, a name is there twice, or strengths are given for what does not take part or
     *     has none
     */
    public Comparison withMethods(
            List<String> names, MethodArguments arguments, ModelCheck check, Map<String, List<Double>> strengths) {
        return withMethods(names, name -> arguments, check, strengths, Map.of());
    }

    /**
     * @param names methods' names
     * @param arguments what is said about each of them
     * @param check how strictly vectors must belong to the model
     * @param strengths strengths by name, for methods whose own are not to be taken
     * @param sources by name, where the vectors of methods come from; each takes the place of the arguments' vector
     * @return a copy with them
     * @throws SteeringException as {@link #withMethods(List, MethodArguments, ModelCheck, Map)}
     */
    public Comparison withMethods(
            List<String> names,
            Function<String, MethodArguments> arguments,
            ModelCheck check,
            Map<String, List<Double>> strengths,
            Map<String, VectorSource> sources) {
        Set<String> all = new LinkedHashSet<>(List.of(UNSTEERED));
        all.addAll(names);
        if (new LinkedHashSet<>(names).size() != names.size()) {
            throw new BadRequest("A method is named twice: " + String.join(", ", names) + ".");
        }
        for (String name : strengths.keySet()) {
            if (!all.contains(name)) {
                throw new BadRequest("Strengths are given for " + name + ", which is not among the methods "
                        + String.join(", ", names) + ".");
            }
        }
        List<Contestant> made = all.stream()
                .map(name -> contestant(name, arguments.apply(name), check, strengths, sources.get(name)))
                .toList();
        return new Comparison(development, test, made, settings, files);
    }

    private static Contestant contestant(
            String name,
            MethodArguments said,
            ModelCheck check,
            Map<String, List<Double>> strengths,
            @Nullable VectorSource source) {
        MethodArguments arguments = source == null ? said : said.withVector(source.vector());
        return Contestant.of(name, arguments, check, strengths).withSource(source);
    }

    /**
     * @param names methods' names
     * @param arguments what is said about all of them
     * @param strengths strengths by name, for methods whose own are not to be taken
     * @return a copy with them, and vectors of that very model only
     * @throws SteeringException as {@link #withMethods(List, MethodArguments, ModelCheck, Map)}
     */
    public Comparison withMethods(List<String> names, MethodArguments arguments, Map<String, List<Double>> strengths) {
        return withMethods(names, arguments, ModelCheck.SAME_MODEL, strengths);
    }

    /**
     * @param newSettings how it is done
     * @return a copy with them
     */
    public Comparison withSettings(ComparisonSettings newSettings) {
        return new Comparison(development, test, contestants, newSettings, files);
    }

    /**
     * @param name what it is
     * @param file a file that answers depend on: a run does not go on with one of other bytes
     * @return a copy that knows it
     * @throws SteeringException if it cannot be read
     */
    public Comparison withFile(String name, Path file) {
        Map<String, String> more = new LinkedHashMap<>(files);
        more.put(name, Fingerprints.file(file));
        return new Comparison(development, test, contestants, settings, more);
    }

    /**
     * Answers, chooses, answers again, and writes the tables.
     *
     * @param model the model
     * @param directory where everything goes; created if missing
     * @return what came of it
     * @throws SteeringException if a method cannot be made, a prompt is too long, was seen by a vector's extraction or is in both splits
     *     (see {@link RunOptions}), the directory holds a run with other settings, is in use or cannot be written, or no verdict can be had
     */
    public ComparisonResult run(ChatModel model, Path directory) {
        List<String> notes = new ArrayList<>(separate());
        notes.addAll(undrawn());
        for (Contestant contestant : contestants) {
            NamedVector vector = contestant.arguments().get(MethodArguments.VECTOR);
            if (vector != null) {
                String unused = ModelIdentities.requireFits(model, null, vector.vector(), contestant.check());
            }
        }
        Comparison fitting = fitted(model, notes);
        try (RunLock lock = OutputDirectory.lock(directory)) {
            new RunManifest("compare", fitting.manifest(model), Map.of())
                    .claim(directory, ComparisonFiles.NAMES, settings.options().rejudging());
            ComparisonResult result = fitting.runAlone(model, directory, notes);
            ComparisonFiles.write(result);
            lock.requireInPlace();
            OutputDirectory.requireThere(result.files());
            return result;
        }
    }

    /** Before the directory is claimed, and before hours of answers: every context of every method. */
    private Comparison fitted(ChatModel model, List<String> notes) {
        return new Comparison(
                fitted(model, development, settings.firstWords(), DEVELOPMENT, notes),
                fitted(model, test, settings.writing(), TEST, notes),
                contestants,
                settings,
                files);
    }

    private ComparedPrompts fitted(
            ChatModel model, ComparedPrompts split, GenerationOptions writing, String name, List<String> notes) {
        EncodedPrompts prompts = new EncodedPrompts(model, settings.options().system(), split.items());
        FittedItems fitted = new ComparedMethods(model, prompts, settings.options(), variants(model))
                .fitted(split.items(), name, writing);
        notes.addAll(fitted.notes());
        return split.keeping(fitted.kept());
    }

    /**
     * The first half alone: curves and choices on the development prompts.
     *
     * @param model the model
     * @param directory where the answers go, as those of an {@link Evaluation}
     * @return the curves
     * @throws SteeringException as {@link #run}
     */
    public ComparedCurves curves(ChatModel model, Path directory) {
        return curves(tries().run(model, directory));
    }

    /**
     * The same from the beginning: forgets what an earlier run has left in the directory.
     *
     * @param model the model
     * @param directory where the answers go
     * @return the curves
     * @throws SteeringException as {@link #run}
     */
    public ComparedCurves curvesAnew(ChatModel model, Path directory) {
        return curves(tries().runAnew(model, directory));
    }

    private Evaluation tries() {
        Evaluation tries = evaluation(development, false)
                .withWriting(settings.firstWords())
                .withMethods(this::variants);
        return settings.measures().curves() ? tries.withDivergence() : tries;
    }

    private ComparedCurves curves(EvaluationResult tried) {
        return ComparedCurves.of(contestants, tried, development.attacks(), settings);
    }

    private List<String> separate() {
        List<String> seen = development.items().stream().map(EvalItem::prompt).toList();
        return SeparateSplits.requireUnused(
                settings.options().overlap(), test.items(), TEST, seen, "development prompts");
    }

    /** Says of which methods the draws say nothing, though their vectors are of anchors too. */
    private List<String> undrawn() {
        List<String> names = contestants.stream()
                .filter(one ->
                        one.source() != null && one.source().command() != null && one.draw() == Contestant.Draw.NONE)
                .map(Contestant::name)
                .toList();
        return names.isEmpty() || settings.draws().methods() == 0
                ? List.of()
                : List.of("The anchors of " + String.join(", ", names)
                        + " were not drawn again: how much their figures depend on the anchors was not measured.");
    }

    private ComparisonResult runAlone(ChatModel model, Path directory, List<String> notes) {
        ComparedCurves curves = curves(model, directory.resolve(DEVELOPMENT));
        EvaluationResult measured = evaluation(test, true)
                .withWriting(settings.writing())
                .withMethods(curves::chosen)
                .run(model, directory.resolve(TEST));
        Map<String, List<CapabilityScore>> capability = capability(model, curves.chosen(model), directory);
        RedrawnMethods redrawn = new RedrawnMethods(curves, settings, test.attacks());
        Map<String, Method> draws = redrawn.methods(model);
        EvaluationResult again = draws.isEmpty()
                ? null
                : evaluation(test, false)
                        .withWriting(settings.writing())
                        .withMethods(opened -> List.copyOf(draws.values()))
                        .run(model, directory.resolve(REDRAWN));
        return new ComparedFigures(settings, curves, test.attacks(), redrawn)
                .result(directory, measured, curves.contexts(model), capability, again, all(notes, measured));
    }

    private static List<String> all(List<String> notes, EvaluationResult measured) {
        Set<String> all = new LinkedHashSet<>(notes);
        all.addAll(measured.notes());
        return List.copyOf(all);
    }

    private Evaluation evaluation(ComparedPrompts split, boolean everything) {
        Evaluation plain =
                Evaluation.of(split.items()).withOptions(settings.options()).withSettings(files);
        if (!everything) {
            return plain;
        }
        String text = settings.measures().text();
        Evaluation measuring =
                plain.withDivergence().withCostRounds(settings.measures().costRounds());
        return text == null ? measuring : measuring.withPerplexity(text);
    }

    private List<Method> variants(ChatModel model) {
        return contestants.stream()
                .flatMap(contestant -> contestant.points().stream()
                        .map(point -> contestant.bind(model, point, contestant.variant(point))))
                .toList();
    }

    private Map<String, List<CapabilityScore>> capability(ChatModel model, List<Method> methods, Path directory) {
        if (settings.tasks().isEmpty()) {
            return Map.of();
        }
        RunOptions options = settings.options();
        return new CapabilityRun(
                        directory,
                        model,
                        new EncodedPrompts(model, options.system()),
                        settings.writing(),
                        options.batch(),
                        options.progress())
                .measure(methods, settings.tasks());
    }

    /** Everything that the run depends on beside what its evaluations know; the order is that of run.json. */
    private Map<String, String> manifest(ChatModel model) {
        Map<String, String> all = new LinkedHashMap<>();
        Fingerprints.model(all, model, settings.options().system());
        all.putAll(files);
        all.putAll(Writing.settings(settings.writing()));
        all.put(
                "development tokens",
                Integer.toString(settings.firstWords().decode().maxNewTokens()));
        for (Contestant contestant : contestants) {
            NamedVector vector = contestant.arguments().get(MethodArguments.VECTOR);
            all.put("method " + contestant.name(), words(contestant, vector == null ? null : vector.vector()));
        }
        all.put("rule", settings.rule().words());
        all.put(RunManifest.JUDGE, settings.options().judge().name());
        all.put("batch", Integer.toString(settings.options().batch()));
        all.put(
                "draws",
                settings.draws().methods() + (settings.draws().anchors() == null ? "" : " of the anchors") + ", "
                        + settings.draws().resamples() + " resamples, seed "
                        + settings.draws().seed());
        Fingerprints.sets(development.items()).forEach((set, hash) -> all.put(DEVELOPMENT + " " + set, hash));
        Fingerprints.sets(test.items()).forEach((set, hash) -> all.put(TEST + " " + set, hash));
        settings.tasks()
                .forEach(task -> all.put(
                        "task " + task.name(),
                        task.items().size() + " questions " + task.fingerprint().substring(0, 16)));
        return all;
    }

    private static String words(Contestant contestant, @Nullable SteeringVector vector) {
        String strengths = contestant.strengths().stream().map(String::valueOf).collect(Collectors.joining(", "));
        return (strengths.isEmpty() ? "as it is" : "strengths " + strengths)
                + (vector == null ? "" : ", vector " + VectorReference.fingerprint(vector));
    }
}
