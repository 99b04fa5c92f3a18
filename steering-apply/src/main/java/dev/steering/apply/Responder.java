package dev.steering.apply;

import dev.steering.model.decode.Generation;
import dev.steering.model.decode.TokenListener;
import dev.steering.model.pass.LengthBatches;
import java.util.List;
import java.util.function.ObjIntConsumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A way to answer a batch of prompts. Implementations are thread-safe. */
public interface Responder {
    /**
     * What came of one prompt.
     *
     * @param generation what was written
     * @param decision what was decided about the prompt; null for methods that decide nothing
     */
    record Reply(Generation generation, @Nullable Decision decision) {
        /**
         * @param texts what was written
         * @return replies of a method that decides nothing, in the same order
         */
        static List<Reply> undecided(List<Generation> texts) {
            return texts.stream().map(text -> new Reply(text, null)).toList();
        }
    }

    /**
     * @param queries what to answer, one per row
     * @param listener hears the text
     * @return one reply per row; a row's reply does not depend on the others
     */
    List<Reply> reply(List<Query> queries, TokenListener listener);

    /**
     * @return whether it means something on a text that is no prompt ({@link Query#plainText}): false for methods that decide about
     *     prompts or put them into contexts of their own
     */
    default boolean readsPlainText() {
        return false;
    }

    /**
     * Answers any number of queries. This implementation takes one batch after the other, by length; those that can, let waiting
     * queries take the places of rows that are done.
     *
     * @param queries what to answer
     * @param rows most queries that are answered at once, at least 1
     * @param listener hears the text; its rows are indices of the queries
     * @param done told every reply with the index of its query, as soon as it is complete
     */
    default void replyAll(List<Query> queries, int rows, TokenListener listener, ObjIntConsumer<Reply> done) {
        int[] lengths = queries.stream().mapToInt(q -> q.tokens().length).toArray();
        for (int[] batch : LengthBatches.of(lengths, rows)) {
            List<Reply> replies = reply(
                    IntStream.of(batch).mapToObj(queries::get).toList(),
                    listener == TokenListener.NONE ? listener : listener.forBatch(batch));
            for (int i = 0; i < batch.length; i++) {
                done.accept(replies.get(i), batch[i]);
            }
        }
    }
}
