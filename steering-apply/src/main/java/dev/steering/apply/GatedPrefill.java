package dev.steering.apply;

import dev.steering.core.chat.ChatModel;
import dev.steering.core.generation.Draft;
import dev.steering.core.generation.Prefill;
import dev.steering.core.runtime.ForwardResult;
import dev.steering.core.runtime.KeyValueCache;
import dev.steering.core.runtime.LengthBatches;
import dev.steering.core.runtime.Steering;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads prompts, longest first, and asks a plan's gates in the same pass: its cache is kept but for the prompt's last token and what
 * the gates wanted behind it. For plans that spare prompts. Not thread-safe.
 */
final class GatedPrefill implements Prefill, AutoCloseable {
    private final ChatModel model;
    private final List<int[]> prompts;
    private final PromptGates gates;
    private final PlannedSteering planned;
    private final KeyValueCache cache;
    private final int[] order;
    private final @Nullable Decision[] decisions;
    private int next;
    private @Nullable ForwardResult states;

    GatedPrefill(ChatModel model, List<int[]> prompts, PromptGates gates, PlannedSteering planned) {
        this.model = model;
        this.prompts = prompts;
        this.gates = gates;
        this.planned = planned;
        int[] lengths = prompts.stream().mapToInt(prompt -> prompt.length).toArray();
        int longest = Arrays.stream(lengths).max().orElse(0);
        this.cache = model.model().newCache(0, Math.max(1, longest + gates.extraTokens()));
        this.order = LengthBatches.of(lengths, Math.max(1, prompts.size())).stream()
                .flatMapToInt(IntStream::of)
                .toArray();
        this.decisions = new Decision[prompts.size()];
    }

    /** What the first gate said of a prompt that has been read. */
    @Nullable
    Decision decision(int prompt) {
        return decisions[prompt];
    }

    @Override
    public @Nullable Read next(int most) {
        if (next == order.length) {
            return null;
        }
        int[] batch = Arrays.copyOfRange(order, next, Math.min(order.length, next + most));
        next += batch.length;
        List<int[]> read = IntStream.of(batch).mapToObj(prompts::get).toList();
        cache.reset(batch.length);
        states = model.model().forward(gates.request(read), cache, states);
        PromptGates.Verdicts verdicts = gates.verdicts(read, states);
        Steering steering = planned.steering(read, verdicts.factors());
        List<Draft> drafts = new ArrayList<>();
        for (int row = 0; row < batch.length; row++) {
            decisions[batch[row]] = verdicts.decisions().get(row).get(0);
            cache.rewind(row, read.get(row).length - 1);
            drafts.add(new Draft(batch[row], read.get(row), steering.ofRow(row)));
        }
        return new Read(cache, IntStream.range(0, batch.length).boxed().toList(), drafts);
    }

    @Override
    public void close() {
        cache.close();
    }
}
