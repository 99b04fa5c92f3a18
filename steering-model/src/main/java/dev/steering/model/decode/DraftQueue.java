package dev.steering.model.decode;

import java.util.List;

/** Where the texts of a {@link DecodeLoop} come from. Asked by the loop's thread only. */
public interface DraftQueue {
    /**
     * @param rows how many rows are free, at least 1
     * @param idle whether nothing is being written: then this may wait for texts to come
     * @return the next texts, whose prompts are read together; empty if there are none now. Texts that read the same beginnings may
     *     be more than there are rows free: they wait, and this is not called again before the last of them is in
     */
    List<Draft> take(int rows, boolean idle);

    /** @return whether nothing will ever come again */
    boolean isExhausted();
}
