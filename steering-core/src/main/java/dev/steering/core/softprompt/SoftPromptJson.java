package dev.steering.core.softprompt;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.core.SteeringException;
import dev.steering.core.json.JsonDocument;
import dev.steering.core.json.JsonFields;
import dev.steering.core.softprompt.TuningCurve.Ending;
import dev.steering.core.softprompt.TuningCurve.Epoch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
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
        return new JsonDocument(file, "soft-prompt file", "Tune or copy it again.", "tune the prompts with this one");
    }

    static String write(SoftPrompts prompts) {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.put("format_version", VERSION);
        root.put("convention", CONVENTION);
        root.put("embedding_scale", prompts.embeddingScale());
        putPart(root.putObject("safe"), prompts.safe(), prompts.safeCurve());
        putPart(root.putObject("opposite"), prompts.opposite(), prompts.oppositeCurve());
        root.putObject("cost")
                .put("steps", prompts.cost().steps())
                .put("gradient_tokens", prompts.cost().gradientTokens())
                .put("evaluation_tokens", prompts.cost().evaluationTokens());
        putProvenance(root.putObject("provenance"), prompts.provenance());
        return JsonDocument.write(root);
    }

    private static void putPart(ObjectNode node, SoftPrompt prompt, TuningCurve curve) {
        node.put("initial_text", prompt.initialText());
        ArrayNode tokens = node.putArray("initial_tokens");
        prompt.initialTokens().forEach(tokens::add);
        putCurve(node, curve);
    }

    static void putCurve(ObjectNode node, TuningCurve curve) {
        ArrayNode train = node.putArray("train_loss");
        ArrayNode heldOut = node.putArray("held_out_loss");
        for (Epoch epoch : curve.epochs()) {
            train.add(finite("train_loss", epoch.train()));
            heldOut.add(finite("held_out_loss", epoch.heldOut()));
        }
        node.put("best_epoch", curve.best());
        node.put("ending", curve.ending().name().toLowerCase(Locale.ROOT));
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
            throw new SteeringException(
                    "cannot save the soft prompts: their " + key + " is " + value + ", expected a finite number.");
        }
        return value;
    }

    static Description read(String file, String json) {
        JsonFields root = document(file).read(json, VERSION);
        double scale = root.number("embedding_scale");
        if (!(scale > 0)) {
            throw root.damaged("its description's 'embedding_scale' must be positive, found " + scale);
        }
        JsonFields cost = root.object("cost");
        return new Description(
                part(root.object("safe")),
                part(root.object("opposite")),
                scale,
                new TuningCost(
                        cost.longInteger("steps"),
                        cost.longInteger("gradient_tokens"),
                        cost.longInteger("evaluation_tokens")),
                provenance(root.object("provenance")));
    }

    private static Part part(JsonFields json) {
        return new Part(json.string("initial_text"), json.integers("initial_tokens"), curve(json));
    }

    private static TuningCurve curve(JsonFields json) {
        List<Double> train = json.numbers("train_loss");
        List<Double> heldOut = json.numbers("held_out_loss");
        int best = json.integer("best_epoch");
        if (train.size() != heldOut.size() || best < 0 || best >= train.size()) {
            throw json.damaged("its description's '" + json.path("train_loss") + "' has " + train.size()
                    + " epochs, 'held_out_loss' " + heldOut.size() + ", and the best of them is number " + best);
        }
        List<Epoch> epochs = new ArrayList<>();
        for (int i = 0; i < train.size(); i++) {
            epochs.add(new Epoch(train.get(i), heldOut.get(i)));
        }
        return new TuningCurve(epochs, best, ending(json));
    }

    private static Ending ending(JsonFields json) {
        String name = json.string("ending");
        return Arrays.stream(Ending.values())
                .filter(ending -> ending.name().toLowerCase(Locale.ROOT).equals(name))
                .findFirst()
                .orElseThrow(() -> json.damaged("its description's '" + json.path("ending")
                        + "' must be epochs, held_out or finished, found '" + name + "'"));
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
