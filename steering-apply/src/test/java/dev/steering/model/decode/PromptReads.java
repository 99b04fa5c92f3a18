package dev.steering.model.decode;

import dev.steering.model.chat.ChatModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Reads the prompts of texts as a decoding loop does, without writing them, and says what was read. */
public final class PromptReads {
    private PromptReads() {}

    /**
     * One pass over prompts.
     *
     * @param rows rows of the cache that its texts go on from
     * @param cacheRows rows that it filled
     * @param texts how many texts go on from them
     */
    public record Pass(Set<Integer> rows, int cacheRows, int texts) {}

    /** All passes, of so many rows at most. */
    public static List<Pass> of(ChatModel model, List<Draft> drafts, int most) {
        List<Pass> passes = new ArrayList<>();
        SortedDrafts queue = new SortedDrafts(drafts);
        try (ContextReader reader = new ContextReader(model.model())) {
            while (!queue.isExhausted()) {
                ContextReader.Read read = reader.read(queue.take(most, passes.isEmpty()));
                Set<Integer> rows = new TreeSet<>();
                for (int[] ofText : read.rows()) {
                    for (int row : ofText) {
                        rows.add(row);
                    }
                }
                passes.add(new Pass(rows, read.cache().rows(), read.drafts().size()));
            }
        }
        return passes;
    }
}
