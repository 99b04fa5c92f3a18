package dev.steering.eval.run;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.apply.Answer;
import dev.steering.core.ProgressListener;
import dev.steering.core.json.JsonFields;
import dev.steering.eval.dataset.EvalItem;
import dev.steering.eval.store.JsonLog;
import dev.steering.model.decode.Generation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Measures what methods cost per token relative to the first.
 *
 * <p>The times of the answers themselves do not tell that: methods run one after the other, the first pays for warming up, and whatever
 * else the machine does falls on one of them. Here every method answers the same few prompts in every round, in an order that rotates
 * from round to round, after a round that does not count; each round gives one ratio per method, and the median of the ratios is
 * the cost. Prompts are answered one by one, as in a chat, and together, as in an evaluation: a second context per prompt is cheap
 * in the first case, where reading the weights takes the time, and not in the second.
 *
 * <p>{@code cost.jsonl} keeps the rounds, so that a run that goes on does not measure again. Not thread-safe.
 */
public final class CostRounds {
    /** Most prompts that are answered together. */
    public static final int MOST_TOGETHER = 16;

    private static final int ALONE = 4;
    private static final String FILE = "cost.jsonl";

    private final Path directory;
    private final List<String> prompts;
    private final ProgressListener progress;
    private final LongSupplier nanoTime;
    private final Supplier<Supplier<MachineUse>> machine;

    /**
     * @param directory the run's directory, claimed by its manifest
     * @param items what to ask: prompts at equal distances are taken
     * @param batch most prompts at once
     * @param progress told how many rounds there are
     */
    public CostRounds(Path directory, List<EvalItem> items, int batch, ProgressListener progress) {
        this(directory, items, batch, progress, System::nanoTime, MachineUse::measuring);
    }

    CostRounds(
            Path directory,
            List<EvalItem> items,
            int batch,
            ProgressListener progress,
            LongSupplier nanoTime,
            Supplier<Supplier<MachineUse>> machine) {
        this.nanoTime = nanoTime;
        this.machine = machine;
        this.directory = directory;
        this.progress = progress;
        int count = Math.min(Math.min(MOST_TOGETHER, batch), items.size());
        this.prompts = IntStream.range(0, count)
                .mapToObj(
                        i -> items.get((int) ((long) i * items.size() / count)).prompt())
                .toList();
    }

    /**
     * Cost per token of one method.
     *
     * @param alone prompts one by one
     * @param together prompts in one batch of {@code rows}
     * @param rows rows of that batch
     * @param busyRounds in how many rounds the machine was busy with other work while this or the first method was timed
     * @param others the largest share of the processors' time that other processes took in a round, 0..1; NaN if that is not known
     */
    public record Measured(RelativeCost alone, RelativeCost together, int rows, int busyRounds, double others) {
        /**
         * On a machine that did nothing else.
         *
         * @param alone prompts one by one
         * @param together prompts in one batch of {@code rows}
         * @param rows rows of that batch
         */
        public Measured(RelativeCost alone, RelativeCost together, int rows) {
            this(alone, together, rows, 0, 0);
        }
    }

    /** What one method took in one round. */
    private record Round(double alone, double together, MachineUse machine) {}

    private record Timed(String method, int round, Round times) {}

    /**
     * @param methods the methods; the first is what the others are compared with
     * @param rounds how many rounds count, at least 1
     * @return the costs by method, in their order
     */
    public Map<String, Measured> measure(List<? extends EvalGroup> methods, int rounds) {
        Map<String, Map<Integer, Round>> found = new LinkedHashMap<>();
        try (JsonLog log = JsonLog.open(directory.resolve(FILE))) {
            log.read(line -> new Timed(
                            line.string("method"),
                            line.integer("round"),
                            new Round(
                                    line.number("alone_seconds_per_token"),
                                    line.number("together_seconds_per_token"),
                                    machine(line))))
                    .forEach(timed -> take(timed, found));
            boolean warm = false;
            for (int round = 0; round < rounds; round++) {
                int now = round;
                boolean complete = methods.stream().allMatch(method -> found.getOrDefault(method.name(), Map.of())
                        .containsKey(now));
                if (!complete) {
                    if (!warm) {
                        methods.forEach(this::time);
                        warm = true;
                    }
                    measure(methods, round, log, found);
                }
                progress.onProgress("measuring costs", round + 1L, rounds);
            }
        }
        Map<String, Measured> costs = new LinkedHashMap<>();
        List<Round> reference = rounds(found, methods.get(0), rounds);
        methods.forEach(
                method -> costs.put(method.name(), relative(rounds(found, method, rounds), reference, prompts.size())));
        return costs;
    }

