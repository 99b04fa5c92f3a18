package dev.steering.extract.learn;

import dev.steering.extract.tune.TuningLoss;
import java.util.List;

/**
 * A layer's loss as a function of a direction of mean square 1, which is multiplied to the norm that is wanted: so a learning rate
 * means the same at every layer of every model, a share of a typical component.
 *
 * @param losses of the model
 * @param layer 0-based layer
 * @param scale the vector is scale times the tuned values
 */
record ScaledLoss(LayerLosses losses, int layer, double scale) implements TuningLoss {
    @Override
    public Gradient gradient(float[] values, List<Example> examples) {
        Gradient found = losses.gradient(layer, vector(values), examples);
        double[] scaled = found.gradient().clone();
        for (int i = 0; i < scaled.length; i++) {
            scaled[i] *= scale;
        }
        return new Gradient(found.loss(), scaled);
    }

    @Override
    public double loss(float[] values, List<Example> examples) {
        return losses.loss(layer, vector(values), examples);
    }

    double[] vector(float[] values) {
        double[] vector = new double[values.length];
        for (int i = 0; i < vector.length; i++) {
            vector[i] = scale * values[i];
        }
        return vector;
    }
}
