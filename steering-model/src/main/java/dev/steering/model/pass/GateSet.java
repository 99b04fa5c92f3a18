package dev.steering.model.pass;

import java.util.List;

/**
 * N gates at each of the P residual-stream points of a model. A gate reads the stream with one vector and writes another by how much it
 * has read: with x the stream at the point, it adds {@code c min(max(x_q . read + offset, least), most) written} at a position, c being
 * the position's coefficient and q the position that is read. Immutable and thread-safe.
 *
 * <p>With q one position of the row and no bounds it is AlphaSteer's operator in its rank-one form (arXiv 2506.07022); with q the
 * position itself, {@code read = w - r}, {@code written = r} and an offset b it is rank-one representation fine-tuning,
 * {@code x + r (w . x + b - r . x)} (LoReFT, arXiv 2404.03592).
 *
 * @param reads what is read, {@code [P,N,H]}
 * @param written what is written, {@code [P,N,H]}
 * @param shapes one for each gate
 */
public record GateSet(DirectionSet reads, DirectionSet written, List<Shape> shapes) {
    /** @throws IllegalArgumentException if the parts are of different sizes */
    public GateSet {
        shapes = List.copyOf(shapes);
        if (reads.points() != written.points()
                || reads.hidden() != written.hidden()
                || reads.count() != written.count()
                || shapes.size() != reads.count()) {
            throw new IllegalArgumentException("gates that read [" + reads.points() + "," + reads.count() + ","
                    + reads.hidden() + "], write [" + written.points() + "," + written.count() + "," + written.hidden()
                    + "] and have " + shapes.size() + " shapes");
        }
        for (Shape shape : shapes) {
            if (!shape.offsets().isEmpty() && shape.offsets().size() != reads.points()) {
                throw new IllegalArgumentException(
                        shape.offsets().size() + " offsets for " + reads.points() + " points");
            }
        }
    }

    /** @return number of gates */
    public int count() {
        return shapes.size();
    }

    /**
     * What becomes of what a gate reads.
     *
     * @param offsets added to it, one for every point; empty for 0 everywhere
     * @param least the least that the sum can be; minus infinity for no bound
     * @param most the most that it can be; infinity for no bound
     * @param own whether the position that is written to is also the one that is read; otherwise it is the row's
     */
    public record Shape(List<Float> offsets, float least, float most, boolean own) {
        /** What is read at one position of the row, as it is. */
        public static final Shape OF_ROW =
                new Shape(List.of(), Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY, false);

        /** What is read at each position, as it is. */
        public static final Shape OF_POSITION =
                new Shape(List.of(), Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY, true);

        /** @throws IllegalArgumentException if the bounds are in the wrong order or not numbers */
        public Shape {
            offsets = List.copyOf(offsets);
            if (!(least <= most)) {
                throw new IllegalArgumentException("a gate between " + least + " and " + most);
            }
        }

        /** @return a copy with these offsets */
        public Shape withOffsets(List<Float> newOffsets) {
            return new Shape(newOffsets, least, most, own);
        }

        /** @return a copy within these bounds */
        public Shape within(float newLeast, float newMost) {
            return new Shape(offsets, newLeast, newMost, own);
        }
    }
}
