package dev.steering.springai.autoconfigure;

import dev.steering.apply.SteeredModel;
import dev.steering.apply.named.NamedSteering;
import dev.steering.core.vector.VectorScale;
import dev.steering.springai.SteeringChatOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The properties {@code spring.ai.steering.*}.
 *
 * @param bundle directory of the model's bundle; without it nothing is configured
 * @param vectors files of vectors under the names that prompts say
 * @param threads of the processor; null for all
 * @param maxBatch most rows of a batch
 * @param queueLimit most prompts that wait; more are refused
 * @param escapeControlTokens whether what looks like a control token in a message is text
 * @param templateVariables variables for the chat template
 * @param drain how long what is being answered may take when the application ends
 * @param chat what prompts that say nothing else have
 */
@ConfigurationProperties(SteeringProperties.PREFIX)
public record SteeringProperties(
        @Nullable Path bundle,
        @DefaultValue Map<String, Path> vectors,
        @Nullable Integer threads,
        @DefaultValue("" + SteeredModel.DEFAULT_MAX_BATCH) int maxBatch,
        @DefaultValue("" + SteeredModel.DEFAULT_QUEUE_LIMIT) int queueLimit,
        @DefaultValue("false") boolean escapeControlTokens,
        @DefaultValue Map<String, String> templateVariables,
        @DefaultValue("10s") Duration drain,
        @DefaultValue Chat chat) {
    /** What all names begin with. */
    public static final String PREFIX = "spring.ai.steering";

    /**
     * The properties {@code spring.ai.steering.chat.*}.
     *
     * @param options the options
     */
    public record Chat(@DefaultValue Options options) {}

    /**
     * The properties {@code spring.ai.steering.chat.options.*}, as {@link SteeringChatOptions} and {@link NamedSteering} have them.
     *
     * @param temperature 0 for greedy decoding
     * @param topP share of the probability that is sampled from
     * @param topK how many tokens are sampled from
     * @param minP least share of the best token's probability
     * @param maxTokens most tokens of an answer
     * @param stopSequences texts that end an answer
     * @param seed of the sampling
     * @param repetitionPenalty at least 1
     * @param deadline how long an answer may take
     * @param method the method's name
     * @param vector the vector's name
     * @param strength of the steering
     * @param layers where to steer, 0-based
     * @param scale what the strength multiplies
     * @param methodOptions further options of the method
     * @param anyModel whether vectors of another model are applied all the same
     */
    public record Options(
            @Nullable Double temperature,
            @Nullable Double topP,
            @Nullable Integer topK,
            @Nullable Double minP,
            @Nullable Integer maxTokens,
            @Nullable List<String> stopSequences,
            @Nullable Long seed,
            @Nullable Double repetitionPenalty,
            @Nullable Duration deadline,
            @Nullable String method,
            @Nullable String vector,
            @Nullable Double strength,
            @Nullable List<Integer> layers,
            @Nullable VectorScale scale,
            @DefaultValue Map<String, String> methodOptions,
            @DefaultValue("false") boolean anyModel) {
        SteeringChatOptions read() {
            NamedSteering steering =
                    new NamedSteering(method, vector, strength, layers, scale, methodOptions, anyModel);
            return SteeringChatOptions.builder()
                    .temperature(temperature)
                    .topP(topP)
                    .topK(topK)
                    .minP(minP)
                    .maxTokens(maxTokens)
                    .stopSequences(stopSequences)
                    .seed(seed)
                    .repetitionPenalty(repetitionPenalty)
                    .deadline(deadline)
                    .steering(steering.isNone() ? null : steering)
                    .build();
        }
    }
}
