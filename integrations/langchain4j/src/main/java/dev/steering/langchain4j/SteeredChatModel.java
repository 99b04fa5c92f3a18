package dev.steering.langchain4j;

import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.steering.apply.named.SteeringCatalog;
import dev.steering.core.SteeringException;
import java.util.List;

/**
 * LangChain4j's chat model over a steered model in this process. Every request may say how it is steered, see {@link
 * SteeredChatRequestParameters}; what was decided about it is in {@link SteeredChatResponseMetadata}.
 *
 * <p>Tools, response formats other than text, images and other media, names of users, penalties of frequency or presence and other
 * models' names are an {@link dev.langchain4j.exception.UnsupportedFeatureException}. What the model refuses otherwise is one of
 * LangChain4j's exceptions, too, whose cause is the library's: a full queue is a {@link
 * dev.langchain4j.exception.RateLimitException}, time that ran out a {@link dev.langchain4j.exception.TimeoutException}, a closed model
 * a {@link dev.langchain4j.exception.NonRetriableException}, and all else that a caller can mend an {@link
 * dev.langchain4j.exception.InvalidRequestException}. An interrupt ends the answer as it is.
 *
 * <p>Thread-safe. Does not close the steered model.
 */
public final class SteeredChatModel implements ChatModel {
    private final SteeredRequests requests;
    private final List<ChatModelListener> listeners;

    private SteeredChatModel(Builder builder) {
        this.requests = builder.requests();
        this.listeners = builder.listeners();
    }

    /**
     * @param catalog the open model, and the vectors that requests may name
     * @return makes a chat model of it
     */
    public static Builder builder(SteeringCatalog catalog) {
        return new Builder(catalog);
    }

    @Override
    public ChatResponse doChat(ChatRequest request) {
        try {
            dev.steering.apply.ChatRequest own = requests.read(request);
            return requests.response(own, requests.model().chat(own));
        } catch (SteeringException e) {
            throw SteeredErrors.translated(e);
        }
    }

    @Override
    public ChatRequestParameters defaultRequestParameters() {
        return requests.defaults();
    }

    @Override
    public List<ChatModelListener> listeners() {
        return listeners;
    }

    /** Collects what a chat model is made of. Not thread-safe. */
    public static final class Builder extends SteeredModelBuilder<Builder> {
        private Builder(SteeringCatalog catalog) {
            super(catalog);
        }

        /**
         * @return the chat model
         * @throws dev.langchain4j.exception.UnsupportedFeatureException if the default parameters ask for what there is not
         */
        public SteeredChatModel build() {
            return new SteeredChatModel(this);
        }
    }
}
