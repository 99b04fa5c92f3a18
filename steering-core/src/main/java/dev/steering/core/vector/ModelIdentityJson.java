package dev.steering.core.vector;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.core.json.JsonFields;
import dev.steering.core.vector.ModelIdentity.Frame;
import java.util.List;
import java.util.Map;

/** What is known of a model, as a part of the provenance in a vector file's JSON document: only what is known is written. */
final class ModelIdentityJson {
    private static final String FINGERPRINT = "model_fingerprint";
    private static final String CONFIG = "model_config";
    private static final String VOCABULARY = "model_vocabulary";
    private static final String FRAME = "prompt_frame";

    private ModelIdentityJson() {}

    /** The fingerprint stands where version 1 has it, at the beginning; the rest comes after what that version knows. */
    static void putFingerprint(ObjectNode provenance, ModelIdentity model) {
        if (model.fingerprint() != null) {
            provenance.put(FINGERPRINT, model.fingerprint());
        }
    }

    static void put(ObjectNode provenance, ModelIdentity model) {
        Map<String, String> config = model.config();
        if (config != null) {
            putMap(provenance.putObject(CONFIG), config);
        }
        if (model.vocabulary() != null) {
            provenance.put(VOCABULARY, model.vocabulary());
        }
        Frame frame = model.frame();
        if (frame != null) {
            ObjectNode node = provenance.putObject(FRAME);
            node.put("format", frame.format());
            putIntegers(node.putArray("head"), frame.head());
            putIntegers(node.putArray("tail"), frame.tail());
            node.put("head_text", frame.headText());
            node.put("tail_text", frame.tailText());
            putMap(node.putObject("variables"), frame.variables());
            if (frame.system() != null) {
                node.put("system", frame.system());
            }
        }
    }

    private static void putMap(ObjectNode node, Map<String, String> map) {
        map.forEach(node::put);
    }

    private static void putIntegers(ArrayNode array, List<Integer> values) {
        values.forEach(array::add);
    }

    static ModelIdentity read(JsonFields provenance) {
        return new ModelIdentity(
                provenance.has(FINGERPRINT) ? provenance.string(FINGERPRINT) : null,
                provenance.has(CONFIG) ? provenance.stringMap(CONFIG) : null,
                provenance.has(VOCABULARY) ? provenance.string(VOCABULARY) : null,
                provenance.optional(FRAME, ModelIdentityJson::frame));
    }

    private static Frame frame(JsonFields json) {
        return new Frame(
                json.string("format"),
                json.integers("head"),
                json.integers("tail"),
                json.string("head_text"),
                json.string("tail_text"),
                json.stringMap("variables"),
                json.has("system") ? json.string("system") : null);
    }
}
