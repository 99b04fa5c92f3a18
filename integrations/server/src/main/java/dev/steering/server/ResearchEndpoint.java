package dev.steering.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.apply.Message;
import dev.steering.core.json.JsonDocument;
import dev.steering.core.vector.Anchoring;
import dev.steering.core.vector.LayerMatrix;
import dev.steering.core.vector.ModelCheck;
import dev.steering.core.vector.SteeringVector;
import dev.steering.model.activation.ActivationReader;
import dev.steering.model.activation.Transition;
import dev.steering.model.activation.Transitions;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.chat.ModelIdentities;
import dev.steering.model.chat.Turn;
import dev.steering.model.pass.Capture;
import dev.steering.server.http.HttpError;
import dev.steering.server.http.HttpExchange;
import dev.steering.server.openai.ConversationFields;
import dev.steering.server.openai.RequestFields;
import dev.steering.server.vectors.VectorStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** What a model's states say about a question, without an answer: one pass each. */
final class ResearchEndpoint {
    private static final int AT_ONCE = 2;
    private static final int MOST_MESSAGES = 256;

    private final ServedModels models;
    private final VectorStore vectors;
    private final Semaphore free = new Semaphore(AT_ONCE);

    ResearchEndpoint(ServedModels models, VectorStore vectors) {
        this.models = models;
        this.vectors = vectors;
    }

    /** The cosines from which SCANS's score is made, and how far the question lies along the vector, layer by layer. */
    void trace(HttpExchange exchange) {
        RequestFields fields = RequestFields.of(exchange.body());
        ServedModel model = models.get(fields.text("model")).model();
        int[] prompt = model.chat().encode(turns(fields));
        String name = fields.text("vector");
        boolean any = fields.flag("any_model", false);
        fields.requireNoMore();
        if (name == null) {
            throw HttpError.badField("vector", "'vector' must name a vector.");
        }
        SteeringVector vector = vectors.get(name).vector();
        ModelIdentities.requireFits(model.chat(), null, vector, any ? ModelCheck.ANY_MODEL : ModelCheck.SAME_MODEL);
        ObjectNode root = JsonNodeFactory.instance
                .objectNode()
                .put("object", "steering.trace")
                .put("model", model.name())
                .put("vector", name)
                .put("prompt_tokens", prompt.length);
        pass(() -> trace(model.chat(), prompt, vector, root));
        exchange.sendJson(200, JsonDocument.write(root));
    }

    private static void trace(ChatModel model, int[] prompt, SteeringVector vector, ObjectNode root) {
        float[][][] last = states(model, prompt, Capture.token(prompt.length - 1));
        LayerMatrix reference = vector.transitionReference();
        double[] cosines = reference == null ? null : cosines(model, prompt, vector, reference);
        ArrayNode layers = root.putArray("layers");
        for (int layer = 0; layer < model.manifest().layers(); layer++) {
            ObjectNode node = layers.addObject().put("layer", layer);
            node.put(
                    "projection", projection(last[0][layer], vector.directions().row(layer)));
            if (cosines != null) {
                node.put("transition_cosine", cosines[layer]);
            }
        }
        Anchoring anchoring = vector.anchoring();
        if (cosines != null && anchoring != null) {
            double score = Transition.score(cosines, anchoring.calibration().classifierLayers());
            ObjectNode gate = root.putObject("gate").put("score", score);
            gate.put("threshold", anchoring.calibration().threshold())
                    .put("harmful", score >= anchoring.calibration().threshold());
            anchoring.calibration().classifierLayers().forEach(gate.putArray("layers")::add);
        }
    }

    private static double[] cosines(ChatModel model, int[] prompt, SteeringVector vector, LayerMatrix reference) {
        List<double[]> read = new ArrayList<>();
        Transitions.of(model)
                .withState(vector.transitionState())
                .read("trace", List.of(prompt), (index, transition) -> read.add(transition.cosines(reference)));
        return read.get(0);
    }

    /** How long the state is along the direction, with its sign. */
    private static double projection(float[] state, float[] direction) {
        double dot = 0;
        double square = 0;
        for (int i = 0; i < state.length; i++) {
            dot += (double) state[i] * direction[i];
            square += (double) direction[i] * direction[i];
        }
        return square == 0 ? 0 : dot / Math.sqrt(square);
    }

    /** The residual stream behind layers, at the question's last token or its mean over all. */
    void activations(HttpExchange exchange) {
        RequestFields fields = RequestFields.of(exchange.body());
        ServedModel model = models.get(fields.text("model")).model();
        int[] prompt = model.chat().encode(turns(fields));
        String pooling = fields.text("pooling");
        JsonNode wanted = fields.get("layers");
        fields.requireNoMore();
        if (pooling != null && !pooling.equals("last") && !pooling.equals("mean")) {
            throw HttpError.badField("pooling", "'pooling' must be last or mean.");
        }
        int count = model.chat().manifest().layers();
        List<Integer> layers = layers(wanted, count);
        boolean mean = "mean".equals(pooling);
        Capture capture = mean ? new Capture(0, prompt.length - 1) : Capture.token(prompt.length - 1);
        List<float[][][]> read = new ArrayList<>();
        pass(() -> read.add(states(model.chat(), prompt, capture)));
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.put("object", "steering.activations")
                .put("model", model.name())
                .put("pooling", mean ? "mean" : "last")
                .put("prompt_tokens", prompt.length);
        ArrayNode data = root.putArray("data");
        for (int layer : layers) {
            ArrayNode values = data.addObject().put("layer", layer).putArray("values");
            for (float value : read.get(0)[0][layer]) {
                values.add(value);
            }
        }
        exchange.sendJson(200, JsonDocument.write(root));
    }

    private static List<Integer> layers(@Nullable JsonNode wanted, int count) {
        List<Integer> layers = new ArrayList<>();
        if (wanted == null) {
            for (int layer = 0; layer < count; layer++) {
                layers.add(layer);
            }
            return layers;
        }
        for (JsonNode layer : wanted) {
            if (!layer.isInt() || layer.intValue() < 0 || layer.intValue() >= count || layers.size() >= count) {
                throw HttpError.badField("layers", "'layers' must be a list of layers from 0 to " + (count - 1) + ".");
            }
            layers.add(layer.intValue());
        }
        if (layers.isEmpty()) {
            throw HttpError.badField("layers", "'layers' must be a list of layers from 0 to " + (count - 1) + ".");
        }
        return layers;
    }

    private static float[][][] states(ChatModel model, int[] prompt, Capture capture) {
        List<float[][][]> read = new ArrayList<>();
        ActivationReader.of(model.model())
                .read("states", List.of(prompt), List.of(List.of(capture)), (index, captured) -> read.add(captured));
        return read.get(0);
    }

    private static List<Turn> turns(RequestFields fields) {
        List<Message> messages = ConversationFields.read(fields, MOST_MESSAGES);
        return messages.stream()
                .map(message -> new Turn(message.role().toString(), message.content()))
                .toList();
    }

    /** Answers go first: few passes of this kind are run beside theirs. */
    private void pass(Runnable work) {
        if (!free.tryAcquire()) {
            throw new HttpError(
                    429,
                    "too_many_requests",
                    null,
                    AT_ONCE + " questions are being read, which is the limit. Try again.");
        }
        try {
            work.run();
        } finally {
            free.release();
        }
    }
}
