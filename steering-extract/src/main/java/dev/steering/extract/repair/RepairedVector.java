package dev.steering.extract.repair;

import dev.steering.core.BadRequest;
import dev.steering.core.arithmetic.VectorArithmetic;
import dev.steering.core.lineage.Derivation;
import dev.steering.core.vector.ContrastSet;
import dev.steering.core.vector.ExtractionPrompts;
import dev.steering.core.vector.LayerMatrix;
import dev.steering.core.vector.Provenance;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorScale;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;

/**
 * A vector as it is used, and the one that a repair makes of it: raw directions, to be added with the same strength at the same layers; those
 * of other layers are as they were. Immutable.
 */
public final class RepairedVector {
    /** The method in a repaired vector's provenance. */
    public static final String METHOD = "repair";

    private final SteeringVector origin;
    private final SteeringVector vector;
    private final List<Integer> layers;
    private final VectorScale scale;
    private final double alpha;

    private RepairedVector(
            SteeringVector origin, SteeringVector vector, List<Integer> layers, VectorScale scale, double alpha) {
        this.origin = origin;
        this.vector = vector;
        this.layers = layers;
        this.scale = scale;
        this.alpha = alpha;
    }

    /**
     * @param vector a vector
     * @param layers where it is used, 0-based
     * @param scale what its strength multiplies
     * @param alpha its strength, not 0; below 0 where it is subtracted
     * @return its use
     * @throws BadRequest if there are no layers, there is no such layer, or the strength is 0 or not finite
     */
    public static RepairedVector of(SteeringVector vector, List<Integer> layers, VectorScale scale, double alpha) {
        List<Integer> sorted = List.copyOf(new TreeSet<>(layers));
        for (int layer : sorted) {
            if (layer < 0 || layer >= vector.layers()) {
                throw new BadRequest("Layer " + layer + " is out of range: the model has layers 0 to "
                        + (vector.layers() - 1) + ".");
            }
        }
        if (sorted.isEmpty() || alpha == 0 || !Double.isFinite(alpha)) {
            throw new BadRequest("A vector that is used at " + sorted.size() + " layers with strength " + alpha
                    + " does nothing that could be repaired.");
        }
        SteeringVector raw =
                vector.withAnchoring(null).withScale(VectorScale.RAW).withDirections(vector.directions(scale));
        return new RepairedVector(vector, raw, sorted, scale, alpha);
    }

    /** @return the vector with directions whose raw ones are what the strength multiplies */
    public SteeringVector vector() {
        return vector;
    }

    /** @return where it is used, ascending */
    public List<Integer> layers() {
        return layers;
    }

    /** @return its strength */
    public double alpha() {
        return alpha;
    }

    /** @return what it adds, layer by layer, {@code [layers * hidden]} */
    public double[] added() {
        int hidden = vector.hidden();
        double[] added = new double[layers.size() * hidden];
        for (int l = 0; l < layers.size(); l++) {
            float[] row = vector.directions().row(layers.get(l));
            for (int i = 0; i < hidden; i++) {
                added[l * hidden + i] = alpha * row[i];
            }
        }
        return added;
    }

    /**
     * @param added what is to be added instead, {@code [layers * hidden]}
     * @param prompts what the repair was made with: figures on them would flatter
     * @return the vector that adds it with the same strength; not anchored, its scale is raw
     */
    public SteeringVector repaired(double[] added, ContrastSet prompts) {
        int hidden = vector.hidden();
        float[][] rows = new float[vector.layers()][];
        for (int layer = 0; layer < rows.length; layer++) {
            rows[layer] = vector.directions().row(layer);
        }
        for (int l = 0; l < layers.size(); l++) {
            for (int i = 0; i < hidden; i++) {
                rows[layers.get(l)][i] = (float) (added[l * hidden + i] / alpha);
            }
        }
        Provenance made = origin.provenance();
        Derivation.Parent parent = new Derivation.Parent(
                VectorArithmetic.digest(origin), made.method(), made.modelName(), made.contrastSetHash(), 1);
        return vector.withDirections(LayerMatrix.of(rows))
                .withProvenance(made.withMethod(METHOD, made.seed()))
                .withStatistics(null)
                .withTransitionReference(null)
                .withLearning(null)
                .withSearch(null)
                .withContrasts(null)
                .withPrompts(remembered(prompts))
                .withDerivation(new Derivation(METHOD, scale.name().toLowerCase(Locale.ROOT), layers, List.of(parent)));
    }

    private ExtractionPrompts remembered(ContrastSet prompts) {
        ExtractionPrompts own = origin.prompts();
        List<String> all = new ArrayList<>(own == null ? List.of() : own.development());
        all.addAll(ExtractionPrompts.hashes(prompts.harmful()));
        all.addAll(ExtractionPrompts.hashes(prompts.harmless()));
        ExtractionPrompts known = own == null ? ExtractionPrompts.ofHashes(List.of(), List.of()) : own;
        return known.withDevelopment(all);
    }
}
