package dev.steering.extract;

import dev.steering.core.BadRequest;
import dev.steering.core.vector.LayerStatistics;
import dev.steering.extract.linalg.Scatter;
import org.jspecify.annotations.Nullable;

/** Collects both classes' activations at one layer and turns them into its direction and statistics. */
final class LayerAccumulator {
    /** Differences below this share of the activations' size are float32 rounding. */
    private static final double NOISE = 1e-6;

    private final int layer;
    private final ClassMoments harmful;
    private final ClassMoments harmless;
    private final @Nullable Scatter scatter;

    LayerAccumulator(int layer, int hidden, Estimator method) {
        this.layer = layer;
        this.harmful = new ClassMoments(hidden);
        this.harmless = new ClassMoments(hidden);
        this.scatter = method == Estimator.PCA ? new Scatter(hidden) : null;
    }

    void addHarmful(float[] activation) {
        add(harmful, activation);
    }

    void addHarmless(float[] activation) {
        add(harmless, activation);
    }

    private void add(ClassMoments moments, float[] activation) {
        moments.add(activation);
        if (scatter != null) {
            scatter.add(activation);
        }
    }

    /** The direction, {@code [hidden]}. */
    float[] direction() {
        double[] difference = difference();
        if (Vectors.norm(difference) <= NOISE * activationNorm()) {
            throw new BadRequest("At layer " + layer + " the harmful and the harmless prompts have the same mean"
                    + " activation, so there is no direction between them. Are the same prompts in both classes?");
        }
        return Vectors.toFloat(scatter == null ? difference : component(scatter, difference));
    }

    private double[] component(Scatter activations, double[] difference) {
        double[] plus = harmful.mean();
        double[] minus = harmless.mean();
        double[] midpoint = new double[plus.length];
        for (int i = 0; i < midpoint.length; i++) {
            midpoint[i] = (plus[i] + minus[i]) / 2;
        }
        double[] component = activations
                .firstComponent(midpoint)
                .orElseThrow(() -> new BadRequest("At layer " + layer + " all prompts have the same activation:"
                        + " it has no principal component. Use prompts that differ."));
        return Vectors.dot(component, difference) < 0 ? Vectors.times(component, -1) : component;
    }

    LayerStatistics statistics() {
        double distance = Vectors.norm(difference());
        double size = activationNorm();
        double spread = Math.sqrt((harmful.covarianceTrace() + harmless.covarianceTrace()) / 2);
        return new LayerStatistics(layer, distance, size, spread <= NOISE * size ? 0 : distance / spread);
    }

    private double activationNorm() {
        return (Vectors.norm(harmful.mean()) + Vectors.norm(harmless.mean())) / 2;
    }

    private double[] difference() {
        double[] plus = harmful.mean();
        double[] minus = harmless.mean();
        for (int i = 0; i < plus.length; i++) {
            plus[i] -= minus[i];
        }
        return plus;
    }
}
