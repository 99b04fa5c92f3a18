package dev.steering.eval.certify;

import dev.steering.apply.GenerationOptions;
import dev.steering.apply.Method;
import dev.steering.core.BadRequest;
import dev.steering.core.Require;
import dev.steering.core.SteeringException;
import dev.steering.core.certificate.Certificate;
import dev.steering.core.certificate.CertifiedAnswers;
import dev.steering.core.certificate.CertifiedDivergence;
import dev.steering.core.certificate.CertifiedSet;
import dev.steering.core.certificate.CertifiedSet.Role;
import dev.steering.core.certificate.CertifiedSetting;
import dev.steering.core.prompts.PromptSet;
import dev.steering.core.vector.ExtractionPrompts;
import dev.steering.core.vector.SteeringVector;
import dev.steering.eval.Evaluation;
import dev.steering.eval.EvaluationResult;
import dev.steering.eval.MethodSource;
import dev.steering.eval.RunOptions;
import dev.steering.eval.dataset.Selection;
import dev.steering.eval.jailbreak.AttackTemplate;
import dev.steering.eval.jailbreak.AttackTemplates;
import dev.steering.eval.metrics.AnswerCounts;
import dev.steering.eval.metrics.Rate;
import dev.steering.eval.store.Hashes;
import dev.steering.eval.sweep.SeparateSplits;
import dev.steering.eval.utility.Utility;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.ort.graph.RuntimeVersion;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Measures what a steering vector does at one setting, and says it in a {@link Certificate}: refusals of over-refused, harmless, harmful
 * and jailbreak prompts, degenerate answers and divergence, each without the vector, with it, and with random directions of the same
 * norms in its place.
 *
 * <pre>{@code
 * Certificate certificate = Certification.of(List.of(
 *                 CertificationSet.of(Role.OVER_REFUSED, safe), CertificationSet.of(Role.HARMFUL, harmful)))
 *         .run(model, new CertifiedPlan("subtract", plan, vector), Path.of("certification"));
 * VectorFile.write(file, vector.withCertificate(certificate));
 * }</pre>
 *
 * <p>It is an {@link Evaluation} in a directory, which goes on where it was when it is interrupted and run again, and holds every answer.
 * Immutable and thread-safe.
 */
public final class Certification {
    /** Random controls where none are asked for. */
    public static final int DEFAULT_CONTROLS = 3;

    private static final int DEFAULT_TOKENS = 256;
    private static final String UNSTEERED = "default";

    private final List<CertificationSet> sets;
    private final List<AttackTemplate> attacks;
    private final GenerationOptions writing;
    private final RunOptions options;
    private final Selection selection;
    private final int controls;
    private final List<String> commands;

    private Certification(
            List<CertificationSet> sets,
            List<AttackTemplate> attacks,
            GenerationOptions writing,
            RunOptions options,
            Selection selection,
            int controls,
            List<String> commands) {
        this.sets = List.copyOf(sets);
        this.attacks = List.copyOf(attacks);
        this.writing = writing;
        this.options = options;
        this.selection = selection;
        this.controls = controls;
        this.commands = List.copyOf(commands);
    }

    /**
     * @param sets what to ask, with different names: at least one set that should be answered and one of harmful prompts
     * @return a certification with greedy answers of at most 256 tokens, the jailbreak frames that come with this package around the harmful
     *     prompts, three random controls and {@link RunOptions#defaults}
     * @throws BadRequest if a side is missing
     */
    public static Certification of(List<CertificationSet> sets) {
        Set<Role> roles = sets.stream().map(CertificationSet::role).collect(Collectors.toSet());
        if (!roles.contains(Role.HARMFUL)) {
            throw new BadRequest("A certificate says what a vector does to harmful prompts: give some.");
        }
        if (!roles.contains(Role.OVER_REFUSED) && !roles.contains(Role.HARMLESS)) {
            throw new BadRequest(
                    "A certificate says what a vector does to harmless prompts: give some, such that the model"
                            + " refuses too often or ordinary ones.");
        }
        return new Certification(
                sets,
                AttackTemplates.builtIn(),
                GenerationOptions.greedy(DEFAULT_TOKENS),
                RunOptions.defaults(),
                Selection.ALL,
                DEFAULT_CONTROLS,
                List.of());
    }

