package dev.steering.apply.internal;

import dev.steering.core.SteeringException;
import dev.steering.model.decode.Draft;
import dev.steering.model.decode.Generation;
import dev.steering.model.decode.Generation.Finish;
import dev.steering.model.decode.TokenListener;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One caller's text, from when it is asked for until it is there. Thread-safe. */
public final class Ticket implements TokenListener {
    private static final Duration LONGEST = Duration.ofDays(3650);

    private final Draft draft;
    private final Consumer<String> onText;
    private final long deadline;
    private final boolean timed;
    private final CompletableFuture<Generation> text = new CompletableFuture<>();
    private volatile boolean cancelled;
    private volatile @Nullable RuntimeException abort;

    /**
     * @param draft what to write; its listener becomes this ticket
     * @param onText told the text as it becomes certain, on the loop's thread
     * @param deadline when its time runs out, in {@link System#nanoTime}; null for never
     */
    public Ticket(Draft draft, Consumer<String> onText, @Nullable Long deadline) {
        this.draft = draft.with(draft.options(), this);
        this.onText = onText;
        this.timed = deadline != null;
        this.deadline = deadline == null ? 0 : deadline;
    }

    /**
     * @param duration any duration
     * @return its nanoseconds; 0 for negative ones, ten years for longer ones, which {@link System#nanoTime} could not add
     */
    public static long nanos(Duration duration) {
        if (duration.isNegative()) {
            return 0;
        }
        return duration.compareTo(LONGEST) > 0 ? LONGEST.toNanos() : duration.toNanos();
    }

    /** @return what is written */
    public Draft draft() {
        return draft;
    }

    /** @return the text, or why there is none; never completed by anybody but the server */
    public CompletableFuture<Generation> text() {
        return text;
    }

    @Override
    public boolean onText(int index, String piece) {
        if (!piece.isEmpty()) {
            onText.accept(piece);
        }
        return true;
    }

    @Override
    public @Nullable Finish interrupted(int index) {
        if (cancelled || abort != null) {
            return Finish.CANCELLED;
        }
        return isLate() ? Finish.DEADLINE : null;
    }

    boolean isLate() {
        return timed && System.nanoTime() - deadline >= 0;
    }

    boolean isUnwanted() {
        return cancelled || isLate();
    }

    void cancel() {
        cancelled = true;
    }

    /** Has it fail, however far it has come. */
    void abort(Supplier<? extends RuntimeException> reason) {
        abort = reason.get();
    }

    void complete(Generation written) {
        RuntimeException failure = abort;
        if (failure != null) {
            text.completeExceptionally(failure);
        } else {
            text.complete(written);
        }
    }

    /** Ends it before anything was written. */
    void drop() {
        complete(new Generation(List.of(), "", cancelled ? Finish.CANCELLED : Finish.DEADLINE));
    }

    /** Fails; what is no error that callers know becomes one. */
    void fail(Throwable reason) {
        text.completeExceptionally(
                reason instanceof SteeringException
                        ? reason
                        : new SteeringException("The model failed while it wrote: " + reason + ".", reason));
    }
}
