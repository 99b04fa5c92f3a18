package dev.steering.apply;

import dev.steering.core.SteeringException;
import dev.steering.core.softprompt.SoftPrompts;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.decode.GenerationOptions;
import java.util.Map;
import java.util.TreeMap;

/** Makes ACD, its untuned version and the instructive-decoding baselines. */
record AcdMethods(ChatModel model, GenerationOptions options, AcdSettings settings) {
    Method create(MethodName name) {
        return switch (name) {
            case ACD ->
                new Method(
                        name.toString(),
                        "ACD: logits z_safe - a z_opposite with a = " + settings.alpha() + ", under soft prompts of "
                                + prompts(name).safe().length() + " and "
                                + prompts(name).opposite().length() + " tokens, tuned in "
                                + prompts(name).cost().steps() + " gradient steps" + constraint(),
                        described(name, prompts(name)).toJson(),
                        Acd.of(model, options, prompts(name), settings));
            case ACD_UNTUNED ->
                new Method(
                        name.toString(),
                        "ACD without tuning: logits z_safe - a z_opposite with a = " + settings.alpha()
                                + ", under the system prompts \""
                                + prompts(name).safe().initialText() + "\" and \""
                                + prompts(name).opposite().initialText() + "\"" + constraint(),
                        described(name, prompts(name)).toJson(),
                        Acd.untuned(model, options, prompts(name), settings));
            case ID_NULL ->
                new Method(
                        name.toString(),
                        "instructive decoding: logits z - a z_null with a = " + settings.alpha()
                                + ", z_null without the user's words" + constraint(),
                        common(name).toJson(),
                        InstructiveDecoding.nullPrompt(model, options, settings));
            case ID_OPPOSITE ->
                new Method(
                        name.toString(),
                        "instructive decoding: logits z - a z_opposite with a = " + settings.alpha()
                                + ", z_opposite under the system prompt \"" + settings.usedOppositeText() + "\""
                                + constraint(),
                        common(name)
                                .put("opposite_text", settings.usedOppositeText())
                                .toJson(),
                        InstructiveDecoding.opposite(model, options, settings));
            default -> throw new IllegalArgumentException(name + " is not one of these methods");
        };
    }

    private String constraint() {
        return settings.plausibility() == null
                ? ""
                : "; tokens at least " + settings.plausibility()
                        + " times as probable as the best in the first context";
    }

    private Description common(MethodName name) {
        return Description.of(name).put("alpha", settings.alpha()).put("plausibility", settings.plausibility());
    }

    /** With what identifies the prompts, and what they cost. */
    private Description described(MethodName name, SoftPrompts prompts) {
        Map<String, Object> tuned = new TreeMap<>();
        tuned.put("anchor_set_hash", prompts.provenance().anchorSetHash());
        tuned.put("seed", prompts.provenance().seed());
        tuned.put("settings", prompts.provenance().settings());
        tuned.put("safe_text", prompts.safe().initialText());
        tuned.put("opposite_text", prompts.opposite().initialText());
        tuned.put("safe_loss", prompts.safeCurve().keptLoss());
        tuned.put("opposite_loss", prompts.oppositeCurve().keptLoss());
        tuned.put("steps", prompts.cost().steps());
        tuned.put("gradient_tokens", prompts.cost().gradientTokens());
        tuned.put("evaluation_tokens", prompts.cost().evaluationTokens());
        return common(name).put("soft_prompts", tuned);
    }

    private SoftPrompts prompts(MethodName name) {
        SoftPrompts prompts = settings.prompts();
        if (prompts == null) {
            throw new SteeringException(
                    "The method " + name + " needs tuned soft prompts: give a file of 'steer tune-acd' with --acd.");
        }
        return prompts;
    }
}
