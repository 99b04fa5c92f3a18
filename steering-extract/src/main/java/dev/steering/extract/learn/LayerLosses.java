package dev.steering.extract.learn;

import dev.steering.extract.tune.TuningLoss.Example;
import dev.steering.extract.tune.TuningLoss.Gradient;
import java.util.List;

/** Losses of a model's responses while a vector is added after one of its layers. Implementations are thread-safe. */
public interface LayerLosses {
    /**
     * @param layer 0-based layer
     * @param vector what is added to its output, times each example's factor, {@code [hidden]}
     * @param examples at least one
     * @return loss and gradient with respect to the vector
     */
    Gradient gradient(int layer, double[] vector, List<Example> examples);

    /**
     * @param layer 0-based layer
     * @param vector what is added to its output, times each example's factor, {@code [hidden]}
     * @param examples at least one
     * @return the loss alone
     */
    double loss(int layer, double[] vector, List<Example> examples);
}
