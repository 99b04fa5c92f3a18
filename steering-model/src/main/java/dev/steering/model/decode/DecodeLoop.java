package dev.steering.model.decode;

import dev.steering.model.chat.ChatModel;
import dev.steering.model.ort.KeyValueCache;
import java.util.function.ObjIntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes any number of texts with a bounded number of rows: a row whose text is done leaves at once, and when enough have left,
 * waiting texts take their places. So every pass computes what is wanted and nothing else, however different the lengths of
 * prompts and answers are.
 *
 * <p>New prompts are read apart, among themselves, by a {@link Prefill}; then their caches are copied behind the rows that are
 * there. Where that is not possible (see {@link KeyValueCache#joins()}), new texts wait until all rows are done. What is written
 * does not depend on which texts are written together, but for floating-point results that depend on the size of a batch.
 *
 * <p>Immutable and thread-safe: each call has its own cache.
 */
public final class DecodeLoop {
    private static final int REFILL_SHARE = 4;

    private final ChatModel model;
    private final GenerationOptions options;
    private final int most;

    /**
     * @param model the model
     * @param options how to write
     * @param most most rows at once, at least 1
     */
    public DecodeLoop(ChatModel model, GenerationOptions options, int most) {
        if (most < 1) {
            throw new IllegalArgumentException("batches of " + most + " rows");
        }
        this.model = model;
        this.options = options;
        this.most = most;
    }

    /**
     * @param prefill reads the prompts
     * @param capacity positions for the longest prompt and its answer
     * @param listener hears the texts by their numbers
     * @param done told every text with its number, as soon as it is written
     */
    public void run(Prefill prefill, int capacity, TokenListener listener, ObjIntConsumer<Generation> done) {
        try (KeyValueCache cache = model.model().newCache(0, capacity)) {
            RowBatch batch = new RowBatch(model.model(), cache, row -> done.accept(row.result(), row.index()));
            new Run(prefill, cache, batch, listener).run();
        }
    }

    /** One call's state. */
    private final class Run {
        private final Prefill prefill;
        private final KeyValueCache cache;
        private final RowBatch batch;
        private final TokenListener listener;
        private Prefill.@Nullable Read read;
        private int entered;

        Run(Prefill prefill, KeyValueCache cache, RowBatch batch, TokenListener listener) {
            this.prefill = prefill;
            this.cache = cache;
            this.batch = batch;
            this.listener = listener;
        }

        void run() {
            boolean more = true;
            while (more || batch.size() > 0) {
                while (more && hasRoom()) {
                    more = enter();
                }
                if (batch.size() > 0) {
                    batch.step();
                }
            }
        }

        /** A prefill of a few rows costs more per row than one of many: so not for every row that leaves. */
        private boolean hasRoom() {
            int least = isRead() ? 1 : Math.max(1, most / REFILL_SHARE);
            return batch.size() == 0 || (cache.joins() && most - batch.size() >= least);
        }

        /** Whether there are texts whose prompts have been read. */
        private boolean isRead() {
            return read != null && entered < read.drafts().size();
        }

        /** Lets as many texts in as there is room for; false if there are no more. */
        private boolean enter() {
            int room = most - batch.size();
            if (!isRead()) {
                read = prefill.next(room);
                entered = 0;
            }
            Prefill.Read from = read;
            if (from == null) {
                return false;
            }
            int end = Math.min(from.drafts().size(), entered + room);
            cache.append(
                    from.cache(),
                    from.rows().subList(entered, end).stream()
                            .mapToInt(Integer::intValue)
                            .toArray());
            for (Draft draft : from.drafts().subList(entered, end)) {
                int[] last = {draft.prompt()[draft.beginning()]};
                batch.add(new Row(model, options, draft.prompt(), draft.index(), listener), draft.steering(), last);
            }
            entered = end;
            return true;
        }
    }
}
