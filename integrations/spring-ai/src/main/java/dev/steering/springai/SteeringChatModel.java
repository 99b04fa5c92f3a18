package dev.steering.springai;

import dev.steering.apply.ChatRequest;
import dev.steering.apply.ChatStream;
import dev.steering.apply.named.SteeringCatalog;
import dev.steering.core.SteeringException;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.contextpropagation.ObservationThreadLocalAccessor;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.MessageAggregator;
import org.springframework.ai.chat.observation.ChatModelObservationContext;
import org.springframework.ai.chat.observation.ChatModelObservationConvention;
import org.springframework.ai.chat.observation.ChatModelObservationDocumentation;
import org.springframework.ai.chat.observation.DefaultChatModelObservationConvention;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.chat.prompt.Prompt;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;

/**
 * Spring AI's chat model over a steered model in this process. Every prompt may say how it is steered, see {@link SteeringChatOptions}; what
 * was decided about it is in the response's metadata under the names of {@link SteeringMetadata}.
 *
 * <p>Tools, media, penalties of frequency or presence and other models' names are refused, not left out. Errors are Spring AI's, with the
 * library's as their cause: {@link org.springframework.ai.retry.TransientAiException} for a full queue and for time that ran out, {@link
 * org.springframework.ai.retry.NonTransientAiException} for everything else. An interrupt ends a call's answer as it is. Whoever disposes of
 * a stream ends its answer at once.
 *
 * <p>Thread-safe. Does not close the steered model.
 */
public final class SteeringChatModel implements ChatModel {
    private static final String PROVIDER = "steering";
    private static final ChatModelObservationConvention CONVENTION = new DefaultChatModelObservationConvention();

    private final PromptReading prompts;
    private final SteeringCatalog catalog;
    private final ObservationRegistry observations;
    private final @Nullable ChatModelObservationConvention convention;

    private SteeringChatModel(Builder builder) {
        this.catalog = builder.catalog;
        this.prompts = new PromptReading(builder.catalog, builder.defaults);
        this.observations = builder.observations;
        this.convention = builder.convention;
    }

    /**
     * @param catalog the open model, and the vectors that prompts may name
     * @return makes a chat model of it
     */
    public static Builder builder(SteeringCatalog catalog) {
        return new Builder(catalog);
    }

    @Override
    public ChatResponse call(Prompt prompt) {
        Prompt whole = prompts.withDefaults(prompt);
        ChatModelObservationContext context = context(whole);
        return observation(context).observe(() -> {
            ChatResponse response = answered(whole);
            context.setResponse(response);
            return response;
        });
    }

    private ChatResponse answered(Prompt prompt) {
        try {
            ChatRequest own = prompts.read(prompt);
            return new ChatAnswer(catalog, own, id()).whole(catalog.model().chat(own));
        } catch (SteeringException e) {
            throw SpringErrors.translated(e);
        }
    }

    /** Each subscription asks anew. The last response has no text, but the reason of the end, what it took and what was decided. */
    @Override
    public Flux<ChatResponse> stream(Prompt prompt) {
        return Flux.deferContextual(subscriber -> {
            Prompt whole = prompts.withDefaults(prompt);
            ChatModelObservationContext context = context(whole);
            Observation observation = observation(context);
            observation
                    .parentObservation(subscriber.getOrDefault(ObservationThreadLocalAccessor.KEY, null))
                    .start();
            Flux<ChatResponse> pieces = Flux.<ChatResponse>create(sink -> stream(whole, sink))
                    .doOnError(observation::error)
                    .doFinally(signal -> observation.stop())
                    .contextWrite(view -> view.put(ObservationThreadLocalAccessor.KEY, observation));
            return new MessageAggregator().aggregate(pieces, context::setResponse);
        });
    }

    private void stream(Prompt prompt, FluxSink<ChatResponse> sink) {
        try {
            ChatRequest own = prompts.read(prompt);
            ChatAnswer answer = new ChatAnswer(catalog, own, id());
            ChatStream stream = catalog.model().stream(own, piece -> sink.next(answer.piece(piece)));
            sink.onDispose(stream::cancel);
            CompletionStage<Void> unused = stream.response().handle((response, error) -> {
                if (response != null) {
                    sink.next(answer.end(response));
                    sink.complete();
                } else if (error != null) {
                    sink.error(SpringErrors.translated(error));
                }
                return null;
            });
        } catch (SteeringException e) {
            sink.error(SpringErrors.translated(e));
        }
    }

    private static String id() {
        return "steered-" + UUID.randomUUID();
    }

    private static ChatModelObservationContext context(Prompt prompt) {
        return ChatModelObservationContext.builder()
                .prompt(prompt)
                .provider(PROVIDER)
                .build();
    }

    private Observation observation(ChatModelObservationContext context) {
        return ChatModelObservationDocumentation.CHAT_MODEL_OPERATION.observation(
                convention, CONVENTION, () -> context, observations);
    }

    @Override
    public ChatOptions getDefaultOptions() {
        return prompts.defaults().copy();
    }

    /** Collects what a chat model is made of. Not thread-safe. */
    public static final class Builder {
        private final SteeringCatalog catalog;
        private SteeringChatOptions defaults = SteeringChatOptions.builder().build();
        private ObservationRegistry observations = ObservationRegistry.NOOP;
        private @Nullable ChatModelObservationConvention convention;

        private Builder(SteeringCatalog catalog) {
            this.catalog = catalog;
        }

        /**
         * @param options what prompts that say nothing else have
         * @return this
         */
        public Builder defaultOptions(SteeringChatOptions options) {
            defaults = options;
            return this;
        }

        /**
         * @param registry is told of calls and streams
         * @return this
         */
        public Builder observationRegistry(ObservationRegistry registry) {
            observations = registry;
            return this;
        }

        /**
         * @param names how observations are named; null for Spring AI's way
         * @return this
         */
        public Builder observationConvention(@Nullable ChatModelObservationConvention names) {
            convention = names;
            return this;
        }

        /**
         * @return the chat model
         * @throws org.springframework.ai.retry.NonTransientAiException if the default options ask for what there is not
         */
        public SteeringChatModel build() {
            return new SteeringChatModel(this);
        }
    }
}
