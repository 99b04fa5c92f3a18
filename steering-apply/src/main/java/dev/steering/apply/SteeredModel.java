package dev.steering.apply;

import dev.steering.apply.internal.DraftServer;
import dev.steering.apply.internal.Lifetime;
import dev.steering.apply.internal.SerialDelivery;
import dev.steering.core.Require;
import dev.steering.core.bundle.Bundle;
import dev.steering.core.bundle.BundleManifest;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.chat.PromptFormat;
import dev.steering.model.decode.Generation;
import dev.steering.model.pass.RuntimeOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An open model that answers the requests of any number of threads, each with a steering of its own. A scheduler writes them side by
 * side, first come, first served: a row of the batch that becomes free is taken by the next request at once, whatever its vector,
 * method, strength or length. The tokens of an answer are those that it has alone.
 *
 * <pre>{@code
 * try (SteeredModel model = SteeredModel.open(bundle)) {
 *     Prepared scans = model.prepare(Steering.scans(VectorFile.read(file)));
 *     ChatResponse answer = model.chat(ChatRequest.builder("How do I kill a Python process?").steering(scans).build());
 *     System.out.println(answer.text());
 * }
 * }</pre>
 *
 * <p>A vector of another model, chat template or template variables is refused when it is prepared, unless {@link
 * Steering#forAnyModel} says otherwise.
 *
 * <p>Thread-safe. {@link #close} may be called at any time: what is being written then fails with {@link
 * dev.steering.core.ModelClosed}; {@link #close(Duration)} lets it come to its end.
 */
public final class SteeredModel implements AutoCloseable {
    /** Rows of a batch unless told otherwise. */
    public static final int DEFAULT_MAX_BATCH = 16;

    /** Requests that may wait unless told otherwise. */
    public static final int DEFAULT_QUEUE_LIMIT = 1024;

    private final ChatModel model;
    private final DraftServer server;
    private final Prepared unsteered;
    private final Lifetime lifetime = new Lifetime();

    private SteeredModel(ChatModel model, int maxBatch, int queueLimit) {
        this.model = model;
        this.unsteered = Prepared.of(Steering.none(), model);
        this.server = new DraftServer(model, maxBatch, queueLimit);
    }

    /**
     * @param bundle directory of a model bundle
     * @return the model with its own chat template, on the best device with all cores
     * @throws dev.steering.core.SteeringException if it is not a bundle, lacks a tokenizer or cannot be loaded
     */
    public static SteeredModel open(Path bundle) {
        return builder(bundle).build();
    }

    /**
     * @param bundle directory of a model bundle
     * @return opens it as it is told
     */
    public static Builder builder(Path bundle) {
        return new Builder(bundle, null);
    }

    /**
     * @param model an open model, which is closed with this one
     * @return makes a steered model of it; what concerns its opening is not looked at
     */
    public static Builder builder(ChatModel model) {
        return new Builder(null, model);
    }

    /** @return what the bundle says about the model */
    public BundleManifest manifest() {
        return model.manifest();
    }

    /**
     * Checks steering against this model and brings it here, once for any number of requests.
     *
     * @param steering what to do
     * @return the same, for requests to this model
     * @throws dev.steering.core.ModelClosed if the model is closed
     * @throws dev.steering.core.WrongModel if a vector or soft prompts belong to another model, or to other circumstances of this one
     * @throws dev.steering.core.SteeringException if something is missing, a layer is out of range, or the sizes do not fit
     */
    public Prepared prepare(Steering steering) {
        return lifetime.during(() -> Prepared.of(steering, model));
    }

    /**
     * Answers, and waits for it. If the thread is interrupted meanwhile, the answer ends as it is with {@link FinishReason#CANCELLED},
     * and the thread stays interrupted.
     *
     * @param request what to answer and how
     * @return the answer
     * @throws dev.steering.core.QueueFull if too many requests wait
     * @throws dev.steering.core.DeadlineExceeded if the request's time ran out before anything was written
     * @throws dev.steering.core.ModelClosed if the model is closed, or closes before the answer is there
     * @throws dev.steering.core.ContextExceeded if the conversation does not fit
     * @throws dev.steering.core.SteeringException if it cannot be answered
     */
    public ChatResponse chat(ChatRequest request) {
        Asked asked = ask(request, piece -> {});
        server.submit(asked.ticket());
        CompletableFuture<Generation> text = asked.ticket().text();
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return asked.response(text.get());
                } catch (InterruptedException e) {
                    interrupted = true;
                    server.cancel(asked.ticket());
                } catch (ExecutionException e) {
                    throw rethrown(e.getCause());
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static RuntimeException rethrown(@Nullable Throwable cause) {
        if (cause instanceof RuntimeException e) {
            return e;
        }
        return new IllegalStateException("the answer failed", cause);
    }

    /**
     * Answers while the caller goes on.
     *
     * @param request what to answer and how
     * @param onText told the text piece by piece, one call after the other, on a thread of its own; a slow one delays nobody else. What
     *     could be the beginning of a stop text is held back. If it throws, the answer is cancelled
     * @return the answer as it is being written
     * @throws dev.steering.core.QueueFull if too many requests wait
     * @throws dev.steering.core.SteeringException if the request cannot be taken
     */
    public ChatStream stream(ChatRequest request, Consumer<String> onText) {
        SerialDelivery delivery = new SerialDelivery();
        CompletableFuture<ChatResponse> response = new CompletableFuture<>();
        AtomicReference<@Nullable Asked> self = new AtomicReference<>();
        Asked asked = ask(
                request,
                piece -> delivery.execute(() -> {
                    if (!response.isDone()) {
                        try {
                            onText.accept(piece);
                        } catch (RuntimeException | Error e) {
                            response.completeExceptionally(e);
                            Asked own = self.get();
                            if (own != null) {
                                server.cancel(own.ticket());
                            }
                        }
                    }
                }));
        self.set(asked);
        return submit(asked, delivery, response);
    }

    /**
     * Answers while the caller goes on, and tells nothing of the text before all of it is there: what {@link #stream} spends on every piece is
     * saved.
     *
     * @param request what to answer and how
     * @param onBegin told once, when there is text, on a thread of its own
     * @return the answer as it is being written
     * @throws dev.steering.core.QueueFull if too many requests wait
     * @throws dev.steering.core.SteeringException if the request cannot be taken
     */
    public ChatStream answer(ChatRequest request, Runnable onBegin) {
        SerialDelivery delivery = new SerialDelivery();
        AtomicBoolean begun = new AtomicBoolean();
        Asked asked = ask(request, piece -> {
            if (begun.compareAndSet(false, true)) {
                delivery.execute(onBegin);
            }
        });
        return submit(asked, delivery, new CompletableFuture<>());
    }

    private ChatStream submit(Asked asked, SerialDelivery delivery, CompletableFuture<ChatResponse> response) {
        CompletableFuture<Generation> unused = asked.ticket()
                .text()
                .whenComplete((text, failure) -> delivery.execute(() -> {
                    if (text == null) {
                        response.completeExceptionally(
                                failure == null ? new IllegalStateException("no text") : failure);
                        return;
                    }
                    try {
                        response.complete(asked.response(text));
                    } catch (RuntimeException e) {
                        response.completeExceptionally(e);
                    }
                }));
        server.submit(asked.ticket());
        return new ChatStream(() -> server.cancel(asked.ticket()), response);
    }

    private Asked ask(ChatRequest request, Consumer<String> onText) {
        return lifetime.during(() -> Asked.of(request, model, unsteered, onText));
    }

    /** @return how busy the model has been */
    public ModelStatistics statistics() {
        DraftServer.Load load = server.load();
        double mean = load.passes() == 0 ? 0 : (double) load.rows() / load.passes();
        return new ModelStatistics(load.passes(), mean, load.answered(), load.waiting(), load.writing());
    }

    /**
     * Takes no more requests, lets those that were taken come to their end, and frees the model. May be called more than once.
     *
     * @param drain how long to wait; what has not ended then fails with {@link dev.steering.core.ModelClosed}
     * @return whether everything that was taken came to its end, whoever closed
     */
    public boolean close(Duration drain) {
        boolean drained = server.close(drain);
        lifetime.end(model::close);
        return drained;
    }

    /** Takes no more requests, has those that were taken fail, waits for the pass that is running, and frees the model. */
    @Override
    public void close() {
        boolean unused = close(Duration.ZERO);
    }

    /** How a model is opened. Not thread-safe. */
    public static final class Builder {
        private final @Nullable Path bundle;
        private final @Nullable ChatModel open;
        private RuntimeOptions runtime = RuntimeOptions.defaults();
        private @Nullable PromptFormat format;
        private final Map<String, Object> templateVariables = new LinkedHashMap<>();
        private boolean escapesControlTokens;
        private int maxBatch = DEFAULT_MAX_BATCH;
        private int queueLimit = DEFAULT_QUEUE_LIMIT;

        private Builder(@Nullable Path bundle, @Nullable ChatModel open) {
            this.bundle = bundle;
            this.open = open;
        }

        /**
         * @param options threads and device
         * @return this
         */
        public Builder runtime(RuntimeOptions options) {
            runtime = options;
            return this;
        }

        /**
         * @param promptFormat how prompts are written; the model's own chat template unless told otherwise
         * @return this
         */
        public Builder promptFormat(PromptFormat promptFormat) {
            format = promptFormat;
            return this;
        }

        /**
         * @param name name of a variable of the chat template, such as {@code enable_thinking}
         * @param value its value: a boolean, number, text, list or map
         * @return this
         */
        public Builder templateVariable(String name, Object value) {
            templateVariables.put(name, value);
            return this;
        }

        /**
         * Has control tokens such as {@code <|end|>} in messages encoded as ordinary text, so that a user's words cannot end a turn or
         * begin another: for applications whose users are not to be trusted.
         *
         * @param escape whether they are; false unless told otherwise, as in transformers
         * @return this
         */
        public Builder escapeControlTokens(boolean escape) {
            escapesControlTokens = escape;
            return this;
        }

        /**
         * @param rows most rows of a batch, at least 1; an answer with two contexts takes two
         * @return this
         */
        public Builder maxBatch(int rows) {
            maxBatch = Require.atLeast("The most rows of a batch", rows, 1);
            return this;
        }

        /**
         * @param requests most requests that may wait, at least 1; more are refused with {@link dev.steering.core.QueueFull}
         * @return this
         */
        public Builder queueLimit(int requests) {
            queueLimit = Require.atLeast("The most requests that wait", requests, 1);
            return this;
        }

        /**
         * @return the open model; close it
         * @throws dev.steering.core.SteeringException if it is not a bundle, lacks a tokenizer or cannot be loaded
         */
        public SteeredModel build() {
            return new SteeredModel(open != null ? open : opened(), maxBatch, queueLimit);
        }

        private ChatModel opened() {
            Bundle opened = Bundle.open(Objects.requireNonNull(bundle));
            PromptFormat used = format == null ? PromptFormat.of(opened) : format;
            return ChatModel.open(
                    opened,
                    runtime,
                    used.withVariables(templateVariables)
                            .withEscapedControlTokens(escapesControlTokens || used.escapesControlTokens()));
        }
    }
}
