package dev.steering.cli.answers;

import dev.steering.apply.ChatResponse;
import dev.steering.apply.ChatStream;
import dev.steering.apply.FinishReason;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * An answer as somebody sees it, from before its stream is known: its first words may come, and the key be pressed, while the thread
 * that asked for it has not yet got anything to cancel. The model may be words ahead of what is shown, so a cancelled answer is what
 * was shown of it. Any thread may cancel.
 */
final class ShownAnswer {
    private final CompletableFuture<ChatStream> stream = new CompletableFuture<>();
    private final StringBuilder shown = new StringBuilder();
    private boolean cancelled;

    /** Ends the answer: nothing more is shown, and the model is told as soon as it is known how. */
    void cancel() {
        synchronized (this) {
            cancelled = true;
        }
        CompletableFuture<Void> unused = stream.thenAccept(ChatStream::cancel);
    }

    /**
     * @param piece the next words
     * @return whether to show them
     */
    synchronized boolean show(String piece) {
        if (!cancelled) {
            shown.append(piece);
        }
        return !cancelled;
    }

    /**
     * Waits for the whole answer.
     *
     * @param begun what is being written
     * @return it, up to where it was cancelled
     */
    ChatResponse await(ChatStream begun) {
        stream.complete(begun);
        ChatResponse whole;
        try {
            whole = begun.response().toCompletableFuture().join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
        return cut(whole);
    }

    private synchronized ChatResponse cut(ChatResponse whole) {
        if (!cancelled || shown.length() >= whole.text().length()) {
            return whole;
        }
        return new ChatResponse(shown.toString(), FinishReason.CANCELLED, null, whole.usage(), whole.decisions());
    }
}
