package dev.steering.spark;

import java.io.Serializable;
import java.util.Comparator;

/**
 * A row that could not be used.
 *
 * @param row what identifies it: the value of the id column, where there is one; else the beginning of its prompt's hash
 * @param reason why
 */
public record LeftOut(String row, String reason) implements Serializable, Comparable<LeftOut> {
    private static final Comparator<LeftOut> ORDER =
            Comparator.comparing(LeftOut::row).thenComparing(LeftOut::reason);

    @Override
    public int compareTo(LeftOut other) {
        return ORDER.compare(this, other);
    }
}
