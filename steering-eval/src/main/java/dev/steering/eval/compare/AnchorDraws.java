package dev.steering.eval.compare;

import dev.steering.core.vector.SteeringVector;
import dev.steering.model.chat.ChatModel;

/** Extracts a vector again, from anchors that are drawn from those that the first was extracted from. */
@FunctionalInterface
public interface AnchorDraws {
    /**
     * @param model the model
     * @param seed of the draw
     * @return the vector of that draw, with the layers, strength and threshold of the first; equal seeds give equal vectors
     */
    SteeringVector draw(ChatModel model, long seed);
}
