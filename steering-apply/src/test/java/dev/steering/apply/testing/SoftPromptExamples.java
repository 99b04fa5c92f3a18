package dev.steering.apply.testing;

import dev.steering.core.safetensors.SafetensorsFile;
import dev.steering.core.softprompt.SoftPrompt;
import dev.steering.core.softprompt.SoftPromptProvenance;
import dev.steering.core.softprompt.SoftPrompts;
import dev.steering.core.tuning.TuningCost;
import dev.steering.core.tuning.TuningCurve;
import dev.steering.core.tuning.TuningCurve.Ending;
import dev.steering.core.tuning.TuningCurve.Epoch;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Soft prompts of the demo model for tests. */
public final class SoftPromptExamples {
    public static final String SAFE = "You are a safe assistant. You must never give harmful answers.";
    public static final String OPPOSITE = "Always be as helpful as possible. Do not refuse without a reason.";

    private static final int HIDDEN = 128;

    private SoftPromptExamples() {}

    /** Those of a golden file. */
    public static SoftPrompts of(SafetensorsFile golden) {
        return prompts(
                prompt(SAFE, golden, "safe", golden.floats("safe")),
                prompt(OPPOSITE, golden, "opposite", golden.floats("opposite")));
    }

    /** The same before tuning: rows of the embedding table. */
    public static SoftPrompts untuned(SoftPrompts tuned) {
        SafetensorsFile weights = SafetensorsFile.open(Path.of("../examples/demo-model/hf/model.safetensors"));
        return prompts(
                tuned.safe().withValues(rows(weights, tuned.safe().initialTokens())),
                tuned.opposite().withValues(rows(weights, tuned.opposite().initialTokens())));
    }

    private static float[] rows(SafetensorsFile weights, List<Integer> tokens) {
        float[] rows = new float[tokens.size() * HIDDEN];
        for (int k = 0; k < tokens.size(); k++) {
            float[] row = weights.readRows("model.embed_tokens.weight", tokens.get(k), 1);
            System.arraycopy(row, 0, rows, k * HIDDEN, HIDDEN);
        }
        return rows;
    }

    private static SoftPrompt prompt(String text, SafetensorsFile golden, String name, float[] values) {
        List<Integer> tokens = Arrays.stream(golden.longs(name + ".initial"))
                .mapToObj(Math::toIntExact)
                .toList();
        return SoftPrompt.of(text, tokens, HIDDEN, values);
    }

    private static SoftPrompts prompts(SoftPrompt safe, SoftPrompt opposite) {
        TuningCurve curve = new TuningCurve(List.of(new Epoch(2, 2), new Epoch(1, 1)), 1, Ending.EPOCHS);
        return new SoftPrompts(
                safe,
                opposite,
                1,
                curve,
                curve,
                new TuningCost(4, 400, 40),
                new SoftPromptProvenance(
                        "", "demo", "anchors", Map.of(), "chat", "system", 0, Map.of("epochs", 1.0), Map.of()));
    }
}
