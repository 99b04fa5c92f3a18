package dev.steering.spark;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.spark.sql.Row;

/** The rows that come of a partition's rows, of which some are held at once. Not thread-safe. */
final class ChunkedRows implements Iterator<Row> {
    private final Iterator<Row> rows;
    private final int chunk;
    private final UnaryOperator<List<Row>> work;
    private Iterator<Row> done = List.<Row>of().iterator();

    /**
     * @param rows a partition
     * @param chunk most rows that are held at once
     * @param work makes rows of rows, at least one
     */
    ChunkedRows(Iterator<Row> rows, int chunk, UnaryOperator<List<Row>> work) {
        this.rows = rows;
        this.chunk = chunk;
        this.work = work;
    }

    @Override
    public boolean hasNext() {
        return done.hasNext() || rows.hasNext();
    }

    @Override
    public Row next() {
        if (!done.hasNext()) {
            List<Row> next = new ArrayList<>();
            while (next.size() < chunk && rows.hasNext()) {
                next.add(rows.next());
            }
            done = work.apply(next).iterator();
        }
        return done.next();
    }
}
