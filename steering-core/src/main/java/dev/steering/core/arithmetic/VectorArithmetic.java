package dev.steering.core.arithmetic;

import dev.steering.core.BadRequest;
import dev.steering.core.vector.LayerMatrix;
import dev.steering.core.vector.ModelCheck;
import dev.steering.core.vector.Provenance;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorScale;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;

/**
 * Makes steering vectors of steering vectors, layer by layer, in double precision.
 *
 * <pre>{@code
 * SteeringVector both = VectorArithmetic.withDefaults().add(List.of(refusal, politeness));
 * SteeringVector pure = VectorArithmetic.withDefaults().orthogonalise(falseRefusal, List.of(harm));
 * }</pre>
 *
 * <p>A result has the first parent's model and what is known of the prompts of all parents, so that a prompt that any of them was
 * extracted from is still found; {@link SteeringVector#derivation()} says what it was made of. What was measured or chosen for the parents'
 * directions (statistics, layers, strength, threshold) does not belong to other directions and is not carried over; the transition
 * reference is where there is one parent whose directions kept their place, as it does not depend on them.
 *
 * <p>Immutable and thread-safe.
 */
public final class VectorArithmetic {
    private final VectorScale scale;
    private final ModelCheck check;

    private VectorArithmetic(VectorScale scale, ModelCheck check) {
        this.scale = scale;
        this.check = check;
    }

    /** @return arithmetic on raw directions of vectors of one model */
    public static VectorArithmetic withDefaults() {
        return new VectorArithmetic(VectorScale.RAW, ModelCheck.SAME_MODEL);
    }

    /**
     * @param newScale whether sums, differences and means are of raw directions, which keep the norms that extraction gave them, or of
     *     unit ones, which weigh the same
     * @return a copy with it
     */
    public VectorArithmetic withScale(VectorScale newScale) {
        return new VectorArithmetic(newScale, check);
    }

    /**
     * @param newCheck whether vectors of different models of the same size may be mixed
     * @return a copy with it
     */
    public VectorArithmetic withCheck(ModelCheck newCheck) {
        return new VectorArithmetic(scale, newCheck);
    }

    /**
     * @param vectors at least two
     * @return their sum
     * @throws BadRequest if they are fewer, or of different models or sizes
     */
    public SteeringVector add(List<SteeringVector> vectors) {
        return combined("add", vectors, Collections.nCopies(vectors.size(), 1.0));
    }

    /**
     * @param from a vector
     * @param others what to take off it, at least one
     * @return the difference
     * @throws BadRequest if they are of different models or sizes
     */
    public SteeringVector subtract(SteeringVector from, List<SteeringVector> others) {
        List<Double> weights = new ArrayList<>(Collections.nCopies(others.size() + 1, -1.0));
        weights.set(0, 1.0);
        return combined("subtract", joined(from, others), weights);
    }

    /**
     * @param vectors at least two
     * @return their mean
     * @throws BadRequest if they are fewer, or of different models or sizes
     */
    public SteeringVector average(List<SteeringVector> vectors) {
        return combined("average", vectors, Collections.nCopies(vectors.size(), 1.0 / vectors.size()));
    }

    /**
     * @param vector a vector
     * @param factor what its directions are multiplied by, finite and not 0; a negative one turns them round
     * @return the product
     * @throws BadRequest if the factor is 0 or not finite
     */
    public SteeringVector scale(SteeringVector vector, double factor) {
        if (!Double.isFinite(factor) || factor == 0) {
            throw new BadRequest(
                    "a vector cannot be scaled by " + factor + ": expected a finite number that is not 0.");
        }
        double[][] rows = Rows.of(vector, scale);
        for (double[] row : rows) {
            Rows.add(row, row.clone(), factor - 1);
        }
        return kept(vector, Derived.of(rows, "scale", scale, List.of(), List.of(vector), List.of(factor)));
    }

    /**
     * @param vector a vector
     * @return the same directions with norm 1; a layer without one stays so
     */
    public SteeringVector normalise(SteeringVector vector) {
        double[][] rows = Rows.of(vector, VectorScale.UNIT);
        return kept(vector, Derived.of(rows, "normalise", VectorScale.UNIT, List.of(), List.of(vector), List.of(1.0)));
    }

