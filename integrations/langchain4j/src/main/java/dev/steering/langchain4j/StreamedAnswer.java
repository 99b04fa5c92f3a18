package dev.steering.langchain4j;

import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.PartialResponse;
import dev.langchain4j.model.chat.response.PartialResponseContext;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.chat.response.StreamingHandle;
import dev.steering.apply.ChatStream;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells a handler of one answer, until it cancels. The first piece may come before the caller knows the stream. */
final class StreamedAnswer implements StreamingHandle {
    private static final Logger LOG = LoggerFactory.getLogger(SteeredStreamingChatModel.class);

    private final StreamingChatResponseHandler handler;
    private final PartialResponseContext context = new PartialResponseContext(this);
    private final AtomicReference<@Nullable ChatStream> stream = new AtomicReference<>();
    private final AtomicBoolean cancelled = new AtomicBoolean();

    StreamedAnswer(StreamingChatResponseHandler handler) {
        this.handler = handler;
    }

    void started(ChatStream answer) {
        stream.set(answer);
        if (cancelled.get()) {
            answer.cancel();
        }
    }

    @Override
    public void cancel() {
        cancelled.set(true);
        ChatStream answer = stream.get();
        if (answer != null) {
            answer.cancel();
        }
    }

    @Override
    public boolean isCancelled() {
        return cancelled.get();
    }

    void piece(String text) {
        if (!cancelled.get() && !text.isEmpty()) {
            guarded(() -> handler.onPartialResponse(new PartialResponse(text), context));
        }
    }

    void complete(ChatResponse response) {
        if (!cancelled.get()) {
            guarded(() -> handler.onCompleteResponse(response));
        }
    }

    void failed(Throwable error) {
        if (!cancelled.get()) {
            tell(error);
        }
    }

    private void guarded(Runnable call) {
        try {
            call.run();
        } catch (RuntimeException e) {
            tell(e);
        }
    }

    private void tell(Throwable error) {
        try {
            handler.onError(error);
        } catch (RuntimeException e) {
            LOG.warn("the handler of a streamed answer failed in onError, which is left out", e);
        }
    }
}
