package dev.steering.langchain4j;

import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.Content;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.TextContent;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.exception.UnsupportedFeatureException;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.request.ResponseFormatType;
import dev.langchain4j.model.chat.request.ToolChoice;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.steering.apply.GenerationOptions;
import dev.steering.apply.Message;
import dev.steering.apply.SteeredModel;
import dev.steering.apply.named.SteeringCatalog;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** LangChain4j's requests as the library's, and the library's answers as LangChain4j's. Thread-safe. */
final class SteeredRequests {
    private final SteeringCatalog catalog;
    private final SteeredChatRequestParameters defaults;

    /**
     * @param catalog the model and its vectors
     * @param defaults what requests that say nothing else have
     * @throws UnsupportedFeatureException if they ask for what there is not
     */
    SteeredRequests(SteeringCatalog catalog, ChatRequestParameters defaults) {
        this.catalog = catalog;
        this.defaults = SteeredChatRequestParameters.of(defaults);
        refuse(this.defaults);
    }

    SteeredModel model() {
        return catalog.model();
    }

    SteeredChatRequestParameters defaults() {
        return defaults;
    }

    /**
     * @param request with the defaults already in it
     * @return the same for the model
     * @throws UnsupportedFeatureException if it asks for what there is not
     * @throws dev.steering.core.SteeringException if it is no request that can be answered
     */
    dev.steering.apply.ChatRequest read(ChatRequest request) {
        refuse(request.parameters());
        List<Message> messages = new ArrayList<>();
        for (ChatMessage message : request.messages()) {
            messages.add(read(message));
        }
        SteeredChatRequestParameters parameters = SteeredChatRequestParameters.of(request.parameters());
        dev.steering.apply.ChatRequest.Builder own = dev.steering.apply.ChatRequest.builder(messages)
                .steering(catalog.prepare(parameters.steeringOrNone()))
                .options(options(parameters))
                .deadline(parameters.deadline());
        parameters.templateVariables().forEach(own::templateVariable);
        return own.build();
    }

    private static GenerationOptions options(SteeredChatRequestParameters parameters) {
        GenerationOptions.Builder options = GenerationOptions.builder()
                .temperature(or(parameters.temperature(), 0))
                .topP(or(parameters.topP(), 1))
                .minP(or(parameters.minP(), 0))
                .repetitionPenalty(or(parameters.repetitionPenalty(), 1))
                .topK(or(parameters.topK(), 0))
                .maxNewTokens(or(parameters.maxOutputTokens(), GenerationOptions.DEFAULT_MAX_NEW_TOKENS));
        if (parameters.seed() != null) {
            options.seed(parameters.seed());
        }
        if (parameters.stopSequences() != null) {
            options.stop(parameters.stopSequences().toArray(String[]::new));
        }
        return options.build();
    }

    private static double or(@Nullable Double said, double otherwise) {
        return said == null ? otherwise : said;
    }

    private static int or(@Nullable Integer said, int otherwise) {
        return said == null ? otherwise : said;
    }

    private static Message read(ChatMessage message) {
        if (message instanceof SystemMessage system) {
            return Message.system(system.text());
        }
        if (message instanceof UserMessage user) {
            if (user.name() != null) {
                throw unsupported("name", "users have no names in chat templates: leave it out");
            }
            List<String> texts = new ArrayList<>();
            for (Content content : user.contents()) {
                if (!(content instanceof TextContent text)) {
                    throw unsupported(
                            "content type " + content.type().name().toLowerCase(Locale.ROOT),
                            "the model reads text only");
                }
                texts.add(text.text());
            }
            return Message.user(String.join("\n", texts));
        }
        if (message instanceof AiMessage ai) {
            if (ai.hasToolExecutionRequests()) {
                throw unsupported("tool", "the model calls none, and cannot read that it did");
            }
            return Message.assistant(ai.text() == null ? "" : ai.text());
        }
        throw unsupported(
                "message type " + message.type().name().toLowerCase(Locale.ROOT),
                "a conversation has system, user and assistant messages");
    }

    /** What would otherwise be left out in silence. */
    private void refuse(ChatRequestParameters parameters) {
        String name = catalog.model().manifest().name();
        if (parameters.modelName() != null && !parameters.modelName().equals(name)) {
            throw unsupported(
                    "modelName", "this is the model '" + name + "', and '" + parameters.modelName() + "' is asked for");
        }
        if (parameters.toolChoice() == ToolChoice.REQUIRED) {
            throw unsupported("ToolChoice.REQUIRED", "the model calls no tools");
        }
        if (parameters.toolSpecifications() != null
                && !parameters.toolSpecifications().isEmpty()) {
            throw unsupported("tools", "the model calls none");
        }
        if (parameters.responseFormat() != null && parameters.responseFormat().type() == ResponseFormatType.JSON) {
            throw unsupported("JSON response format", "answers are text; ask for JSON in words, and check what comes");
        }
        if (or(parameters.frequencyPenalty(), 0) != 0) {
            throw unsupported("frequencyPenalty", "there is a repetitionPenalty");
        }
        if (or(parameters.presencePenalty(), 0) != 0) {
            throw unsupported("presencePenalty", "there is a repetitionPenalty");
        }
    }

    private static UnsupportedFeatureException unsupported(String what, String why) {
        return new UnsupportedFeatureException(what + " is not supported: " + why + ".");
    }

    /**
     * @param own what was asked
     * @param answer the model's answer
     * @return the same for LangChain4j
     */
    ChatResponse response(dev.steering.apply.ChatRequest own, dev.steering.apply.ChatResponse answer) {
        return ChatResponse.builder()
                .aiMessage(AiMessage.from(answer.text()))
                .metadata(SteeredChatResponseMetadata.of(
                        catalog.model().manifest().name(), answer, own.steering()))
                .build();
    }
}
