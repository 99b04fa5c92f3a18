package dev.steering.server;

import com.fasterxml.jackson.databind.JsonNode;
import dev.steering.apply.ChatRequest;
import dev.steering.apply.GenerationOptions;
import dev.steering.apply.Message;
import dev.steering.server.ServedModels.Named;
import dev.steering.server.http.HttpError;
import dev.steering.server.http.HttpExchange;
import dev.steering.server.openai.AnswerJson;
import dev.steering.server.openai.ConversationFields;
import dev.steering.server.openai.RequestFields;
import dev.steering.server.openai.SamplingFields;
import dev.steering.server.openai.SamplingFields.Bounds;
import dev.steering.server.openai.SamplingFields.Sampling;
import dev.steering.server.steer.SteeringChoice;
import dev.steering.server.steer.SteeringResolver.Resolved;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Chats and completions. */
final class AnswerEndpoint {
    private static final Set<String> OFF = Set.of("false", "1", "");

    private final ServedModels models;
    private final ServerSettings.RequestLimits limits;
    private final boolean logsText;
    private final ServerMetrics metrics;
    private final Failures failures;

    AnswerEndpoint(ServedModels models, ServerSettings settings, ServerMetrics metrics, Failures failures) {
        this.models = models;
        this.limits = settings.limits();
        this.logsText = settings.logsText();
        this.metrics = metrics;
        this.failures = failures;
    }

    void chat(HttpExchange exchange) {
        answer(exchange, true);
    }

    void completion(HttpExchange exchange) {
        answer(exchange, false);
    }

    private void answer(HttpExchange exchange, boolean chat) {
        RequestFields fields = RequestFields.of(exchange.body());
        String name = fields.text("model");
        Named named = models.get(name);
        exchange.note("model", named.model().name());
        List<Message> messages =
                chat ? ConversationFields.read(fields, limits.messages()) : List.of(Message.user(prompt(fields)));
        if (logsText) {
            exchange.note(
                    "messages",
                    messages.stream()
                            .map(message -> message.role() + ": " + message.content())
                            .toList());
        }
        SteeringChoice choice = SteeringChoice.read(fields, named.alias());
        Sampling sampling = SamplingFields.read(
                fields, new Bounds(limits.defaultTokens(), limits.tokens(), limits.answers()), chat);
        Map<String, Object> variables = variables(fields);
        fields.requireNoMore();
        Resolved steering = named.model().steering().resolve(choice);
        if (steering != null) {
            exchange.note("steering", steering.method());
            if (steering.vector() != null) {
                exchange.note("vector", steering.vector().name());
            }
        }
        String id = (chat ? "chatcmpl-" : "cmpl-") + exchange.id();
        AnswerJson json = new AnswerJson(
                chat, id, System.currentTimeMillis() / 1000, String.valueOf(name), sampling.likelihoods());
        List<ChatRequest> requests = sampling.each().stream()
                .map(options -> request(messages, steering, options, variables, chat))
                .toList();
        new AnswerRun(
                        exchange,
                        named.model(),
                        steering,
                        json,
                        new AnswerRun.Told(sampling, logsText),
                        metrics,
                        failures)
                .begin(requests);
    }

    private ChatRequest request(
            List<Message> messages,
            @Nullable Resolved steering,
            GenerationOptions options,
            Map<String, Object> variables,
            boolean chat) {
        ChatRequest.Builder request = ChatRequest.builder(messages)
                .steering(steering == null ? null : steering.prepared())
                .options(options)
                .deadline(limits.time());
        variables.forEach(request::templateVariable);
        return chat ? request.build() : request.withoutTemplate().build();
    }

    private static String prompt(RequestFields fields) {
        fields.refuse("suffix", OFF, "this server writes on behind a text only.");
        fields.refuse("echo", OFF, "this server does not repeat the prompt.");
        fields.refuse("best_of", OFF, "this server does not choose among answers; use n.");
        JsonNode prompt = fields.get("prompt");
        JsonNode text = prompt != null && prompt.isArray() && prompt.size() == 1 ? prompt.get(0) : prompt;
        if (text == null || !text.isTextual() || text.textValue().isEmpty()) {
            throw fields.wrong("prompt", "must be one text that is not empty");
        }
        return text.textValue();
    }

    /** As vLLM has them: variables of the chat template, such as enable_thinking. */
    private static Map<String, Object> variables(RequestFields fields) {
        Map<String, Object> variables = new LinkedHashMap<>();
        JsonNode given = fields.get("chat_template_kwargs");
        if (given == null) {
            return variables;
        }
        for (Map.Entry<String, JsonNode> entry : given.properties()) {
            JsonNode value = entry.getValue();
            if (value.isBoolean()) {
                variables.put(entry.getKey(), value.booleanValue());
            } else if (value.isIntegralNumber() && value.canConvertToLong()) {
                variables.put(entry.getKey(), value.longValue());
            } else if (value.isTextual()) {
                variables.put(entry.getKey(), value.textValue());
            } else {
                throw HttpError.badField(
                        "chat_template_kwargs",
                        "'chat_template_kwargs' must hold true, false, whole numbers or texts.");
            }
        }
        if (!given.isObject()) {
            throw fields.wrong("chat_template_kwargs", "must be an object");
        }
        return variables;
    }
}
