package dev.steering.langchain4j;

import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.request.DefaultChatRequestParameters;
import dev.steering.apply.named.SteeringCatalog;
import java.util.List;

/**
 * What chat models that stream and those that do not are made of.
 *
 * @param <B> the builder's own class
 */
public abstract sealed class SteeredModelBuilder<B extends SteeredModelBuilder<B>>
        permits SteeredChatModel.Builder, SteeredStreamingChatModel.Builder {
    private final SteeringCatalog catalog;
    private ChatRequestParameters defaults = DefaultChatRequestParameters.EMPTY;
    private List<ChatModelListener> listeners = List.of();

    SteeredModelBuilder(SteeringCatalog catalog) {
        this.catalog = catalog;
    }

    /**
     * @param parameters what requests that say nothing else have, {@link SteeredChatRequestParameters} for steering
     * @return this
     */
    public B defaultRequestParameters(ChatRequestParameters parameters) {
        defaults = parameters;
        return self();
    }

    /**
     * @param told are told of requests, answers and errors
     * @return this
     */
    public B listeners(List<ChatModelListener> told) {
        listeners = List.copyOf(told);
        return self();
    }

    @SuppressWarnings("unchecked") // B is the class itself
    private B self() {
        return (B) this;
    }

    SteeredRequests requests() {
        return new SteeredRequests(catalog, defaults);
    }

    List<ChatModelListener> listeners() {
        return listeners;
    }
}
