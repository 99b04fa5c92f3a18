package dev.steering.core.prompts.rows;

import java.util.Map;
import java.util.Set;

/** Takes the rows of a {@link RowSource}, in file order. */
@FunctionalInterface
public interface RowSink {
    /**
     * @param number where the row begins in the file, 1-based, in the source's unit
     * @param cells its values by column, in file order: texts as they stand, all others as JSON
     * @param others columns whose values are no texts: numbers, true, false, null, arrays and objects
     * @return whether more rows are wanted
     */
    boolean row(long number, Map<String, String> cells, Set<String> others);
}
