package dev.steering.model.decode;

import dev.steering.model.chat.ChatModel;
import dev.steering.model.ort.KeyValueCache;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Writes any number of texts with a bounded number of rows: a row whose text is done leaves at once, and when enough have left,
 * waiting texts take their places. So every pass computes what is wanted and nothing else, however different the lengths of
 * prompts and answers are. Texts of different vectors, strengths, options and numbers of contexts are written side by side.
 *
 * <p>New prompts are read apart, among themselves; then their caches are copied behind the rows that are there. Where that is not
 * possible (see {@link KeyValueCache#joins()}), new texts wait until all rows are done. What is written
 * does not depend on which texts are written together, but for floating-point results that depend on the size of a batch.
 *
 * <p>Immutable and thread-safe: each call has its own caches.
 */
public final class DecodeLoop {
    private static final int REFILL_SHARE = 4;

    private final ChatModel model;
    private final int most;
    private final int leastFree;

    private DecodeLoop(ChatModel model, int most, int leastFree) {
        if (most < 1) {
            throw new IllegalArgumentException("batches of " + most + " rows");
        }
        this.model = model;
        this.most = most;
        this.leastFree = leastFree;
    }

    /**
     * For texts that are all there: new ones are read a few at a time, because a pass of one row costs more per row than one of many.
     *
     * @param model the model
     * @param most most rows at once, at least 1; a single text of more contexts is written all the same
     * @return a loop
     */
    public static DecodeLoop filling(ChatModel model, int most) {
        return new DecodeLoop(model, most, Math.max(1, most / REFILL_SHARE));
    }

    /**
     * For texts that come one by one: none waits while there is a free row.
     *
     * @param model the model
     * @param most most rows at once, at least 1; a single text of more contexts is written all the same
     * @return a loop
     */
    public static DecodeLoop serving(ChatModel model, int most) {
        return new DecodeLoop(model, most, 1);
    }

    /** Is told what becomes of the texts, by the loop's thread. */
    public interface Results {
        /**
         * @param draft a text
         * @param text what was written
         */
        void done(Draft draft, Generation text);

        /**
         * @param draft a text of which nothing came
         * @param reason why
         */
        void failed(Draft draft, RuntimeException reason);

        /**
         * @param rows rows of the pass of decoding that comes next
         */
        default void passing(int rows) {}
    }

    /**
     * Runs until the queue is exhausted and every text is done.
     *
     * @param queue where texts come from
     * @param capacity positions for the longest context and its text, as far as they are known; grows where more is needed
     * @param results told every text, as soon as it is written
     */
    public void run(DraftQueue queue, int capacity, Results results) {
        try (Run run = new Run(queue, capacity, results)) {
            run.run();
        }
    }

    /** One call's state. */
    private final class Run implements AutoCloseable {
        private final DraftQueue queue;
        private final Results results;
        private final PromptReader reader;
        private final DecodeBatch batch;
        private KeyValueCache cache;
        private PromptReader.@Nullable Read read;
        private int entered;

        Run(DraftQueue queue, int capacity, Results results) {
            this.queue = queue;
            this.results = results;
            this.cache = model.model().newCache(0, capacity);
            this.reader = new PromptReader(model.model());
            this.batch = new DecodeBatch(model.model(), cache, this::finish);
        }

        private void finish(Text text) {
            RuntimeException failure = text.failure();
            if (failure != null) {
                results.failed(text.draft(), failure);
            } else {
                results.done(text.draft(), text.result());
            }
        }

        void run() {
            while (isRead() || batch.size() > 0 || !queue.isExhausted()) {
                boolean more = true;
                while (more && hasRoom()) {
                    more = enter();
                }
                if (batch.size() > 0) {
                    results.passing(batch.rows());
                    batch.step();
                }
            }
        }

        private boolean hasRoom() {
            int free = most - batch.rows();
            int least = isRead() ? rowsOfNext() : leastFree;
            return batch.size() == 0 || (cache.joins() && free >= least);
        }

        /** Whether there are texts whose prompts have been read. */
        private boolean isRead() {
            return read != null && entered < read.drafts().size();
        }

        private int rowsOfNext() {
            return read == null ? 1 : read.rows().get(entered).length;
        }

        /** Lets as many texts in as there is room for; false if there are none now. */
        private boolean enter() {
            if (!isRead()) {
                List<Draft> taken = queue.take(Math.max(1, most - batch.rows()), batch.size() == 0);
                if (taken.isEmpty()) {
                    return false;
                }
                read = readOrFail(taken);
                entered = 0;
            }
            PromptReader.Read from = read;
            List<Integer> rows = new ArrayList<>();
            List<Text> texts = new ArrayList<>();
            while (from != null && isRead() && hasRoomBeside(rows.size())) {
                IntStream.of(from.rows().get(entered)).forEach(rows::add);
                texts.add(new Text(model, from.drafts().get(entered)));
                entered++;
            }
            if (from != null && !texts.isEmpty()) {
                grow(texts);
                cache.append(
                        from.cache(), rows.stream().mapToInt(Integer::intValue).toArray());
                texts.forEach(batch::add);
            }
            return true;
        }

        /** A text whose contexts cannot be read fails alone. */
        private PromptReader.Read readOrFail(List<Draft> taken) {
            try {
                return reader.read(taken);
            } catch (RuntimeException e) {
                if (taken.size() == 1) {
                    results.failed(taken.get(0), e);
                    return reader.nothing();
                }
            }
            List<Draft> sound = new ArrayList<>();
            for (Draft draft : taken) {
                try {
                    int unused = reader.read(List.of(draft)).drafts().size();
                    sound.add(draft);
                } catch (RuntimeException e) {
                    results.failed(draft, e);
                }
            }
            return sound.isEmpty() ? reader.nothing() : reader.read(sound);
        }

        private boolean hasRoomBeside(int entering) {
            int rows = batch.rows() + entering;
            return rows == 0 || rows + rowsOfNext() <= most;
        }

        /** Makes room for texts that are longer than all before. */
        private void grow(List<Text> texts) {
            int context = model.manifest().context();
            long wanted = texts.stream()
                    .mapToLong(text -> text.draft().positions())
                    .max()
                    .orElse(0);
            int needed = (int) Math.min(context, wanted);
            if (needed <= cache.capacity()) {
                return;
            }
            KeyValueCache larger = model.model().newCache(0, Math.min(context, Math.max(needed, 2 * cache.capacity())));
            larger.append(cache, IntStream.range(0, cache.rows()).toArray());
            cache.close();
            cache = larger;
            batch.moveTo(larger);
        }

        @Override
        public void close() {
            reader.close();
            cache.close();
        }
    }
}
