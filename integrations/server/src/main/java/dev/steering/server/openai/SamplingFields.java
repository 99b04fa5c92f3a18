package dev.steering.server.openai;

import com.fasterxml.jackson.databind.JsonNode;
import dev.steering.apply.GenerationOptions;
import dev.steering.server.http.HttpError;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** How the answers to a request are written, of its fields. */
public final class SamplingFields {
    private static final int MOST_STOPS = 16;
    private static final int MOST_ALTERNATIVES = 20;
    private static final long MOST_LIKELIHOODS = 100_000;
    private static final String LOGPROBS = "logprobs";
    private static final String TOP_LOGPROBS = "top_logprobs";
    private static final Set<String> NONE = Set.of("0", "0.0");
    private static final Set<String> OFF = Set.of("false", "none", "[]", "{}", "0", "text");

    private SamplingFields() {}

    /**
     * What the server allows.
     *
     * @param defaultTokens most tokens of an answer if a request does not say
     * @param mostTokens most tokens that a request may ask for
     * @param mostAnswers most answers to one request
     */
    public record Bounds(int defaultTokens, int mostTokens, int mostAnswers) {}

    /**
     * How the answers are written.
     *
     * @param each of every answer, how
     * @param stream whether they are sent while they are written
     * @param usage whether a stream ends with what it took
     * @param likelihoods whether it is told how probable tokens were
     */
    public record Sampling(List<GenerationOptions> each, boolean stream, boolean usage, boolean likelihoods) {
        /** Copies the list. */
        public Sampling {
            each = List.copyOf(each);
        }
    }

    /**
     * @param fields a request's fields
     * @param bounds what the server allows
     * @param chat whether it is a chat's, else a completion's
     * @return how it is answered
     * @throws HttpError with status 400 if a field is wrong, or wants what this server does not have
     */
    public static Sampling read(RequestFields fields, Bounds bounds, boolean chat) {
        refuseWhatIsMissing(fields);
        Long tokens = fields.integer("max_completion_tokens", 1, bounds.mostTokens());
        Long older = fields.integer("max_tokens", 1, bounds.mostTokens());
        long most = tokens != null ? tokens : older != null ? older : bounds.defaultTokens();
        Double temperature = fields.number("temperature", 0, 2);
        Double topP = fields.number("top_p", 0, 1);
        Long topK = fields.integer("top_k", -1, Integer.MAX_VALUE);
        Double minP = fields.number("min_p", 0, 1);
        Double penalty = fields.number("repetition_penalty", 1, 100);
        Long seed = fields.integer("seed", Long.MIN_VALUE, Long.MAX_VALUE);
        Long answers = fields.integer("n", 1, bounds.mostAnswers());
        long first = seed != null ? seed : ThreadLocalRandom.current().nextLong();
        List<String> stop = stop(fields);
        long count = answers == null ? 1 : answers;
        Integer alternatives = alternatives(fields, chat);
        if (alternatives != null && count * most * (alternatives + 1) > MOST_LIKELIHOODS) {
            throw fields.wrong(
                    chat ? TOP_LOGPROBS : LOGPROBS,
                    "asks for more than " + MOST_LIKELIHOODS
                            + " probabilities: ask for fewer, for fewer tokens or for fewer answers");
        }
        List<GenerationOptions> each = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            GenerationOptions.Builder options = GenerationOptions.builder()
                    .maxNewTokens((int) most)
                    .temperature(temperature == null ? 0 : temperature)
                    .topP(topP == null || topP == 0 ? 1 : topP)
                    .topK(topK == null || topK < 0 ? 0 : topK.intValue())
                    .minP(minP == null ? 0 : minP)
                    .repetitionPenalty(penalty == null ? 1 : penalty)
                    .seed(first + i)
                    .stop(stop.toArray(String[]::new));
            each.add((alternatives == null ? options : options.likelihoods(alternatives)).build());
        }
        boolean stream = fields.flag("stream", false);
        return new Sampling(each, stream, usage(fields, stream), alternatives != null);
    }

    /** How many tokens are told in each token's place; null where nothing is told of probabilities. Completions have them by a number. */
    private static @Nullable Integer alternatives(RequestFields fields, boolean chat) {
        if (!chat) {
            JsonNode given = fields.get(LOGPROBS);
            boolean off = given != null && given.isBoolean() && !given.booleanValue();
            Long number = off ? null : fields.integer(LOGPROBS, 0, MOST_ALTERNATIVES);
            return number == null ? null : (Integer) number.intValue();
        }
        boolean told = fields.flag(LOGPROBS, false);
        Long top = fields.integer(TOP_LOGPROBS, 0, MOST_ALTERNATIVES);
        if (top != null && top > 0 && !told) {
            throw fields.wrong(TOP_LOGPROBS, "may be there with 'logprobs': true only");
        }
        return told ? (Integer) (top == null ? 0 : top.intValue()) : null;
    }

    private static boolean usage(RequestFields fields, boolean stream) {
        JsonNode options = fields.get("stream_options");
        if (options == null) {
            return false;
        }
        if (!stream) {
            throw fields.wrong("stream_options", "may be there with 'stream': true only");
        }
        RequestFields inner = RequestFields.of(options, "stream_options");
        boolean usage = inner.flag("include_usage", false);
        boolean unused = inner.flag("include_obfuscation", false);
        inner.requireNoMore();
        return usage;
    }

    private static List<String> stop(RequestFields fields) {
        JsonNode value = fields.get("stop");
        if (value == null) {
            return List.of();
        }
        List<String> texts = new ArrayList<>();
        (value.isArray() ? value : List.of(value)).forEach(text -> texts.add(stopText(fields, text)));
        if (texts.size() > MOST_STOPS) {
            throw fields.wrong("stop", "may name " + MOST_STOPS + " texts at most");
        }
        return texts;
    }

    private static String stopText(RequestFields fields, @Nullable JsonNode text) {
        if (text == null || !text.isTextual() || text.textValue().isEmpty()) {
            throw fields.wrong("stop", "must be a text or a list of texts, none of them empty");
        }
        return text.textValue();
    }

    /** Fields of OpenAI's interface that would change the answer, and do not here. */
    private static void refuseWhatIsMissing(RequestFields fields) {
        fields.refuse("presence_penalty", NONE, "this server has no such penalty; use repetition_penalty.");
        fields.refuse("frequency_penalty", NONE, "this server has no such penalty; use repetition_penalty.");
        fields.refuse("logit_bias", OFF, "this server does not shift single tokens.");
        JsonNode format = fields.get("response_format");
        if (format != null && !format.path("type").asText("").equals("text")) {
            throw new HttpError(
                    400,
                    "unsupported_parameter",
                    "response_format",
                    "'response_format': this server writes free text only ({\"type\": \"text\"}); it does not hold answers to a schema.");
        }
        // What says nothing about the answer.
        List.of("user", "metadata", "store", "service_tier", "safety_identifier", "prompt_cache_key")
                .forEach(fields::has);
    }
}
