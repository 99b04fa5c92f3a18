package dev.steering.eval.capability;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.apply.Answer;
import dev.steering.apply.Answering;
import dev.steering.apply.GenerationOptions;
import dev.steering.apply.Method;
import dev.steering.apply.Query;
import dev.steering.core.ProgressListener;
import dev.steering.eval.capability.CapabilityItem.Choice;
import dev.steering.eval.capability.CapabilityItem.Exact;
import dev.steering.eval.capability.CapabilityTask.Kind;
import dev.steering.eval.run.EncodedPrompts;
import dev.steering.eval.store.JsonLog;
import dev.steering.eval.utility.Divergence;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.decode.TokenListener;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Asks every method every question of every task, without examples in front of it, and keeps what came of each batch as soon as it is there,
 * in {@code capability.jsonl}: a killed run goes on where it was, with the same numbers.
 *
 * <p>A choice is scored by the sum of ln P of its tokens as the whole answer, under the method's own next-token distribution:
 * {@code accuracy} and {@code mc1} count questions whose likeliest choice is right, {@code mc2} is the mean share of probability on right
 * ones (TruthfulQA, arXiv 2109.07958, section 3.2). {@code exact_match} counts greedy answers whose number is the right one. Not
 * thread-safe.
 */
public final class CapabilityRun {
    private static final String FILE = "capability.jsonl";
    private static final int QUESTIONS_AT_ONCE = 16;

    private final Path directory;
    private final ChatModel model;
    private final EncodedPrompts prompts;
    private final GenerationOptions writing;
    private final int batch;
    private final ProgressListener progress;
    private final Map<String, List<Double>> known = new LinkedHashMap<>();

    /**
     * @param directory the run's directory, claimed by its manifest
     * @param model the model
     * @param prompts encodes the questions
     * @param writing how greedy answers are written
     * @param batch most answers that are written at once
     * @param progress told how far it has come
     */
    public CapabilityRun(
            Path directory,
            ChatModel model,
            EncodedPrompts prompts,
            GenerationOptions writing,
            int batch,
            ProgressListener progress) {
        this.directory = directory;
        this.model = model;
        this.prompts = prompts;
        this.writing = writing;
        this.batch = batch;
        this.progress = progress;
    }

    /**
     * @param methods the methods
     * @param tasks the tasks, with different names
     * @return every method's scores, by name, in the order of the tasks
     */
    public Map<String, List<CapabilityScore>> measure(List<Method> methods, List<CapabilityTask> tasks) {
        Map<String, List<CapabilityScore>> scores = new LinkedHashMap<>();
        try (JsonLog log = JsonLog.open(directory.resolve(FILE))) {
            log.read(line -> known.put(line.string("key"), line.numbers("scores")));
            for (Method method : methods) {
                List<CapabilityScore> ofMethod = new ArrayList<>();
                for (CapabilityTask task : tasks) {
                    ofMethod.add(score(method, task, log));
                }
                scores.put(method.name(), ofMethod);
            }
        }
        return scores;
    }

    private CapabilityScore score(Method method, CapabilityTask task, JsonLog log) {
        double sum = 0;
        int count = task.items().size();
        for (int from = 0; from < count; from += QUESTIONS_AT_ONCE) {
            String key = method.name() + " " + task.name() + " " + from;
            List<CapabilityItem> items = task.items().subList(from, Math.min(count, from + QUESTIONS_AT_ONCE));
            List<Double> scores = known.get(key);
            if (scores == null) {
                scores = task.kind() == Kind.EXACT_MATCH ? matches(method, items) : choices(method, items, task.kind());
                log.append(List.of(line(key, scores)));
            }
            sum += scores.stream().mapToDouble(s -> s).sum();
            progress.onProgress(task.name() + " with " + method.name(), from + (long) items.size(), count);
        }
        return new CapabilityScore(task.name(), task.kind().metric(), sum / count, count);
    }

    private static ObjectNode line(String key, List<Double> scores) {
        ObjectNode line = JsonLog.newLine().put("key", key);
        ArrayNode values = line.putArray("scores");
        scores.forEach(values::add);
        return line;
    }

    private List<Double> matches(Method method, List<CapabilityItem> items) {
        List<Answer> answers = Answering.with(model)
                .withOptions(writing)
                .withBatch(batch)
                .answerQueries(queries(items), method, TokenListener.NONE);
        List<Double> scores = new ArrayList<>();
        for (int i = 0; i < items.size(); i++) {
            String number = AnswerNumbers.answer(answers.get(i).text());
            boolean right = number != null && AnswerNumbers.equal(number, ((Exact) items.get(i)).answer());
            scores.add(right ? 1.0 : 0.0);
        }
        return scores;
    }

    private List<Query> queries(List<CapabilityItem> items) {
        return prompts.queries(items.stream().map(CapabilityItem::question).toList());
    }

    private List<Double> choices(Method method, List<CapabilityItem> items, Kind kind) {
        List<Query> queries = new ArrayList<>();
        List<int[]> texts = new ArrayList<>();
        for (CapabilityItem item : items) {
            for (String choice : ((Choice) item).choices()) {
                queries.add(prompts.query(item.question()));
                texts.add(model.tokenizer().encode(choice, false));
            }
        }
        double[] likelihoods = new double[texts.size()];
        int longest = texts.stream().mapToInt(text -> text.length).max().orElse(1);
        Divergence reader = new Divergence(model, GenerationOptions.greedy(longest));
        for (int from = 0; from < texts.size(); from += batch) {
            int to = Math.min(texts.size(), from + batch);
            double[] part = reader.logLikelihoods(method, queries.subList(from, to), texts.subList(from, to));
            System.arraycopy(part, 0, likelihoods, from, part.length);
        }
        List<Double> scores = new ArrayList<>();
        int at = 0;
        for (CapabilityItem item : items) {
            Choice choice = (Choice) item;
            int count = choice.choices().size();
            scores.add(score(choice, likelihoods, at, kind));
            at += count;
        }
        return scores;
    }

    private static double score(Choice choice, double[] likelihoods, int from, Kind kind) {
        int best = 0;
        double most = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < choice.choices().size(); i++) {
            if (likelihoods[from + i] > most) {
                best = i;
                most = likelihoods[from + i];
            }
        }
        if (kind != Kind.MC2) {
            return choice.right().contains(best) ? 1 : 0;
        }
        if (most == Double.NEGATIVE_INFINITY) {
            return 0;
        }
        double all = 0;
        double right = 0;
        for (int i = 0; i < choice.choices().size(); i++) {
            // Relative to the largest: long texts are less likely than the smallest number.
            double share = Math.exp(likelihoods[from + i] - most);
            all += share;
            right += choice.right().contains(i) ? share : 0;
        }
        return right / all;
    }
}
