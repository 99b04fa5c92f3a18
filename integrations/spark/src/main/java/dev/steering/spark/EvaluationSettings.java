package dev.steering.spark;

import dev.steering.apply.Answering;
import dev.steering.apply.GenerationOptions;
import dev.steering.apply.Method;
import dev.steering.apply.MethodArguments;
import dev.steering.apply.MethodRegistry;
import dev.steering.apply.Methods;
import dev.steering.core.vector.ModelCheck;
import dev.steering.eval.judge.ExchangeJudge;
import dev.steering.eval.judge.RefusalRules;
import dev.steering.eval.judge.StringListJudge;
import dev.steering.model.chat.ChatModel;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Everything that answers and verdicts depend on beside the prompts; travels to executors, where every JVM makes the methods once.
 *
 * @param source the model
 * @param names methods as {@link Methods#create(String)} takes them
 * @param strengths strengths of the methods that steer; empty for the vector's
 * @param carried the vector; null for none
 * @param system system prompt; null for none
 * @param tokens most new tokens of an answer
 * @param penalty repetition penalty
 * @param judge name of a published list of refusal phrases
 * @param batch most answers at once
 */
record EvaluationSettings(
        ModelSource source,
        List<String> names,
        List<Double> strengths,
        @Nullable CarriedVector carried,
        @Nullable String system,
        int tokens,
        double penalty,
        String judge,
        int batch)
        implements Serializable {
    private static final Map<EvaluationSettings, Map<String, Method>> METHODS = new ConcurrentHashMap<>();

    EvaluationSettings {
        names = new ArrayList<>(names);
        strengths = new ArrayList<>(strengths);
    }

    EvaluationSettings withStrengths(List<Double> changed) {
        return new EvaluationSettings(source, names, changed, carried, system, tokens, penalty, judge, batch);
    }

    EvaluationSettings withCarried(CarriedVector changed) {
        return new EvaluationSettings(source, names, strengths, changed, system, tokens, penalty, judge, batch);
    }

    EvaluationSettings withSystem(@Nullable String changed) {
        return new EvaluationSettings(source, names, strengths, carried, changed, tokens, penalty, judge, batch);
    }

    EvaluationSettings withJudge(String changed) {
        return new EvaluationSettings(source, names, strengths, carried, system, tokens, penalty, changed, batch);
    }

    EvaluationSettings withBatch(int changed) {
        return new EvaluationSettings(source, names, strengths, carried, system, tokens, penalty, judge, changed);
    }

    EvaluationSettings withWriting(int most, double repetition) {
        return new EvaluationSettings(source, names, strengths, carried, system, most, repetition, judge, batch);
    }

    /** One for each method, and strength where it has one, in order. */
    List<String> methodNames() {
        List<String> all = new ArrayList<>();
        for (String name : names) {
            // Asked first: an unknown method is said even where there are no strengths.
            boolean scaled = isScaled(name);
            if (strengths.isEmpty() || !scaled) {
                all.add(name);
            } else {
                strengths.forEach(strength -> all.add(named(name, strength)));
            }
        }
        return all;
    }

    private static boolean isScaled(String name) {
        return !name.startsWith(Methods.PLAN_PREFIX)
                && MethodRegistry.get(name.split(Methods.VECTOR_MARK, 2)[0]).needsVector();
    }

    private static String named(String name, double strength) {
        return name + " alpha=" + strength;
    }

    Map<String, Method> methods() {
        return METHODS.computeIfAbsent(this, EvaluationSettings::made);
    }

    private Map<String, Method> made() {
        ChatModel model = source.model();
        MethodArguments arguments =
                carried == null ? MethodArguments.NONE : MethodArguments.NONE.withVector(carried.vector());
        Map<String, Method> made = new LinkedHashMap<>();
        for (String name : names) {
            if (strengths.isEmpty() || !isScaled(name)) {
                made.put(
                        name,
                        Methods.with(model, arguments, ModelCheck.SAME_MODEL).create(name));
            } else {
                for (double strength : strengths) {
                    made.put(
                            named(name, strength),
                            Methods.with(model, arguments.with(MethodArguments.ALPHA, strength), ModelCheck.SAME_MODEL)
                                    .create(name)
                                    .named(named(name, strength)));
                }
            }
        }
        return made;
    }

    Answering answering() {
        return Answering.with(source.model())
                .withOptions(GenerationOptions.greedy(tokens).withRepetitionPenalty(penalty))
                .withBatch(batch);
    }

    ExchangeJudge exchangeJudge() {
        return ExchangeJudge.of(judge + "'s list", new StringListJudge(RefusalRules.published(judge)));
    }

    /** What identifies a run, but for its prompts: by name. */
    String described() {
        ChatModel model = source.model();
        StringBuilder text = new StringBuilder();
        text.append(model.manifest().fingerprint()).append('\n');
        text.append(source.template() ? "chat" : "none").append('\n');
        text.append(system == null ? "" : "system " + system).append('\n');
        text.append(tokens)
                .append(' ')
                .append(penalty)
                .append(' ')
                .append(judge)
                .append('\n');
        methods()
                .forEach((name, method) ->
                        text.append(name).append('\t').append(method.json()).append('\n'));
        return text.toString();
    }
}
