package dev.steering.eval.saved;

import com.fasterxml.jackson.databind.JsonNode;
import dev.steering.core.BadFile;
import dev.steering.eval.utility.TokenMean;
import dev.steering.eval.utility.TokenSum;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How far methods, or pushes of a sweep, moved the model's language along its own answers to harmless prompts, as a finished run has left it in
 * {@code utility.jsonl} or {@code divergence.jsonl}. Stateless and thread-safe.
 */
public final class SavedDivergences {
    private static final String KL = "kl ";

    private SavedDivergences() {}

    /** What the answers of one method gave; some of them may be known together only. */
    private static final class Found {
        private final List<TokenSum> answers = new ArrayList<>();
        private TokenSum together = new TokenSum(0, 0);

        TokenMean mean() {
            TokenSum all = answers.stream().reduce(together, TokenSum::plus);
            return together.tokens() == 0 ? TokenMean.of(answers) : new TokenMean(all.sum() / all.tokens(), null, null);
        }

        boolean isFinite() {
            TokenSum all = answers.stream().reduce(together, TokenSum::plus);
            return all.tokens() > 0 && Double.isFinite(all.sum());
        }
    }

    /**
     * @param directory the directory of a run
     * @return mean KL(unsteered || method) per token, nats, by the method's name; without those that were not measured, or that exclude
     *     tokens of the unsteered model and are infinitely far from it
     * @throws BadFile if a line cannot be read
     */
    public static Map<String, TokenMean> read(Path directory) {
        Map<String, Found> found = new LinkedHashMap<>();
        for (JsonNode line : SavedLines.read(directory.resolve("divergence.jsonl"))) {
            add(
                    found,
                    line.path("method").asText(),
                    List.of(new TokenSum(
                            line.path("sum").asDouble(), line.path("tokens").asLong())));
        }
        for (JsonNode line : SavedLines.read(directory.resolve("utility.jsonl"))) {
            String key = line.path("key").asText();
            if (key.startsWith(KL)) {
                batch(found, key.substring(KL.length(), key.lastIndexOf(' ')), line);
            }
        }
        Map<String, TokenMean> means = new LinkedHashMap<>();
        found.forEach((method, one) -> {
            if (one.isFinite()) {
                means.put(method, one.mean());
            }
        });
        return means;
    }

    private static void batch(Map<String, Found> found, String method, JsonNode line) {
        JsonNode sums = line.path("answer_sums");
        JsonNode tokens = line.path("answer_tokens");
        if (sums.isArray() && sums.size() == tokens.size()) {
            List<TokenSum> answers = new ArrayList<>();
            for (int i = 0; i < sums.size(); i++) {
                answers.add(new TokenSum(sums.get(i).asDouble(), tokens.get(i).asLong()));
            }
            add(found, method, answers);
            return;
        }
        Found one = found.computeIfAbsent(method, name -> new Found());
        one.together = one.together.plus(new TokenSum(
                line.path("sum").asDouble(Double.POSITIVE_INFINITY),
                line.path("tokens").asLong()));
    }

    private static void add(Map<String, Found> found, String method, List<TokenSum> answers) {
        found.computeIfAbsent(method, name -> new Found()).answers.addAll(answers);
    }
}
