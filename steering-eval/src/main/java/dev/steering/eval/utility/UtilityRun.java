package dev.steering.eval.utility;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.apply.GenerationOptions;
import dev.steering.apply.Method;
import dev.steering.apply.Query;
import dev.steering.core.ProgressListener;
import dev.steering.core.json.JsonFields;
import dev.steering.eval.run.AnswerRow;
import dev.steering.eval.run.EncodedPrompts;
import dev.steering.eval.store.JsonLog;
import dev.steering.model.chat.ChatModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Measures every method's utility and keeps each batch's sums as soon as they are there, in {@code utility.jsonl}: a killed run goes
 * on where it was, with the same numbers. Not thread-safe.
 */
public final class UtilityRun {
    private static final String FILE = "utility.jsonl";
    private static final String KL = "kl";
    private static final String PERPLEXITY = "perplexity";
    private static final int WINDOWS_AT_ONCE = 8;

    private final Path directory;
    private final ChatModel model;
    private final EncodedPrompts prompts;
    private final Divergence divergence;
    private final ProgressListener progress;
    private final Map<String, TokenSum> sums = new LinkedHashMap<>();

    /**
     * @param directory the run's directory
     * @param model the model
     * @param prompts encodes the prompts for that model
     * @param options how to write: at least as many tokens as the longest text has
     * @param progress told how far it has come
     */
    public UtilityRun(
            Path directory,
            ChatModel model,
            EncodedPrompts prompts,
            GenerationOptions options,
            ProgressListener progress) {
        this.directory = directory;
        this.model = model;
        this.prompts = prompts;
        this.divergence = new Divergence(model, options);
        this.progress = progress;
    }

    /**
     * @param methods the methods; the first is the unsteered model
     * @param answers the unsteered model's answers to harmless prompts; empty to measure no divergence
     * @param text windows of a text; null to measure no perplexity
     * @return the utility of every method, by name
     */
    public Map<String, Utility> measure(List<Method> methods, List<AnswerRow> answers, @Nullable Perplexity text) {
        List<AnswerRow> spoken = answers.stream()
                .filter(row -> !row.generation().tokens().isEmpty())
                .toList();
        try (JsonLog log = JsonLog.open(directory.resolve(FILE))) {
            log.read(line -> sums.put(line.string("key"), read(line)));
            if (!spoken.isEmpty()) {
                divergences(methods, spoken, log);
            }
            if (text != null) {
                for (Method method : methods) {
                    if (method.readsPlainText()) {
                        perplexity(method, text, log);
                    }
                }
            }
        }
        Map<String, Utility> all = new LinkedHashMap<>();
        methods.forEach(method -> all.put(method.name(), utility(method.name(), text)));
        return all;
    }

    private void divergences(List<Method> methods, List<AnswerRow> answers, JsonLog log) {
        int longest = answers.stream()
                .mapToInt(row -> row.generation().tokens().size())
                .max()
                .orElse(1);
        int rows = Divergence.rows(longest, model.manifest().vocabulary());
        for (int from = 0; from < answers.size(); from += rows) {
            int first = from;
            List<AnswerRow> batch = answers.subList(from, Math.min(answers.size(), from + rows));
            List<Method> missing = methods.stream()
                    .filter(method -> !sums.containsKey(key(KL, method, first)))
                    .toList();
            if (!missing.isEmpty()) {
                divergences(methods.get(0), missing, batch, first, log);
            }
            progress.onProgress("measuring divergence", from + (long) batch.size(), answers.size());
        }
    }

    private void divergences(Method unsteered, List<Method> methods, List<AnswerRow> batch, int first, JsonLog log) {
        List<Query> queries =
                batch.stream().map(row -> prompts.query(row.item().prompt())).toList();
        List<int[]> texts = batch.stream()
                .map(row -> row.generation().tokens().stream()
                        .mapToInt(Integer::intValue)
                        .toArray())
                .toList();
        List<List<float[]>> reference = divergence.reference(unsteered, queries, texts);
        for (Method method : methods) {
            keep(key(KL, method, first), divergence.byAnswer(method, queries, texts, reference), log);
        }
    }

    private void perplexity(Method method, Perplexity text, JsonLog log) {
        for (int from = 0; from < text.windows(); from += WINDOWS_AT_ONCE) {
            int to = Math.min(text.windows(), from + WINDOWS_AT_ONCE);
            String key = key(PERPLEXITY + " " + text.id(), method, from);
            if (!sums.containsKey(key)) {
                keep(key, text.surprisal(divergence, method, from, to), log);
            }
            progress.onProgress("perplexity of " + method.name(), to, text.windows());
        }
    }

    /** With what each answer gave, for bands; a method that excludes tokens has none. */
    private void keep(String key, List<TokenSum> answers, JsonLog log) {
        TokenSum sum = answers.stream().reduce(new TokenSum(0, 0), TokenSum::plus);
        if (Double.isInfinite(sum.sum())) {
            keep(key, sum, log);
            return;
        }
        sums.put(key, sum);
        ObjectNode line =
                JsonLog.newLine().put("key", key).put("sum", sum.sum()).put("tokens", sum.tokens());
        ArrayNode each = line.putArray("answer_sums");
        ArrayNode tokens = line.putArray("answer_tokens");
        answers.forEach(answer -> {
            each.add(answer.sum());
            tokens.add(answer.tokens());
        });
        log.append(List.of(line));
    }

    private void keep(String key, TokenSum sum, JsonLog log) {
        sums.put(key, sum);
        Double finite = Double.isInfinite(sum.sum()) ? null : (Double) sum.sum();
        log.append(List.of(JsonLog.newLine().put("key", key).put("sum", finite).put("tokens", sum.tokens())));
    }

    /** A method that excludes tokens can be infinitely far from the model, which JSON has no number for. */
    private static TokenSum read(JsonFields line) {
        return new TokenSum(
                line.has("sum") ? line.number("sum") : Double.POSITIVE_INFINITY, line.longInteger("tokens"));
    }

    private static String key(String kind, Method method, int from) {
        return kind + " " + method.name() + " " + from;
    }

    private Utility utility(String method, @Nullable Perplexity text) {
        TokenSum divergence = total(KL, method);
        TokenSum surprisal = text == null ? null : total(PERPLEXITY + " " + text.id(), method);
        return new Utility(
                divergence == null ? null : (Double) (divergence.sum() / divergence.tokens()),
                divergence == null ? 0 : divergence.tokens(),
                surprisal == null ? null : (Double) Math.exp(surprisal.sum() / surprisal.tokens()),
                surprisal == null ? 0 : surprisal.tokens());
    }

    private @Nullable TokenSum total(String kind, String method) {
        List<TokenSum> parts = new ArrayList<>();
        sums.forEach((key, sum) -> {
            if (key.substring(0, key.lastIndexOf(' ')).equals(kind + " " + method)) {
                parts.add(Objects.requireNonNull(sum));
            }
        });
        return parts.stream().reduce(TokenSum::plus).orElse(null);
    }
}