    /**
     * @param vector a vector
     * @param layers 0-based layers, at least one
     * @return the directions of these layers, and 0 at all others: there nothing is steered
     * @throws BadRequest if a layer does not exist
     */
    public SteeringVector restrict(SteeringVector vector, List<Integer> layers) {
        TreeSet<Integer> chosen = new TreeSet<>(layers);
        if (chosen.isEmpty() || chosen.first() < 0 || chosen.last() >= vector.layers()) {
            throw new BadRequest("cannot restrict a vector of " + vector.layers() + " layers to "
                    + (chosen.isEmpty() ? "none" : "layers " + chosen) + ": expected layers from 0 to "
                    + (vector.layers() - 1) + ".");
        }
        double[][] rows = Rows.of(vector, VectorScale.RAW);
        for (int l = 0; l < rows.length; l++) {
            if (!chosen.contains(l)) {
                Arrays.fill(rows[l], 0);
            }
        }
        List<Integer> ascending = List.copyOf(chosen);
        return kept(vector, Derived.of(rows, "restrict", VectorScale.RAW, ascending, List.of(vector), List.of(1.0)));
    }

    /**
     * Removes what a vector has in common with others: at every layer its component in the space that the others' directions span.
     *
     * @param vector a vector
     * @param others at least one
     * @return what is left, orthogonal to every other
     * @throws BadRequest if they are of different models or sizes, or nothing is left at a layer that had a direction
     */
    public SteeringVector orthogonalise(SteeringVector vector, List<SteeringVector> others) {
        List<SteeringVector> all = joined(vector, others);
        Derived.requireTogether(all, check);
        double[][] rows = Rows.of(vector, VectorScale.RAW);
        for (int l = 0; l < rows.length; l++) {
            List<double[]> span = new ArrayList<>();
            for (SteeringVector other : others) {
                double[] direction = Rows.doubles(other.directions().row(l));
                if (Rows.removed(direction, span)) {
                    span.add(direction);
                }
            }
            boolean had = vector.directions().norm(l) > 0;
            if (had && !Rows.removed(rows[l], span)) {
                throw new BadRequest(
                        "at layer " + l + " nothing is left of the vector: its direction is one of the others, or a"
                                + " sum of them. Take fewer others, or restrict it to other layers first.");
            }
            if (had) {
                Rows.times(rows[l], Rows.kept(vector.directions().row(l), rows[l]));
            }
        }
        List<Double> weights = new ArrayList<>(Collections.nCopies(all.size(), 0.0));
        weights.set(0, 1.0);
        return Derived.of(rows, "orthogonalise", VectorScale.RAW, List.of(), all, weights);
    }

    private SteeringVector combined(String operation, List<SteeringVector> vectors, List<Double> weights) {
        if (vectors.size() < 2) {
            throw new BadRequest("to " + operation + " takes at least two vectors, found " + vectors.size() + ".");
        }
        Derived.requireTogether(vectors, check);
        double[][] sum = new double[vectors.get(0).layers()][vectors.get(0).hidden()];
        for (int v = 0; v < vectors.size(); v++) {
            double[][] rows = Rows.of(vectors.get(v), scale);
            for (int l = 0; l < sum.length; l++) {
                Rows.add(sum[l], rows[l], weights.get(v));
            }
        }
        return Derived.of(sum, operation, scale, List.of(), vectors, weights);
    }

    private static List<SteeringVector> joined(SteeringVector first, List<SteeringVector> others) {
        if (others.isEmpty()) {
            throw new BadRequest("this takes at least two vectors, found one.");
        }
        List<SteeringVector> all = new ArrayList<>(others);
        all.add(0, first);
        return all;
    }

    private static SteeringVector kept(SteeringVector parent, SteeringVector result) {
        return result.withTransitionReference(parent.transitionReference());
    }

    /**
     * @param vector a vector
     * @return what it is called in messages
     */
    static String name(SteeringVector vector) {
        Provenance origin = vector.provenance();
        return String.format(
                Locale.ROOT,
                "%s of '%s', %d layers of hidden size %d",
                vector.origin() == null ? origin.method() : "another tool's",
                origin.modelName(),
                vector.layers(),
                vector.hidden());
    }

    /** The raw directions as one matrix. */
    static LayerMatrix matrix(double[][] rows) {
        float[][] floats = new float[rows.length][];
        for (int l = 0; l < rows.length; l++) {
            floats[l] = Rows.floats(rows[l]);
        }
        return LayerMatrix.of(floats);
    }

    /**
     * @param vector a vector
     * @return SHA-256 (hexadecimal) over its raw directions, little-endian F32, row by row: which vector a parent was
     */
    public static String digest(SteeringVector vector) {
        return Derived.digest(vector);
    }
}