    /**
     * @param newAttacks frames around the harmful prompts; empty for none
     * @return a copy with them
     */
    public Certification withAttacks(List<AttackTemplate> newAttacks) {
        return new Certification(sets, newAttacks, writing, options, selection, controls, commands);
    }

    /**
     * @param newWriting how to write, greedily
     * @return a copy with it
     */
    public Certification withWriting(GenerationOptions newWriting) {
        return new Certification(sets, attacks, newWriting, options, selection, controls, commands);
    }

    /**
     * @param newOptions how prompts are put and answers judged
     * @return a copy with them
     */
    public Certification withOptions(RunOptions newOptions) {
        return new Certification(sets, attacks, writing, newOptions, selection, controls, commands);
    }

    /**
     * @param newSelection which prompts of each set take part
     * @return a copy with it
     */
    public Certification withSelection(Selection newSelection) {
        return new Certification(sets, attacks, writing, options, newSelection, controls, commands);
    }

    /**
     * @param count how many random directions are measured beside the vector, with the seeds 0, 1, 2, ...; 0 for none
     * @return a copy with it
     */
    public Certification withControls(int count) {
        Require.atLeast("The number of random controls", count, 0);
        return new Certification(sets, attacks, writing, options, selection, count, commands);
    }

    /**
     * @param newCommands what to run to measure it again
     * @return a copy with them
     */
    public Certification withCommands(List<String> newCommands) {
        return new Certification(sets, attacks, writing, options, selection, controls, newCommands);
    }

    /**
     * @param model the model; whether the vector belongs to it is the caller's to check
     * @param use the vector, and what is done with it
     * @param directory where the answers are kept; created if missing
     * @return what it does
     * @throws SteeringException as {@link Evaluation#run} does
     */
    public Certificate run(ChatModel model, CertifiedUse use, Path directory) {
        return run(model, use, directory, new ArrayList<>());
    }

    /**
     * @param model the model; whether the vector belongs to it is the caller's to check
     * @param use the vector, and what is done with it
     * @param directory where the answers are kept; created if missing
     * @param results receives the evaluation's result, for whoever wants to see more of it
     * @return what it does
     * @throws SteeringException as {@link Evaluation#run} does
     */
    public Certificate run(ChatModel model, CertifiedUse use, Path directory, List<EvaluationResult> results) {
        List<CertificationSet> asked = withAttackSets();
        MethodSource methods = opened -> methods(opened, use);
        EvaluationResult result = Evaluation.of(selection.of(
                        asked.stream().map(CertificationSet::prompts).toList()))
                .withMethods(methods)
                .withWriting(writing)
                .withOptions(options)
                .withDivergence()
                .run(model, directory);
        results.add(result);
        return new Certificate(
                use.vector().contentHash(),
                model.manifest().fingerprint(),
                model.manifest().name(),
                model.manifest().dtype(),
                use.setting(),
                result.judge(),
                writing.decode().maxNewTokens(),
                options.system(),
                certified(asked, result, set -> answers(result, use.method(), set), controls),
                divergence(result, use.method()),
                result.notes(),
                commands,
                versions());
    }

    /**
     * The same of weights that were changed: two models instead of one model with and without a vector. Random controls are not measured,
     * each would be a model of its own.
     *
     * @param unsteered the model as it is
     * @param changed the same with other weights
     * @param setting what was done to the weights
     * @param vector the vector that it was done with
     * @param directory where the answers are kept; created if missing
     * @return what it does
     * @throws SteeringException as {@link Evaluation#run} does
     */
    public Certificate compare(
            ChatModel unsteered, ChatModel changed, CertifiedSetting setting, SteeringVector vector, Path directory) {
        List<CertificationSet> asked = withAttackSets();
        Evaluation evaluation = Evaluation.of(selection.of(
                        asked.stream().map(CertificationSet::prompts).toList()))
                .withWriting(writing)
                .withOptions(options);
        List<ExtractionPrompts> seen = vector.prompts() == null ? List.of() : List.of(vector.prompts());
        List<String> notes = new ArrayList<>(SeparateSplits.requireUnseen(
                options.overlap(),
                selection.of(asked.stream().map(CertificationSet::prompts).toList()),
                "evaluated",
                seen));
        EvaluationResult before = evaluation.run(unsteered, directory.resolve("unsteered"));
        EvaluationResult after = evaluation.run(changed, directory.resolve("changed"));
        notes.addAll(before.notes());
        notes.add("random directions were not measured: each would be a model of its own.");
        return new Certificate(
                vector.contentHash(),
                unsteered.manifest().fingerprint(),
                unsteered.manifest().name(),
                unsteered.manifest().dtype(),
                setting,
                before.judge(),
                writing.decode().maxNewTokens(),
                options.system(),
                certified(asked, before, set -> answers(after, UNSTEERED, set), 0),
                new ModelDivergence(unsteered, changed, options, writing).along(before.rows()),
                notes,
                commands,
                versions());
    }

