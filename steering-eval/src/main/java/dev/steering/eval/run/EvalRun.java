package dev.steering.eval.run;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.apply.Answer;
import dev.steering.core.BadFile;
import dev.steering.core.ProgressListener;
import dev.steering.core.SteeringException;
import dev.steering.core.json.JsonFields;
import dev.steering.eval.dataset.EvalItem;
import dev.steering.eval.store.JsonLog;
import dev.steering.model.pass.LengthBatches;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * Has every method answer every prompt, and keeps each answer as soon as it is there.
 *
 * <p>{@code answers.jsonl} grows by whole batches, forced to the disk. What is in a batch depends on method, prompts and batch size
 * alone, and a batch of which a killed run has written a part is answered again as a whole: rows are computed beside the same
 * neighbours as in a run that nothing interrupted, so the bytes are the same even where floating-point results depend on the batch.
 * Times are in {@code timings.jsonl}, apart from what must not change. Not thread-safe.
 */
public final class EvalRun {
    private static final System.Logger LOG = System.getLogger("dev.steering.eval");
    private static final String ANSWERS = "answers.jsonl";
    private static final String TIMINGS = "timings.jsonl";

    private final Path directory;
    private final List<EvalItem> items;
    private final int batch;
    private final ProgressListener progress;
    private final Map<RowKey, EvalItem> itemsByKey = new LinkedHashMap<>();
    private final Map<RowKey, AnswerRow> rows = new LinkedHashMap<>();
    private final Map<String, Map<Integer, Cost>> costs = new LinkedHashMap<>();
    private long done;
    private long total;

    /**
     * @param directory the run's directory, claimed by its manifest
     * @param items what to ask
     * @param batch prompts that are answered between two writes, which is what a kill may cost
     * @param progress told how many answers there are
     */
    public EvalRun(Path directory, List<EvalItem> items, int batch, ProgressListener progress) {
        this.directory = directory;
        this.items = List.copyOf(items);
        this.batch = batch;
        this.progress = progress;
        items.forEach(item -> itemsByKey.put(RowKey.of("", item), item));
    }

    /**
     * Answers what is not answered yet; the methods of a group answer every batch together.
     *
     * @param groups the groups; all of their methods have different names
     * @return every method's answer to every prompt, methods in their order and prompts in theirs
     * @throws SteeringException if the directory is in use, or holds rows of other prompts
     */
    public List<AnswerRow> run(List<? extends EvalGroup> groups) {
        List<String> methods = groups.stream()
                .flatMap(group -> group.plans().keySet().stream())
                .toList();
        try (JsonLog answers = JsonLog.open(directory.resolve(ANSWERS));
                JsonLog timings = JsonLog.open(directory.resolve(TIMINGS))) {
            take(answers);
            takeTimings(timings);
            total = (long) methods.size() * items.size();
            done = methods.stream().mapToLong(method -> answered(method, items)).sum();
            if (done > 0) {
                LOG.log(
                        System.Logger.Level.INFO,
                        "going on: {0} of {1} answers were there in {2}",
                        "" + done,
                        "" + total,
                        directory);
            }
            progress.onProgress("answering", done, total);
            groups.forEach(group -> run(group, answers, timings));
        }
        List<AnswerRow> ordered = new ArrayList<>();
        for (String method : methods) {
            for (EvalItem item : items) {
                ordered.add(Objects.requireNonNull(rows.get(RowKey.of(method, item))));
            }
        }
        return ordered;
    }

    private void take(JsonLog answers) {
        answers.read(this::take).forEach(row -> rows.put(RowKey.of(row.method(), row.item()), row));
    }

    private AnswerRow take(JsonFields line) {
        RowKey key = RowKey.of(line);
        EvalItem item = itemsByKey.get(new RowKey("", key.set(), key.row()));
        if (item == null || !item.prompt().equals(line.string("prompt"))) {
            throw new BadFile(directory.resolve(ANSWERS) + " holds an answer to a prompt that is not asked: row "
                    + key.row() + " of '" + key.set() + "'. Choose another output directory.");
        }
        return AnswerRow.of(line, item);
    }

    /** How long a group's batch took. */
    private record Timing(String group, int batch, Cost cost) {}

    private void takeTimings(JsonLog timings) {
        timings.read(line -> new Timing(
                        line.string("method"),
                        line.integer("batch"),
                        new Cost(line.longInteger("answers"), line.longInteger("tokens"), line.number("seconds"))))
                .forEach(this::take);
    }

    private void take(Timing timing) {
        costs.computeIfAbsent(timing.group(), name -> new LinkedHashMap<>()).put(timing.batch(), timing.cost());
    }

    private void run(EvalGroup group, JsonLog answers, JsonLog timings) {
        int[] lengths = group.lengths(items.stream().map(EvalItem::prompt).toList());
        List<int[]> batches = LengthBatches.of(lengths, batch);
        for (int b = 0; b < batches.size(); b++) {
            List<EvalItem> together =
                    IntStream.of(batches.get(b)).mapToObj(items::get).toList();
            long there = group.plans().keySet().stream()
                    .mapToLong(method -> answered(method, together))
                    .sum();
            if (there == (long) group.plans().size() * together.size()) {
                continue;
            }
            long before = done - there;
            long started = System.nanoTime();
            List<List<Answer>> replies = group.answer(
                    together.stream().map(EvalItem::prompt).toList(),
                    answered -> progress.onProgress("answering", before + Math.max(there, answered), total));
            double seconds = (System.nanoTime() - started) / 1e9;
            // Before the answers: a batch that is there in full has its time.
            timings.append(List.of(timing(group.name(), b, replies, seconds)));
            answers.append(newRows(group, together, replies));
            progress.onProgress("answering", done, total);
        }
    }

    private long answered(String method, List<EvalItem> together) {
        return together.stream()
                .filter(item -> rows.containsKey(RowKey.of(method, item)))
                .count();
    }

    private ObjectNode timing(String group, int index, List<List<Answer>> replies, double seconds) {
        List<Answer> all = replies.stream().flatMap(List::stream).toList();
        long tokens = all.stream()
                .mapToLong(reply -> reply.generation().tokens().size())
                .sum();
        take(new Timing(group, index, new Cost(all.size(), tokens, seconds)));
        return JsonLog.newLine()
                .put("method", group)
                .put("batch", index)
                .put("answers", all.size())
                .put("tokens", tokens)
                .put("seconds", seconds);
    }

    private List<ObjectNode> newRows(EvalGroup group, List<EvalItem> together, List<List<Answer>> replies) {
        List<ObjectNode> lines = new ArrayList<>();
        int method = 0;
        for (Map.Entry<String, String> plan : group.plans().entrySet()) {
            for (int i = 0; i < together.size(); i++) {
                RowKey key = RowKey.of(plan.getKey(), together.get(i));
                if (!rows.containsKey(key)) {
                    AnswerRow row = AnswerRow.of(
                            plan.getKey(), together.get(i), replies.get(method).get(i));
                    rows.put(key, row);
                    lines.add(row.toJson(plan.getValue()));
                    done++;
                }
            }
            method++;
        }
        return lines;
    }

    /**
     * @param method name of a method, or of a group
     * @return what its answers cost, in this run and in those that were interrupted
     */
    public Cost cost(String method) {
        return costs.getOrDefault(method, Map.of()).values().stream().reduce(Cost.NONE, Cost::plus);
    }
}
