package dev.steering.langchain4j;

import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.steering.apply.ChatStream;
import dev.steering.apply.named.SteeringCatalog;
import dev.steering.core.SteeringException;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import org.jspecify.annotations.Nullable;

/**
 * LangChain4j's streaming chat model over a steered model in this process; requests and errors are those of {@link SteeredChatModel}. What
 * is not supported is thrown, everything else that goes wrong is told to the handler's {@code onError}.
 *
 * <p>{@link dev.langchain4j.model.chat.response.StreamingHandle#cancel} of a piece's context ends the answer at once, and the handler
 * hears no more of it. What a handler throws is told to its {@code onError}, and the answer goes on.
 *
 * <p>Thread-safe. A handler is called by one thread at a time, and by the caller's only for what goes wrong before the model has taken the
 * request. Does not close the steered model.
 */
public final class SteeredStreamingChatModel implements StreamingChatModel {
    private final SteeredRequests requests;
    private final List<ChatModelListener> listeners;

    private SteeredStreamingChatModel(Builder builder) {
        this.requests = builder.requests();
        this.listeners = builder.listeners();
    }

    /**
     * @param catalog the open model, and the vectors that requests may name
     * @return makes a streaming chat model of it
     */
    public static Builder builder(SteeringCatalog catalog) {
        return new Builder(catalog);
    }

    @Override
    public void doChat(ChatRequest request, StreamingChatResponseHandler handler) {
        StreamedAnswer answer = new StreamedAnswer(handler);
        try {
            dev.steering.apply.ChatRequest own = requests.read(request);
            ChatStream stream = requests.model().stream(own, answer::piece);
            answer.started(stream);
            CompletionStage<Void> unused = stream.response()
                    .handleAsync(
                            (response, error) -> end(answer, own, response, error), otherThan(Thread.currentThread()));
        } catch (SteeringException e) {
            answer.failed(SteeredErrors.translated(e));
        }
    }

    private @Nullable Void end(
            StreamedAnswer answer,
            dev.steering.apply.ChatRequest own,
            dev.steering.apply.@Nullable ChatResponse response,
            @Nullable Throwable error) {
        if (response != null) {
            answer.complete(requests.response(own, response));
        } else if (error != null) {
            answer.failed(SteeredErrors.translated(error));
        }
        return null;
    }

    /** The thread that brought the last piece goes on, unless the answer had ended before the caller could say what comes then. */
    private static Executor otherThan(Thread caller) {
        return task -> {
            if (Thread.currentThread().equals(caller)) {
                ForkJoinPool.commonPool().execute(task);
            } else {
                task.run();
            }
        };
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
        public SteeredStreamingChatModel build() {
            return new SteeredStreamingChatModel(this);
        }
    }
}