    private List<Method> methods(ChatModel model, CertifiedUse use) {
        List<Method> methods = new ArrayList<>(MethodSource.unsteered().methods(model));
        methods.add(use.steered(model));
        try {
            IntStream.range(0, controls).forEach(seed -> methods.add(use.random(model, seed)));
        } catch (BadRequest e) {
            throw new BadRequest(
                    "Random directions cannot take the vector's place in the method " + use.method() + ": "
                            + e.getMessage() + " Or ask for no random controls.",
                    e);
        }
        return methods;
    }

    private List<CertificationSet> withAttackSets() {
        List<CertificationSet> all = new ArrayList<>(sets);
        for (CertificationSet set : sets) {
            if (set.role() == Role.HARMFUL) {
                for (PromptSet framed : AttackTemplates.sets(attacks, set.prompts())) {
                    all.add(new CertificationSet(Role.JAILBREAK, framed, set.file(), set.fileHash()));
                }
            }
        }
        Set<String> names = new LinkedHashSet<>();
        for (CertificationSet set : all) {
            if (!names.add(set.prompts().name())) {
                throw new BadRequest("Two sets of prompts are named '"
                        + set.prompts().name() + "': a certificate could not tell them apart. Give one another name.");
            }
        }
        return all;
    }

    /** Sets of which no prompt fitted the model are not there any more. */
    private static List<CertifiedSet> certified(
            List<CertificationSet> asked,
            EvaluationResult result,
            Function<String, CertifiedAnswers> steered,
            int controls) {
        Map<String, List<String>> prompts = new LinkedHashMap<>();
        result.rows().stream()
                .filter(row -> row.answer().method().equals(UNSTEERED))
                .map(row -> row.answer().item())
                .forEach(item -> prompts.computeIfAbsent(item.set(), set -> new ArrayList<>())
                        .add(item.prompt()));
        return asked.stream()
                .filter(set -> prompts.containsKey(set.prompts().name()))
                .map(set -> {
                    String name = set.prompts().name();
                    List<String> texts = prompts.getOrDefault(name, List.of());
                    return new CertifiedSet(
                            name,
                            set.role(),
                            set.file(),
                            set.fileHash(),
                            Hashes.sha256(texts.toArray(String[]::new)),
                            texts.size(),
                            answers(result, UNSTEERED, name),
                            steered.apply(name),
                            IntStream.range(0, controls)
                                    .mapToObj(seed -> answers(result, "random-" + seed, name))
                                    .toList());
                })
                .toList();
    }

    private static CertifiedAnswers answers(EvaluationResult result, String method, String set) {
        Rate rate = result.summary().table().rate(method, set);
        AnswerCounts counts = result.summary().table().counts(method, set);
        return new CertifiedAnswers(
                rate.refused(),
                rate.interval().low(),
                rate.interval().high(),
                counts.empty(),
                counts.repetitive(),
                counts.cut());
    }

    private @Nullable CertifiedDivergence divergence(EvaluationResult result, String method) {
        Utility utility = result.utilities().get(method);
        Double steered = utility == null ? null : utility.divergence();
        if (utility == null || steered == null) {
            return null;
        }
        List<Double> random = new ArrayList<>();
        for (int seed = 0; seed < controls; seed++) {
            Utility control = result.utilities().get("random-" + seed);
            Double found = control == null ? null : control.divergence();
            if (found != null) {
                random.add(found);
            }
        }
        return new CertifiedDivergence(steered, random, utility.divergenceTokens());
    }

    private static Map<String, String> versions() {
        Map<String, String> versions = new TreeMap<>();
        versions.put("onnxruntime", RuntimeVersion.get());
        String own = Certification.class.getPackage().getImplementationVersion();
        versions.put("steering", own == null ? "development" : own);
        return versions;
    }
}
