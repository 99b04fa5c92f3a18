package dev.steering.springai;

import dev.steering.apply.named.NamedSteering;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.model.tool.ToolCallingChatOptions;

/**
 * Spring AI's options of a prompt, and beside them how the model is steered and what else it can be told. What is not said is as the
 * chat model's defaults have it.
 *
 * <p>Takes tools, so that the chat model can refuse them: options that do not are handed on without them by Spring AI's clients. Tools are
 * all that can be changed; not thread-safe while they are.
 */
public final class SteeringChatOptions extends ToolOptions {
    private final @Nullable String model;
    private final @Nullable Double temperature;
    private final @Nullable Double topP;
    private final @Nullable Integer topK;
    private final @Nullable Double minP;
    private final @Nullable Integer maxTokens;
    private final @Nullable List<String> stopSequences;
    private final @Nullable Long seed;
    private final @Nullable Double repetitionPenalty;
    private final @Nullable Double frequencyPenalty;
    private final @Nullable Double presencePenalty;
    private final @Nullable Duration deadline;
    private final @Nullable NamedSteering steering;
    private final Map<String, Object> templateVariables;

    private SteeringChatOptions(Builder builder) {
        super(builder.tools);
        this.model = builder.model;
        this.temperature = builder.temperature;
        this.topP = builder.topP;
        this.topK = builder.topK;
        this.minP = builder.minP;
        this.maxTokens = builder.maxTokens;
        this.stopSequences = builder.stopSequences == null ? null : List.copyOf(builder.stopSequences);
        this.seed = builder.seed;
        this.repetitionPenalty = builder.repetitionPenalty;
        this.frequencyPenalty = builder.frequencyPenalty;
        this.presencePenalty = builder.presencePenalty;
        this.deadline = builder.deadline;
        this.steering = builder.steering;
        this.templateVariables = Collections.unmodifiableMap(new LinkedHashMap<>(builder.templateVariables));
    }

    /** @return collects options */
    public static Builder builder() {
        return new Builder();
    }

    /** @return collects options, beginning with these */
    public Builder mutate() {
        return new Builder().overrideWith(this);
    }

    @Override
    public @Nullable String getModel() {
        return model;
    }

    @Override
    public @Nullable Double getTemperature() {
        return temperature;
    }

    @Override
    public @Nullable Double getTopP() {
        return topP;
    }

    @Override
    public @Nullable Integer getTopK() {
        return topK;
    }

    /** @return tokens less probable than this times the most probable one are left out, 0 to below 1; null for 0 */
    public @Nullable Double getMinP() {
        return minP;
    }

    @Override
    public @Nullable Integer getMaxTokens() {
        return maxTokens;
    }

    @Override
    public @Nullable List<String> getStopSequences() {
        return stopSequences;
    }

    /** @return seed of the sampling: the same prompt with the same seed gives the same answer; null for 0 */
    public @Nullable Long getSeed() {
        return seed;
    }

    /** @return repetition penalty, at least 1; null for 1 */
    public @Nullable Double getRepetitionPenalty() {
        return repetitionPenalty;
    }

    @Override
    public @Nullable Double getFrequencyPenalty() {
        return frequencyPenalty;
    }

    @Override
    public @Nullable Double getPresencePenalty() {
        return presencePenalty;
    }

    /** @return how long the answer may take, waiting included; null for any time */
    public @Nullable Duration getDeadline() {
        return deadline;
    }

    /** @return how the model is steered; null for what the defaults say, {@link NamedSteering#NONE} for not at all */
    public @Nullable NamedSteering getSteering() {
        return steering;
    }

    /** @return variables for the chat template, such as {@code enable_thinking}, beside the model's own */
    public Map<String, Object> getTemplateVariables() {
        return templateVariables;
    }

    /** What is compared and shown. */
    private Map<String, @Nullable Object> said() {
        Map<String, @Nullable Object> said = new LinkedHashMap<>();
        said.put("model", model);
        said.put("temperature", temperature);
        said.put("topP", topP);
        said.put("topK", topK);
        said.put("minP", minP);
        said.put("maxTokens", maxTokens);
        said.put("stopSequences", stopSequences);
        said.put("seed", seed);
        said.put("repetitionPenalty", repetitionPenalty);
        said.put("frequencyPenalty", frequencyPenalty);
        said.put("presencePenalty", presencePenalty);
        said.put("deadline", deadline);
        said.put("steering", steering);
        said.put("templateVariables", templateVariables);
        said.put("toolNames", getToolNames());
        said.values().removeIf(Objects::isNull);
        return said;
    }

