package dev.steering.apply;

import dev.steering.core.generation.Generation;
import dev.steering.core.generation.TokenListener;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A way to answer a batch of prompts. Implementations are thread-safe. */
public interface Responder {
    /**
     * What came of one prompt.
     *
     * @param generation what was written
     * @param decision what was decided about the prompt; null for methods that decide nothing
     */
    record Reply(Generation generation, @Nullable Decision decision) {}

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
}
