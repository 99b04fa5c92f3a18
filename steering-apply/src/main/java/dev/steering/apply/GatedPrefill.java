package dev.steering.apply;

import dev.steering.model.chat.ChatModel;
import dev.steering.model.decode.Draft;
import dev.steering.model.decode.Prefill;
import dev.steering.model.ort.ForwardResult;
import dev.steering.model.ort.KeyValueCache;
import dev.steering.model.pass.LengthBatches;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads prompts, longest first, and asks the gates of plans in the same pass: the cache is kept but for the prompt's last token and
 * what the gates wanted behind it, and every plan's text begins with it. For plans that spare prompts. Texts are numbered {@code prompt *
 * plans + plan}. Not thread-safe.
 */
final class GatedPrefill implements Prefill, AutoCloseable {
    private final ChatModel model;
    private final List<int[]> prompts;
    private final PromptGates gates;
    private final PlannedSteering planned;
    private final PlanVariants variants;
    private final KeyValueCache cache;
    private final int[] order;
    private final @Nullable Decision[] decisions;
    private int next;
    private @Nullable ForwardResult states;

    GatedPrefill(
            ChatModel model, List<int[]> prompts, PromptGates gates, PlannedSteering planned, PlanVariants variants) {
        this.model = model;
        this.prompts = prompts;
        this.gates = gates;
        this.planned = planned;
        this.variants = variants;
        int[] lengths = prompts.stream().mapToInt(prompt -> prompt.length).toArray();
        int longest = Arrays.stream(lengths).max().orElse(0);
        this.cache = model.model().newCache(0, Math.max(1, longest + gates.extraTokens()));
        this.order = LengthBatches.of(lengths, Math.max(1, prompts.size())).stream()
                .flatMapToInt(IntStream::of)
                .toArray();
        this.decisions = new Decision[prompts.size() * variants.count()];
    }

    /** What the first gate of its plan said of a text whose prompt has been read. */
    @Nullable
    Decision decision(int text) {
        return decisions[text];
    }

    @Override
    public @Nullable Read next(int most) {
        if (next == order.length) {
            close();
            return null;
        }
        int[] batch = Arrays.copyOfRange(order, next, Math.min(order.length, next + most));
        next += batch.length;
        List<int[]> read = IntStream.of(batch).mapToObj(prompts::get).toList();
        cache.reset(batch.length);
        states = model.model().forward(gates.request(read), cache, states);
        PromptGates.Verdicts verdicts = gates.verdicts(read, states);
        List<Integer> rows = new ArrayList<>();
        List<Draft> drafts = new ArrayList<>();
        for (int row = 0; row < batch.length; row++) {
            cache.rewind(row, read.get(row).length - 1);
            for (int variant = 0; variant < variants.count(); variant++) {
                int text = batch[row] * variants.count() + variant;
                decisions[text] =
                        variants.decision(variant, verdicts.decisions().get(row));
                rows.add(row);
                drafts.add(new Draft(
                        text,
                        read.get(row),
                        planned.steering(read.get(row), variants.factors(variant, verdicts.factors()[row]))));
            }
        }
        return new Read(cache, rows, drafts);
    }

    @Override
    public void close() {
        cache.close();
    }
}
