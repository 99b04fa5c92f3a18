package dev.steering.gradient;

import dev.steering.core.BadRequest;
import dev.steering.core.SteeringException;
import java.util.List;

/** What the loss is differentiated by. */
public sealed interface GradientTarget {
    /** What happens to embeddings, those of tokens and soft rows alike, before the first layer. */
    enum EmbeddingScale {
        /** They are multiplied with what the model multiplies them with (Gemma, Granite). */
        MODEL,
        /**
         * Nothing. This is not the model of the checkpoint, but what some reference values are of: transformers' Gemma 3 scales
         * tokens, and takes {@code inputs_embeds} as they are.
         */
        NONE
    }

    /**
     * Rows that take the places of token embeddings, in the embedding table's space.
     *
     * @param scale what happens to all embeddings
     */
    record SoftPrompt(EmbeddingScale scale) implements GradientTarget {
        /** Of the model as it is. */
        public SoftPrompt() {
            this(EmbeddingScale.MODEL);
        }
    }

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
                throw new BadRequest(
                        "Expected at least one point, in ascending order from 0 on, found " + points + ".");
            }
        }
    }
}
