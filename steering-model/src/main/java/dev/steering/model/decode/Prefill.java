package dev.steering.model.decode;

import dev.steering.model.ort.KeyValueCache;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the texts of a {@link DecodeLoop} come from: reads prompts, all but their last token, when the loop has room for them.
 * Belongs to one loop; not thread-safe.
 */
@FunctionalInterface
public interface Prefill {
    /**
     * Prompts that have been read.
     *
     * @param cache what was computed of them; it stays the prefill's own, which uses it again when it is called the next time
     * @param rows the cache's row of every text, which holds all of its prompt but the last token; texts may share a row
     * @param drafts the texts
     */
    record Read(KeyValueCache cache, List<Integer> rows, List<Draft> drafts) {
        /** @throws IllegalArgumentException if there is not one row per text, or a row does not hold that much */
        public Read {
            rows = List.copyOf(rows);
            drafts = List.copyOf(drafts);
            if (rows.size() != drafts.size()) {
                throw new IllegalArgumentException(rows.size() + " rows for " + drafts.size() + " texts");
            }
            for (int i = 0; i < rows.size(); i++) {
                if (cache.length(rows.get(i)) != drafts.get(i).beginning()) {
                    throw new IllegalArgumentException("row " + rows.get(i) + " holds " + cache.length(rows.get(i))
                            + " tokens, expected all but the last of "
                            + drafts.get(i).prompt().length);
                }
            }
        }
    }

    /**
     * @param most texts that there is room for, at least 1: so many prompts are read at once
     * @return the next texts, at least one; null if there are no more. There may be more than there is room for, as when a prompt
     *     is gone on with in several ways: they wait, and this is not called again before the last of them is in
     */
    @Nullable
    Read next(int most);
}