    private void measure(
            List<? extends EvalGroup> methods, int round, JsonLog log, Map<String, Map<Integer, Round>> found) {
        List<ObjectNode> lines = new ArrayList<>();
        List<Timed> timed = new ArrayList<>();
        for (int i = 0; i < methods.size(); i++) {
            EvalGroup method = methods.get((i + round) % methods.size());
            Round times = time(method);
            timed.add(new Timed(method.name(), round, times));
            ObjectNode line = JsonLog.newLine()
                    .put("method", method.name())
                    .put("round", round)
                    .put("alone_seconds_per_token", times.alone())
                    .put("together_seconds_per_token", times.together())
                    .put("processors", times.machine().processors());
            putKnown(line, "others_share", times.machine().others());
            putKnown(line, "load_average", times.machine().load());
            lines.add(line);
        }
        log.append(lines);
        timed.forEach(one -> take(one, found));
    }

    /** What is not known is not in the log, nor is anything of the machine in logs of earlier versions. */
    private static MachineUse machine(JsonFields line) {
        return line.has("processors")
                ? new MachineUse(known(line, "others_share"), known(line, "load_average"), line.integer("processors"))
                : MachineUse.UNKNOWN;
    }

    private static void putKnown(ObjectNode line, String key, double value) {
        if (Double.isFinite(value)) {
            line.put(key, value);
        }
    }

    private static double known(JsonFields line, String key) {
        return line.has(key) ? line.number(key) : Double.NaN;
    }

    private static void take(Timed timed, Map<String, Map<Integer, Round>> found) {
        found.computeIfAbsent(timed.method(), name -> new LinkedHashMap<>()).put(timed.round(), timed.times());
    }

    private Round time(EvalGroup method) {
        List<List<String>> oneByOne =
                prompts.stream().limit(ALONE).map(List::of).toList();
        Supplier<MachineUse> use = machine.get();
        return new Round(secondsPerToken(method, oneByOne), secondsPerToken(method, List.of(prompts)), use.get());
    }

    /** An end token is decoded like any other and counts, so that there is always one. */
    private double secondsPerToken(EvalGroup method, List<List<String>> batches) {
        long tokens = 0;
        long nanos = 0;
        for (List<String> batch : batches) {
            long started = nanoTime.getAsLong();
            List<Answer> answers = method.answer(batch).get(0);
            nanos += nanoTime.getAsLong() - started;
            for (Answer answer : answers) {
                Generation written = answer.generation();
                tokens += written.tokens().size() + (written.finish() == Generation.Finish.END ? 1 : 0);
            }
        }
        return nanos / 1e9 / tokens;
    }

    private static List<Round> rounds(Map<String, Map<Integer, Round>> found, EvalGroup method, int rounds) {
        Map<Integer, Round> all = found.getOrDefault(method.name(), Map.of());
        return IntStream.range(0, rounds).mapToObj(all::get).toList();
    }

    private static Measured relative(List<Round> rounds, List<Round> reference, int rows) {
        return new Measured(
                RelativeCost.of(IntStream.range(0, rounds.size())
                        .mapToDouble(
                                i -> rounds.get(i).alone() / reference.get(i).alone())
                        .toArray()),
                RelativeCost.of(IntStream.range(0, rounds.size())
                        .mapToDouble(
                                i -> rounds.get(i).together() / reference.get(i).together())
                        .toArray()),
                rows,
                (int) IntStream.range(0, rounds.size())
                        .filter(i -> rounds.get(i).machine().busy()
                                || reference.get(i).machine().busy())
                        .count(),
                rounds.stream()
                        .mapToDouble(round -> round.machine().others())
                        .max()
                        .orElse(Double.NaN));
    }
}
