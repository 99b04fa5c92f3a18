package dev.steering.cli.trace;

import dev.steering.apply.Decision;
import dev.steering.apply.Method;
import dev.steering.apply.Query;
import dev.steering.core.BadRequest;
import dev.steering.extract.trace.StreamTrace;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.decode.DecodeOptions;
import dev.steering.model.decode.Draft;
import dev.steering.model.decode.Generation;
import dev.steering.model.decode.Generator;
import dev.steering.model.decode.TokenListener;
import dev.steering.model.pass.PassSteering;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What came of tracing one prompt, with an answer behind it if one was written. All settings read the very same tokens. Immutable.
 *
 * @param prompt what was asked
 * @param promptTokens tokens of the rendered prompt
 * @param answer what was written behind it, steered if there is a method; null if nothing was
 * @param decisions what the method's gates decided, in the order of the plan
 * @param unsteered the positions without steering
 * @param steered the same with the method; null without one
 * @param against the same with another setting to compare with; null without one
 */
public record TracedPrompt(
        String prompt,
        int promptTokens,
        @Nullable String answer,
        List<Decision> decisions,
        List<StreamTrace.Position> unsteered,
        @Nullable List<StreamTrace.Position> steered,
        @Nullable Against against) {
    public TracedPrompt {
        decisions = List.copyOf(decisions);
    }

    /**
     * The other setting.
     *
     * @param words what it does
     * @param decisions what its gates decided
     * @param positions the positions with it
     */
    public record Against(String words, List<Decision> decisions, List<StreamTrace.Position> positions) {
        public Against {
            decisions = List.copyOf(decisions);
            positions = List.copyOf(positions);
        }
    }

    /** @return what is compared, by name, in the order of reading: without steering first */
    public Map<String, List<StreamTrace.Position>> settings() {
        Map<String, List<StreamTrace.Position>> all = new LinkedHashMap<>();
        all.put("without steering", unsteered);
        if (steered != null) {
            all.put("with steering", steered);
        }
        if (against != null) {
            all.put("against it", against.positions());
        }
        return Collections.unmodifiableMap(all);
    }

    /**
     * @param model the model
     * @param trace what to read
     * @param query the prompt
     * @param method what to do; null for nothing
     * @param other what to compare it with; null for nothing
     * @param newTokens most tokens of an answer, written with the method; 0 for none
     * @return what came of it
     * @throws BadRequest if a method is none that a single pass can show
     */
    public static TracedPrompt of(
            ChatModel model,
            StreamTrace trace,
            Query query,
            @Nullable Method method,
            @Nullable Method other,
            int newTokens) {
        List<Decision> decisions = new ArrayList<>();
        int[] prompt = query.tokens();
        PassSteering steering = method == null ? null : steering(model, query, method, decisions);
        int[] tokens = prompt;
        String answer = null;
        if (newTokens > 0) {
            Generation written = new Generator(model, DecodeOptions.greedy(newTokens))
                    .generate(List.of(prompt), steering, TokenListener.NONE)
                    .get(0);
            answer = written.text();
            tokens = Arrays.copyOf(prompt, prompt.length + written.tokens().size());
            for (int i = 0; i < written.tokens().size(); i++) {
                tokens[prompt.length + i] = written.tokens().get(i);
            }
        }
        Against against = null;
        if (other != null) {
            List<Decision> others = new ArrayList<>();
            PassSteering second = steering(model, query, other, others);
            against = new Against(other.words(), others, trace.run(tokens, second));
        }
        return new TracedPrompt(
                query.prompt(),
                prompt.length,
                answer,
                decisions,
                trace.run(tokens, null),
                method == null ? null : trace.run(tokens, steering),
                against);
    }

    private static @Nullable PassSteering steering(
            ChatModel model, Query query, Method method, List<Decision> decisions) {
        List<Draft.Context> contexts =
                method.draft(0, query, decisions::addAll).contexts(model.model());
        Draft.Context only = contexts.get(0);
        if (contexts.size() > 1 || !Arrays.equals(only.tokens(), query.tokens())) {
            throw new BadRequest("the method " + method.name()
                    + " answers behind contexts of its own, expected one that steers the prompt's own pass."
                    + " Trace a method that steers along a vector.");
        }
        requireFixed(method, only.steering());
        return only.steering();
    }

    /** Where a text's thinking ends is known while it is written, not in one pass over it. */
    @SuppressWarnings("ReferenceEquality") // steering that does not depend on it gives itself back
    private static void requireFixed(Method method, @Nullable PassSteering steering) {
        if (steering != null && steering.following(position -> false) != steering) {
            throw new BadRequest("the method " + method.name()
                    + " steers thinking and answer apart, which a trace does not follow. Leave the scope out.");
        }
    }
}
