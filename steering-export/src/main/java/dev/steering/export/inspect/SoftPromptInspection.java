package dev.steering.export.inspect;

import dev.steering.core.softprompt.SoftPrompt;
import dev.steering.core.softprompt.SoftPromptProvenance;
import dev.steering.core.softprompt.SoftPrompts;
import dev.steering.core.tuning.TuningCost;
import dev.steering.core.tuning.TuningCurve;
import java.nio.file.Path;

/**
 * The two soft prompts of Adversarial Contrastive Decoding.
 *
 * @param path the file
 * @param hidden hidden size of their model
 * @param embeddingScale what their model multiplies embeddings with
 * @param safe the safe prompt
 * @param opposite the opposite prompt
 * @param cost what tuning took
 * @param provenance where they came from
 */
public record SoftPromptInspection(
        Path path,
        int hidden,
        double embeddingScale,
        Part safe,
        Part opposite,
        TuningCost cost,
        SoftPromptProvenance provenance)
        implements Inspection {
    /**
     * One of them, without its rows.
     *
     * @param tokens number of its rows
     * @param initialText the system prompt that it began as
     * @param curve losses by epoch
     */
    public record Part(int tokens, String initialText, TuningCurve curve) {
        private static Part of(SoftPrompt prompt, TuningCurve curve) {
            return new Part(prompt.length(), prompt.initialText(), curve);
        }
    }

    static SoftPromptInspection of(Path file, SoftPrompts prompts) {
        return new SoftPromptInspection(
                file,
                prompts.hidden(),
                prompts.embeddingScale(),
                Part.of(prompts.safe(), prompts.safeCurve()),
                Part.of(prompts.opposite(), prompts.oppositeCurve()),
                prompts.cost(),
                prompts.provenance());
    }

    @Override
    public String kind() {
        return "soft-prompts";
    }
}
