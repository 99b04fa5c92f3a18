package dev.steering.langchain4j;

import dev.langchain4j.model.chat.response.ChatResponseMetadata;
import dev.langchain4j.model.output.FinishReason;
import dev.langchain4j.model.output.TokenUsage;
import dev.steering.apply.ChatResponse;
import dev.steering.apply.Decision;
import dev.steering.apply.Prepared;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** LangChain4j's data of an answer, and beside them what its steering did. Immutable. */
public final class SteeredChatResponseMetadata extends ChatResponseMetadata {
    private final ChatResponse answer;
    private final @Nullable Prepared steering;

    private SteeredChatResponseMetadata(Builder builder) {
        super(builder);
        this.answer = builder.answer;
        this.steering = builder.steering;
    }

    static SteeredChatResponseMetadata of(String model, ChatResponse answer, @Nullable Prepared steering) {
        return new Builder(answer, steering)
                .id("steered-" + UUID.randomUUID())
                .modelName(model)
                .tokenUsage(new TokenUsage(
                        answer.usage().promptTokens(),
                        answer.usage().completionTokens(),
                        answer.usage().totalTokens()))
                .finishReason(finish(answer.finish()))
                .build();
    }

    private static FinishReason finish(dev.steering.apply.FinishReason finish) {
        return switch (finish) {
            case END, STOP -> FinishReason.STOP;
            case LENGTH, CONTEXT -> FinishReason.LENGTH;
            case CANCELLED, DEADLINE -> FinishReason.OTHER;
        };
    }

    /** @return why the answer ended, in more words than {@link #finishReason} has */
    public dev.steering.apply.FinishReason finish() {
        return answer.finish();
    }

    /** @return the stop text that ended the answer; null if none did */
    public @Nullable String stopMatched() {
        return answer.stopMatched();
    }

    /** @return what the method's gates decided about the question, in their order; empty for methods that decide nothing */
    public List<Decision> decisions() {
        return answer.decisions();
    }

    /** @return positions that the method ran beside the tokens of prompt and answer */
    public int extraPositions() {
        return answer.usage().extraPositions();
    }

    /** @return one sentence for people: what the steering does, with its settings; null if there was none */
    public @Nullable String steering() {
        return steering == null ? null : steering.words();
    }

    /** @return the same for programs: one JSON object on one line; null if there was none */
    public @Nullable String steeringJson() {
        return steering == null ? null : steering.json();
    }

    @Override
    public Builder toBuilder() {
        Builder copy = new Builder(answer, steering);
        toBuilder(copy);
        return copy;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof SteeredChatResponseMetadata that
                && super.equals(that)
                && answer.equals(that.answer)
                && Objects.equals(steeringJson(), that.steeringJson());
    }

    @Override
    public int hashCode() {
        return Objects.hash(super.hashCode(), answer, steeringJson());
    }

    @Override
    public String toString() {
        return "SteeredChatResponseMetadata[" + super.toString() + ", finish=" + finish() + ", decisions=" + decisions()
                + ", steering=" + steering() + "]";
    }

    /** Collects the same with other common data. Not thread-safe. */
    public static final class Builder extends ChatResponseMetadata.Builder<Builder> {
        private final ChatResponse answer;
        private final @Nullable Prepared steering;

        private Builder(ChatResponse answer, @Nullable Prepared steering) {
            this.answer = answer;
            this.steering = steering;
        }

        @Override
        public SteeredChatResponseMetadata build() {
            return new SteeredChatResponseMetadata(this);
        }
    }
}
