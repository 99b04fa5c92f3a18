package dev.steering.export.gradient;

import dev.steering.core.SteeringException;
import java.util.List;

/** What the loss is differentiated by. */
public sealed interface GradientTarget {
    /**
     * Rows that take the places of token embeddings. They are in the embedding table's space: what the model multiplies
     * embeddings with (Gemma, Granite), it multiplies them with, too.
     */
    record SoftPrompt() implements GradientTarget {}

    /**
     * Vectors that are added to the residual stream.
     *
     * @param points the residual-stream points, one vector for each, in ascending order: 0 is the embedding output, l + 1 the output
     *     of layer l
     */
    record SteeringVectors(List<Integer> points) implements GradientTarget {
        /** @throws SteeringException if there are none, or they are not in ascending order from 0 on */
        public SteeringVectors {
            points = List.copyOf(points);
            boolean ascending = !points.isEmpty() && points.get(0) >= 0;
            for (int i = 1; i < points.size(); i++) {
                ascending &= points.get(i) > points.get(i - 1);
            }
            if (!ascending) {
                throw new SteeringException(
                        "Expected at least one point, in ascending order from 0 on, found " + points + ".");
            }
        }
    }
}
