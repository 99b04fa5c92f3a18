package dev.steering.apply;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A conversation to be answered, and how. Immutable; made by a {@link #builder}. */
public final class ChatRequest {
    private final List<Message> messages;
    private final @Nullable Prepared steering;
    private final GenerationOptions options;
    private final @Nullable Duration deadline;
    private final Map<String, Object> templateVariables;
    private final boolean withoutTemplate;

    private ChatRequest(Builder builder) {
        this.messages = builder.messages;
        this.steering = builder.steering;
        this.options = builder.options;
        this.deadline = builder.deadline;
        this.templateVariables = Map.copyOf(builder.templateVariables);
        this.withoutTemplate = builder.withoutTemplate;
    }

    /**
     * @param messages an optional system message, then turns of which the last is the user's
     * @return a request that is not steered and written greedily, until it is told otherwise
     */
    public static Builder builder(List<Message> messages) {
        return new Builder(List.copyOf(messages));
    }

    /**
     * @param prompt what the user says
     * @return the same for one question
     */
    public static Builder builder(String prompt) {
        return builder(List.of(Message.user(prompt)));
    }

    /** @return the conversation */
    public List<Message> messages() {
        return messages;
    }

    /** @return what is done to the model; null for nothing */
    public @Nullable Prepared steering() {
        return steering;
    }

    /** @return how the answer is written */
    public GenerationOptions options() {
        return options;
    }

    /** @return how long it may take from the call on, waiting included; null for as long as it takes */
    public @Nullable Duration deadline() {
        return deadline;
    }

    /** @return variables for the chat template beside the model's own */
    public Map<String, Object> templateVariables() {
        return templateVariables;
    }

    /** @return whether the one message is a text that the model goes on with, in no chat template */
    public boolean withoutTemplate() {
        return withoutTemplate;
    }

    /** Collects the request. Not thread-safe. */
    public static final class Builder {
        private final List<Message> messages;
        private @Nullable Prepared steering;
        private GenerationOptions options = GenerationOptions.defaults();
        private @Nullable Duration deadline;
        private final Map<String, Object> templateVariables = new LinkedHashMap<>();
        private boolean withoutTemplate;

        private Builder(List<Message> messages) {
            this.messages = messages;
        }

        /**
         * @param prepared steering that the same model has prepared; null for none
         * @return this
         */
        public Builder steering(@Nullable Prepared prepared) {
            steering = prepared;
            return this;
        }

        /**
         * @param how how the answer is written
         * @return this
         */
        public Builder options(GenerationOptions how) {
            options = how;
            return this;
        }

        /**
         * @param time how long it may take from the call on, waiting included
         * @return this
         */
        public Builder deadline(@Nullable Duration time) {
            deadline = time;
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
         * Has the model go on with a text instead of answering a message: the only message is given to it as it is, in no chat template.
         * Steering that was made under the model's template is refused then, unless it is for any model.
         *
         * @return this
         */
        public Builder withoutTemplate() {
            withoutTemplate = true;
            return this;
        }

        /** @return the request */
        public ChatRequest build() {
            return new ChatRequest(this);
        }
    }

    /** Says how much there is, never what: requests end up in logs. */
    @Override
    public String toString() {
        return "ChatRequest[" + messages.size() + " messages, steering "
                + (steering == null ? "none" : steering.steering()) + "]";
    }
}
