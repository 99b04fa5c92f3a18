package dev.steering.apply;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** An answer that is being written. Thread-safe. */
public final class ChatStream {
    private final Runnable cancel;
    private final CompletableFuture<ChatResponse> response;

    ChatStream(Runnable cancel, CompletableFuture<ChatResponse> response) {
        this.cancel = cancel;
        this.response = response;
    }

    /** Ends the answer as it is, also before its first token; the response says {@link FinishReason#CANCELLED}. Has no effect later. */
    public void cancel() {
        cancel.run();
    }

    /**
     * @return the whole answer, complete after the last piece has been delivered; or the {@link dev.steering.core.SteeringException}
     *     that kept it from being written, or what the listener threw
     */
    public CompletionStage<ChatResponse> response() {
        return response.minimalCompletionStage();
    }
}
