package dev.steering.langchain4j;

import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.request.DefaultChatRequestParameters;
import dev.steering.apply.named.NamedSteering;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * LangChain4j's parameters of a request, and beside them how the model is steered and what else it can be told. Immutable; what is not
 * said is as the model has it by default: unsteered, greedy, at most 256 tokens.
 */
public final class SteeredChatRequestParameters extends DefaultChatRequestParameters {
    private final @Nullable NamedSteering steering;
    private final @Nullable Long seed;
    private final @Nullable Double minP;
    private final @Nullable Double repetitionPenalty;
    private final @Nullable Duration deadline;
    private final Map<String, Object> templateVariables;

    private SteeredChatRequestParameters(Builder builder) {
        super(builder);
        this.steering = builder.steering;
        this.seed = builder.seed;
        this.minP = builder.minP;
        this.repetitionPenalty = builder.repetitionPenalty;
        this.deadline = builder.deadline;
        this.templateVariables = Collections.unmodifiableMap(new LinkedHashMap<>(builder.templateVariables));
    }

    /** @return collects parameters */
    public static Builder builder() {
        return new Builder();
    }

    static SteeredChatRequestParameters of(ChatRequestParameters parameters) {
        return parameters instanceof SteeredChatRequestParameters own
                ? own
                : builder().overrideWith(parameters).build();
    }

    /** @return how the model is steered; null if nothing is said, which leaves it to the defaults */
    public @Nullable NamedSteering steering() {
        return steering;
    }

    NamedSteering steeringOrNone() {
        return steering == null ? NamedSteering.NONE : steering;
    }

    /** @return seed of the sampling; null for 0: the same request with the same seed gives the same answer */
    public @Nullable Long seed() {
        return seed;
    }

    /** @return tokens less probable than this times the most probable one are left out, 0 to below 1; null for 0 */
    public @Nullable Double minP() {
        return minP;
    }

    /** @return repetition penalty, at least 1; null for 1 */
    public @Nullable Double repetitionPenalty() {
        return repetitionPenalty;
    }

    /** @return how long the answer may take, waiting included; null for any time */
    public @Nullable Duration deadline() {
        return deadline;
    }

    /** @return variables for the chat template, such as {@code enable_thinking}, beside the model's own */
    public Map<String, Object> templateVariables() {
        return templateVariables;
    }

    @Override
    public SteeredChatRequestParameters overrideWith(ChatRequestParameters that) {
        return builder().overrideWith(this).overrideWith(that).build();
    }

    @Override
    public SteeredChatRequestParameters defaultedBy(ChatRequestParameters that) {
        return builder().overrideWith(that).overrideWith(this).build();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof SteeredChatRequestParameters that
                && super.equals(that)
                && Objects.equals(steering, that.steering)
                && Objects.equals(seed, that.seed)
                && Objects.equals(minP, that.minP)
                && Objects.equals(repetitionPenalty, that.repetitionPenalty)
                && Objects.equals(deadline, that.deadline)
                && templateVariables.equals(that.templateVariables);
    }

    @Override
    public int hashCode() {
        return Objects.hash(super.hashCode(), steering, seed, minP, repetitionPenalty, deadline, templateVariables);
    }

    @Override
    public String toString() {
        return "SteeredChatRequestParameters[" + super.toString() + ", steering=" + steering + ", seed=" + seed
                + ", minP="
                + minP + ", repetitionPenalty=" + repetitionPenalty + ", deadline=" + deadline + ", templateVariables="
                + templateVariables + "]";
    }

    /** Collects parameters. Not thread-safe. */
    public static final class Builder extends DefaultChatRequestParameters.Builder<Builder> {
        private @Nullable NamedSteering steering;
        private @Nullable Long seed;
        private @Nullable Double minP;
        private @Nullable Double repetitionPenalty;
        private @Nullable Duration deadline;
        private final Map<String, Object> templateVariables = new LinkedHashMap<>();

        private Builder() {}

        @Override
        public Builder overrideWith(ChatRequestParameters parameters) {
            super.overrideWith(parameters);
            if (parameters instanceof SteeredChatRequestParameters own) {
                steering = or(own.steering, steering);
                seed = or(own.seed, seed);
                minP = or(own.minP, minP);
                repetitionPenalty = or(own.repetitionPenalty, repetitionPenalty);
                deadline = or(own.deadline, deadline);
                templateVariables.putAll(own.templateVariables);
            }
            return this;
        }

        private static <T> @Nullable T or(@Nullable T said, @Nullable T otherwise) {
            return said == null ? otherwise : said;
        }

        /**
         * @param choice how the model is steered, in place of the default as a whole; {@link NamedSteering#NONE} for not at all
         * @return this
         */
        public Builder steering(@Nullable NamedSteering choice) {
            steering = choice;
            return this;
        }

        /**
         * @param number seed of the sampling
         * @return this
         */
        public Builder seed(@Nullable Long number) {
            seed = number;
            return this;
        }

        /**
         * @param share 0 to below 1
         * @return this
         */
        public Builder minP(@Nullable Double share) {
            minP = share;
            return this;
        }

        /**
         * @param penalty at least 1
         * @return this
         */
        public Builder repetitionPenalty(@Nullable Double penalty) {
            repetitionPenalty = penalty;
            return this;
        }

        /**
         * @param time how long the answer may take, waiting included
         * @return this
         */
        public Builder deadline(@Nullable Duration time) {
            deadline = time;
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

        @Override
        public SteeredChatRequestParameters build() {
            return new SteeredChatRequestParameters(this);
        }
    }
}
