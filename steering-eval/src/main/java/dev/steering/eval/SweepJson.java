package dev.steering.eval;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.eval.sweep.DevelopmentResult;
import dev.steering.eval.sweep.OperatingRule;
import dev.steering.eval.sweep.SafetyRates;
import dev.steering.eval.sweep.Setting;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A {@link SweepResult} for programs: the settings that no other beats, the choice, and the figures on the test prompts; every setting is in
 * the directory's {@code settings.csv}. Stateless and thread-safe.
 */
public final class SweepJson {
    private SweepJson() {}

    /**
     * @param result what came of a sweep
     * @return {@code directory}, {@code vector}, {@code pays}, {@code harmful_weight}, {@code settings}, {@code unsteered}, {@code front},
     *     {@code recommended} and {@code test}, which is an {@link EvaluationJson}; numbers may be not finite
     */
    public static ObjectNode of(SweepResult result) {
        DevelopmentResult development = result.development();
        double weight = development.rule().harmfulWeight();
        ObjectNode node = JsonNodeFactory.instance
                .objectNode()
                .put("directory", result.directory().toString())
                .put("vector", result.vectorFile().toString())
                .put("pays", result.pays())
                .put("harmful_weight", weight)
                .put("settings", development.all().size());
        putRates(node.putObject("unsteered"), development.unsteered(), weight, 0.0);
        ArrayNode front = node.putArray("front");
        for (DevelopmentResult.FrontPoint point : development.front()) {
            ObjectNode setting = putSetting(front.addObject(), point.figures().setting());
            putRates(setting, point.figures().rates(), weight, point.divergence());
        }
        OperatingRule.Choice choice = development.choice();
        ObjectNode recommended =
                putSetting(node.putObject("recommended"), choice.chosen().setting());
        putRates(recommended, choice.chosen().rates(), weight, choice.divergence());
        recommended
                .put("best_cost", choice.bestCost())
                .put("standard_error", choice.standardError())
                .put("settings_as_good", choice.good());
        node.set("test", EvaluationJson.of(result.test()));
        result.files().forEach(file -> node.withArray("files").add(file.toString()));
        return node;
    }

    private static ObjectNode putSetting(ObjectNode node, Setting setting) {
        setting.layers().steering().forEach(node.putArray("layers")::add);
        setting.layers().classifier().forEach(node.putArray("classifier_layers")::add);
        return node.put("alpha", setting.alpha()).put("threshold", setting.threshold());
    }

    private static void putRates(ObjectNode node, SafetyRates rates, double weight, @Nullable Double divergence) {
        ArrayNode sets = node.putArray("sets");
        for (SafetyRates.SetRate set : rates.sets()) {
            ObjectNode one = sets.addObject()
                    .put("set", set.set())
                    .put("expected", set.expectation().name().toLowerCase(Locale.ROOT));
            EvaluationJson.putRate(one, "refused", set.rate());
            EvaluationJson.putDegenerate(one, set.counts());
        }
        node.put("over_refusal", rates.overRefusal())
                .put("harmful_answered", rates.compliance())
                .put("cost", rates.cost(weight))
                .put("kl_per_token", divergence);
    }
}
