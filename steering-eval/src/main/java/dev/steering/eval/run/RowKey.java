package dev.steering.eval.run;

import dev.steering.core.json.JsonFields;
import dev.steering.eval.dataset.EvalItem;

/**
 * Identity of a row within a run.
 *
 * @param method the method's name
 * @param set the prompt set's name
 * @param row the prompt's place in it
 */
record RowKey(String method, String set, int row) {
    static RowKey of(String method, EvalItem item) {
        return new RowKey(method, item.set(), item.row());
    }

    static RowKey of(JsonFields line) {
        return new RowKey(line.string("method"), line.string("set"), line.integer("row"));
    }
}
