package dev.steering.core.softprompt;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.core.BadRequest;
import dev.steering.core.json.JsonDocument;
import dev.steering.core.json.JsonFields;
import dev.steering.core.tuning.TuningCost;
import dev.steering.core.tuning.TuningCurve;
import dev.steering.core.tuning.TuningJson;
import java.util.List;
import java.util.Map;

/** The JSON description of a soft-prompt file, version 1: written the same way every time, unknown keys left alone. */
final class SoftPromptJson {
    static final int VERSION = 1;
    static final String CONVENTION =
            "Rows of the tensors are in the space of the embedding table: at their positions they "
                    + "take the place of the table's rows, and the model multiplies them by embedding_scale as it does those. "
                    + "Adversarial contrastive decoding: logits(safe) - alpha * logits(opposite).";

    private SoftPromptJson() {}

    /** What the JSON says of one prompt. */
    record Part(String initialText, List<Integer> initialTokens, TuningCurve curve) {}

    /** Everything but the tensors. */
    record Description(
            Part safe, Part opposite, double embeddingScale, TuningCost cost, SoftPromptProvenance provenance) {}

    static JsonDocument document(String file) {
        return JsonDocument.description(
                file, "soft-prompt file", "Tune or copy it again.", "tune the prompts with this one");
    }

    static String write(SoftPrompts prompts) {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.put("format_version", VERSION);
        root.put("convention", CONVENTION);
        root.put("embedding_scale", prompts.embeddingScale());
        putPart(root.putObject("safe"), prompts.safe(), prompts.safeCurve());
        putPart(root.putObject("opposite"), prompts.opposite(), prompts.oppositeCurve());
        TuningJson.putCost(root.putObject("cost"), prompts.cost());
        putProvenance(root.putObject("provenance"), prompts.provenance());
        return JsonDocument.write(root);
    }

    private static void putPart(ObjectNode node, SoftPrompt prompt, TuningCurve curve) {
        node.put("initial_text", prompt.initialText());
        ArrayNode tokens = node.putArray("initial_tokens");
        prompt.initialTokens().forEach(tokens::add);
        TuningJson.putCurve(node, curve);
    }

    private static void putProvenance(ObjectNode node, SoftPromptProvenance p) {
        node.put("model_fingerprint", p.modelFingerprint());
        node.put("model_name", p.modelName());
        node.put("anchor_set_hash", p.anchorSetHash());
        ObjectNode anchors = node.putObject("anchors");
        p.anchors().forEach(anchors::put);
        node.put("template", p.template());
        node.put("slot", p.slot());
        node.put("seed", p.seed());
        ObjectNode settings = node.putObject("settings");
        p.settings().forEach((name, value) -> settings.put(name, finite(name, value)));
        ObjectNode versions = node.putObject("versions");
        p.versions().forEach(versions::put);
    }

    private static double finite(String key, double value) {
        if (!Double.isFinite(value)) {
            throw new BadRequest(
                    "cannot save the soft prompts: their " + key + " is " + value + ", expected a finite number.");
        }
        return value;
    }

    static Description read(String file, String json) {
        return document(file).read(json, VERSION, SoftPromptJson::description);
    }

    private static Description description(JsonFields root) {
        double scale = root.number("embedding_scale");
        if (!(scale > 0)) {
            throw root.wrong("embedding_scale", "positive", String.valueOf(scale));
        }
        return new Description(
                root.object("safe", SoftPromptJson::part),
                root.object("opposite", SoftPromptJson::part),
                scale,
                root.object("cost", TuningJson::cost),
                root.object("provenance", SoftPromptJson::provenance));
    }

    private static Part part(JsonFields json) {
        return new Part(json.string("initial_text"), json.integers("initial_tokens"), TuningJson.curve(json));
    }

    private static SoftPromptProvenance provenance(JsonFields json) {
        Map<String, Integer> anchors = json.map("anchors", JsonFields::integer);
        Map<String, Double> settings = json.map("settings", JsonFields::number);
        return new SoftPromptProvenance(
                json.string("model_fingerprint"),
                json.string("model_name"),
                json.string("anchor_set_hash"),
                anchors,
                json.string("template"),
                json.string("slot"),
                json.longInteger("seed"),
                settings,
                json.stringMap("versions"));
    }
}
