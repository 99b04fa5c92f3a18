package dev.steering.model.activation;

import dev.steering.core.BadRequest;
import dev.steering.core.bundle.Bundle;
import dev.steering.core.bundle.BundleManifest.FinalNorm;
import dev.steering.core.bundle.BundleManifest.TensorReference;
import dev.steering.core.safetensors.SafetensorsFile;

/**
 * A state of the residual stream behind the final norm; of the last layer, which is what Hugging Face transformers gives as the last of its hidden states: {@code (x - m)
 * / sqrt(mean((x - m)^2) + epsilon) * (weight + offset) + bias}, in double precision. Immutable and thread-safe.
 */
public final class NormedState {
    private final double[] gain;
    private final double[] bias;
    private final double epsilon;
    private final boolean centred;

    private NormedState(double[] gain, double[] bias, double epsilon, boolean centred) {
        this.gain = gain;
        this.bias = bias;
        this.epsilon = epsilon;
        this.centred = centred;
    }

    /**
     * @param bundle of the model
     * @return its final norm
     * @throws BadRequest if the bundle does not say where its final norm is
     */
    public static NormedState of(Bundle bundle) {
        FinalNorm norm = bundle.manifest().finalNorm();
        if (norm == null) {
            throw new BadRequest("The bundle of " + bundle.manifest().name()
                    + " does not say where its final norm is: the state behind it, as SCANS's public code reads it, cannot be had."
                    + " Export the model from its checkpoint.");
        }
        double[] gain = values(bundle, norm.weight());
        for (int i = 0; i < gain.length; i++) {
            gain[i] += norm.offset();
        }
        TensorReference bias = norm.bias();
        return new NormedState(
                gain, bias == null ? new double[gain.length] : values(bundle, bias), norm.epsilon(), norm.centred());
    }

    private static double[] values(Bundle bundle, TensorReference tensor) {
        float[] read = SafetensorsFile.open(bundle.file(tensor.file()))
                .floats(tensor.tensor(), bundle.manifest().hidden());
        double[] values = new double[read.length];
        for (int i = 0; i < read.length; i++) {
            values[i] = read[i];
        }
        return values;
    }

    /** The states with that of the last layer behind the norm, {@code [layers][hidden]}. */
    float[][] ofLast(float[][] states) {
        float[][] normed = states.clone();
        normed[normed.length - 1] = of(states[states.length - 1]);
        return normed;
    }

    /**
     * @param state the residual stream after any layer, {@code [hidden]}
     * @return the same behind the norm, {@code [hidden]}
     */
    public float[] of(float[] state) {
        double mean = 0;
        for (int i = 0; centred && i < state.length; i++) {
            mean += (double) state[i] / state.length;
        }
        double squares = 0;
        for (float value : state) {
            squares += (value - mean) * (value - mean);
        }
        double factor = 1 / Math.sqrt(squares / state.length + epsilon);
        float[] normed = new float[state.length];
        for (int i = 0; i < normed.length; i++) {
            normed[i] = (float) ((state[i] - mean) * factor * gain[i] + bias[i]);
        }
        return normed;
    }
}