    @Override
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"
    }) // Spring AI's way to say that it is a copy of this class
    public <T extends ChatOptions> T copy() {
        return (T) mutate().build();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof SteeringChatOptions that
                && said().equals(that.said())
                && getToolCallbacks().equals(that.getToolCallbacks());
    }

    @Override
    public int hashCode() {
        return Objects.hash(said(), getToolCallbacks());
    }

    @Override
    public String toString() {
        return "SteeringChatOptions" + said();
    }

    /** Collects options. Not thread-safe. */
    public static final class Builder {
        @Nullable
        String model;

        private @Nullable Double temperature;
        private @Nullable Double topP;
        private @Nullable Integer topK;
        private @Nullable Double minP;
        private @Nullable Integer maxTokens;
        private @Nullable List<String> stopSequences;
        private @Nullable Long seed;
        private @Nullable Double repetitionPenalty;
        private @Nullable Double frequencyPenalty;
        private @Nullable Double presencePenalty;
        private @Nullable Duration deadline;
        private @Nullable NamedSteering steering;
        private final Map<String, Object> templateVariables = new LinkedHashMap<>();
        private @Nullable ToolCallingChatOptions tools;

        private Builder() {}

        /**
         * @param options of whatever class; what they say replaces what has been said, steering as a whole
         * @return this
         */
        public Builder overrideWith(ChatOptions options) {
            model = or(options.getModel(), model);
            temperature = or(options.getTemperature(), temperature);
            topP = or(options.getTopP(), topP);
            topK = or(options.getTopK(), topK);
            maxTokens = or(options.getMaxTokens(), maxTokens);
            stopSequences = or(options.getStopSequences(), stopSequences);
            frequencyPenalty = or(options.getFrequencyPenalty(), frequencyPenalty);
            presencePenalty = or(options.getPresencePenalty(), presencePenalty);
            if (options instanceof ToolCallingChatOptions saidOfTools) {
                tools = saidOfTools;
            }
            if (options instanceof SteeringChatOptions own) {
                minP = or(own.minP, minP);
                seed = or(own.seed, seed);
                repetitionPenalty = or(own.repetitionPenalty, repetitionPenalty);
                deadline = or(own.deadline, deadline);
                steering = or(own.steering, steering);
                templateVariables.putAll(own.templateVariables);
            }
            return this;
        }

        private static <T> @Nullable T or(@Nullable T said, @Nullable T otherwise) {
            return said == null ? otherwise : said;
        }

        /**
         * @param name name of the model, which must be this one; null for it
         * @return this
         */
        public Builder model(@Nullable String name) {
            model = name;
            return this;
        }

        /**
         * @param value 0 for greedy decoding, otherwise the softmax temperature; null for 0
         * @return this
         */
        public Builder temperature(@Nullable Double value) {
            temperature = value;
            return this;
        }

        /**
         * @param share share of the probability that is sampled from, above 0 and at most 1; null for 1
         * @return this
         */
        public Builder topP(@Nullable Double share) {
            topP = share;
            return this;
        }

        /**
         * @param tokens how many tokens are sampled from at most; null or 0 for no limit
         * @return this
         */
        public Builder topK(@Nullable Integer tokens) {
            topK = tokens;
            return this;
        }

        /**
         * @param share tokens less probable than this times the most probable one are left out, 0 to below 1; null for 0
         * @return this
         */
        public Builder minP(@Nullable Double share) {
            minP = share;
            return this;
        }

        /**
         * @param tokens most tokens of the answer, at least 1; null for 256
         * @return this
         */
        public Builder maxTokens(@Nullable Integer tokens) {
            maxTokens = tokens;
            return this;
        }

        /**
         * @param texts texts that end the answer where they appear in it, and are cut off; null for none
         * @return this
         */
        public Builder stopSequences(@Nullable List<String> texts) {
            stopSequences = texts;
            return this;
        }

        /**
         * @param number seed of the sampling: the same prompt with the same seed gives the same answer; null for 0
         * @return this
         */
        public Builder seed(@Nullable Long number) {
            seed = number;
            return this;
        }

        /**
         * @param penalty repetition penalty, at least 1; null for 1
         * @return this
         */
        public Builder repetitionPenalty(@Nullable Double penalty) {
            repetitionPenalty = penalty;
            return this;
        }

        /**
         * @param penalty null or 0: the model has none
         * @return this
         */
        public Builder frequencyPenalty(@Nullable Double penalty) {
            frequencyPenalty = penalty;
            return this;
        }

        /**
         * @param penalty null or 0: the model has none
         * @return this
         */
        public Builder presencePenalty(@Nullable Double penalty) {
            presencePenalty = penalty;
            return this;
        }

        /**
         * @param time how long the answer may take, waiting included; null for any time
         * @return this
         */
        public Builder deadline(@Nullable Duration time) {
            deadline = time;
            return this;
        }

        /**
         * @param choice how the model is steered; null for what the defaults say, {@link NamedSteering#NONE} for not at all
         * @return this
         */
        public Builder steering(@Nullable NamedSteering choice) {
            steering = choice;
            return this;
        }

        /**
         * @param name name of a variable of the chat template
         * @param value its value: a boolean, number, text, list or map
         * @return this
         */
        public Builder templateVariable(String name, Object value) {
            templateVariables.put(name, value);
            return this;
        }

        /** @return the options */
        public SteeringChatOptions build() {
            return new SteeringChatOptions(this);
        }
    }
}
