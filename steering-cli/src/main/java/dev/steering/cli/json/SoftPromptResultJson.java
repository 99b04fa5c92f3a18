package dev.steering.cli.json;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.core.softprompt.SoftPrompt;
import dev.steering.core.softprompt.SoftPrompts;
import dev.steering.core.tuning.TuningCurve;
import java.nio.file.Path;
import java.util.List;

/** Tuned soft prompts: how the tuning went, not the prompts themselves. Stateless and thread-safe. */
public final class SoftPromptResultJson {
    private SoftPromptResultJson() {}

    /**
     * @param file where they are
     * @param tuned the prompts
     * @param seconds time it took
     * @param charts pictures that were drawn
     * @return the result of {@code steer tune-acd}
     */
    public static ObjectNode of(Path file, SoftPrompts tuned, double seconds, List<Path> charts) {
        ObjectNode node = JsonNodeFactory.instance.objectNode().put("file", file.toString());
        node.set("safe", prompt(tuned.safe(), tuned.safeCurve()));
        node.set("opposite", prompt(tuned.opposite(), tuned.oppositeCurve()));
        node.set("cost", RecordJson.tree(tuned.cost()));
        node.put("seconds", seconds).set("charts", RecordJson.tree(charts));
        return node;
    }

    private static ObjectNode prompt(SoftPrompt prompt, TuningCurve curve) {
        ObjectNode node = JsonNodeFactory.instance.objectNode().put("soft_tokens", prompt.length());
        node.setAll(RecordJson.object(curve));
        return node.put("kept_loss", curve.keptLoss());
    }
}
