package dev.steering.server;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.apply.MethodDefinition;
import dev.steering.apply.MethodRegistry;
import dev.steering.apply.SteeredModel;
import dev.steering.core.BadRequest;
import dev.steering.core.bundle.Bundle;
import dev.steering.core.json.JsonDocument;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.chat.PromptFormat;
import dev.steering.model.pass.RuntimeOptions;
import dev.steering.server.http.HttpError;
import dev.steering.server.http.HttpExchange;
import dev.steering.server.steer.SteeringChoice;
import dev.steering.server.steer.SteeringResolver;
import dev.steering.server.vectors.StoredVector;
import dev.steering.server.vectors.VectorStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The models that are served. A request names one as {@code NAME}, or with steering as {@code NAME+METHOD} or {@code NAME+METHOD@VECTOR}, for
 * clients that can say no more than a model. Thread-safe.
 */
final class ServedModels {
    private static final String NAME = "[A-Za-z0-9][A-Za-z0-9._-]{0,127}";

    private final Map<String, ServedModel> models = new TreeMap<>();
    private final VectorStore vectors;
    private final long created = System.currentTimeMillis() / 1000;

    private ServedModels(VectorStore vectors) {
        this.vectors = vectors;
    }

    /** Opens all, or none. */
    static ServedModels open(ServerSettings settings, RuntimeOptions runtime, VectorStore vectors) {
        ServedModels served = new ServedModels(vectors);
        try {
            for (Map.Entry<String, Path> entry : new TreeMap<>(settings.models()).entrySet()) {
                served.add(entry.getKey(), entry.getValue(), settings.limits(), runtime);
            }
            if (served.models.isEmpty()) {
                throw new BadRequest("There is no model to serve: name a bundle.");
            }
        } catch (RuntimeException | Error e) {
            boolean unused = served.close(Duration.ZERO);
            throw e;
        }
        return served;
    }

    private void add(String name, Path directory, ServerSettings.RequestLimits limits, RuntimeOptions runtime) {
        if (!name.matches(NAME)) {
            throw new BadRequest(
                    "A model cannot be called '" + name
                            + "': a name has letters, digits, points, hyphens and underscores. Give it another as NAME=BUNDLE.");
        }
        Bundle bundle = Bundle.open(directory);
        // Whoever asks may write what looks like a template's own marks.
        ChatModel chat = ChatModel.open(bundle, runtime, PromptFormat.of(bundle).withEscapedControlTokens(true));
        SteeredModel model = SteeredModel.builder(chat)
                .maxBatch(limits.rows())
                .queueLimit(limits.queue())
                .build();
        models.put(name, new ServedModel(name, chat, model, new SteeringResolver(model, vectors)));
    }

    /**
     * What a name in a request means.
     *
     * @param model the model
     * @param alias the steering that the name says
     */
    record Named(ServedModel model, SteeringChoice alias) {}

    /** @throws HttpError with status 404 if there is no such model */
    Named get(@Nullable String name) {
        if (name == null) {
            throw HttpError.badField("model", "'model' must name one of " + names() + ".");
        }
        int plus = name.indexOf('+');
        ServedModel model = models.get(plus < 0 ? name : name.substring(0, plus));
        if (model == null) {
            throw new HttpError(
                    404, "model_not_found", "model", "There is no model of that name. There are " + names() + ".");
        }
        if (plus < 0) {
            return new Named(model, SteeringChoice.NONE);
        }
        String steering = name.substring(plus + 1);
        int at = steering.indexOf('@');
        String method = at < 0 ? steering : steering.substring(0, at);
        if (!MethodRegistry.names().contains(method)) {
            throw new HttpError(
                    404,
                    "model_not_found",
                    "model",
                    "Behind the + of a model's name stands a method. There are "
                            + String.join(", ", MethodRegistry.names()) + ".");
        }
        return new Named(model, SteeringChoice.of(method, at < 0 ? null : steering.substring(at + 1)));
    }

    private String names() {
        return String.join(", ", models.keySet());
    }

    Collection<ServedModel> all() {
        return models.values();
    }

    /** The models, then each with the methods that need no more than their names. */
    void list(HttpExchange exchange) {
        ObjectNode root = JsonNodeFactory.instance.objectNode().put("object", "list");
        ArrayNode data = root.putArray("data");
        ids().forEach(id -> data.add(described(id)));
        exchange.sendJson(200, JsonDocument.write(root));
    }

    void one(HttpExchange exchange) {
        String id = exchange.pathValue("model");
        Named unused = get(id);
        exchange.sendJson(200, JsonDocument.write(described(id)));
    }

    private ObjectNode described(String id) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("id", id)
                .put("object", "model")
                .put("created", created)
                .put("owned_by", "steering");
    }

    private List<String> ids() {
        List<String> ids = new ArrayList<>(models.keySet());
        for (ServedModel model : models.values()) {
            for (MethodDefinition method : MethodRegistry.all()) {
                if (method.required().isEmpty()) {
                    ids.add(model.name() + "+" + method.name());
                } else if (method.needsVector()) {
                    for (StoredVector vector : vectors.all()) {
                        if (model.steering().isUsable(method.name(), vector.name())) {
                            ids.add(model.name() + "+" + method.name() + "@" + vector.name());
                        }
                    }
                }
            }
        }
        return ids.stream().distinct().collect(Collectors.toList());
    }

    boolean close(Duration drain) {
        boolean drained = true;
        for (ServedModel model : models.values()) {
            drained &= model.model().close(drain);
        }
        return drained;
    }
}
