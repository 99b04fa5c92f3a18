package dev.steering.extract.estimate;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The activations of both classes at one layer, by their products with each other: every direction that an estimator can find lies among
 * them, so that its norm, its angle with others and all projections follow from these products. An n x n matrix of double precision and its
 * labels and weights; hidden sizes do not matter to what follows.
 *
 * <p>Immutable and thread-safe; arrays are not copied.
 */
public final class ContrastSample {
    private final Products products;
    private final boolean[] harmful;
    private final double[] weights;
    private final int @Nullable [] partners;

    private ContrastSample(Products products, boolean[] harmful, double[] weights, int @Nullable [] partners) {
        this.products = products;
        this.harmful = harmful;
        this.weights = weights;
        this.partners = partners;
    }

    /**
     * @param rows activations, {@code [n][hidden]}, finite
     * @param harmful which of them are of the harmful class
     * @param weights how many times each counts, at least 0
     * @return a sample without pairs
     * @throws IllegalArgumentException if the lengths differ
     */
    public static ContrastSample of(double[][] rows, boolean[] harmful, double[] weights) {
        if (rows.length == 0 || rows.length != harmful.length || rows.length != weights.length) {
            throw new IllegalArgumentException(
                    rows.length + " rows, " + harmful.length + " labels, " + weights.length + " weights");
        }
        return new ContrastSample(Products.of(rows), harmful, weights, null);
    }

    /**
     * @param newPartners for each activation the index of the other class's that belongs to it
     * @return the same sample in pairs
     */
    public ContrastSample withPartners(int[] newPartners) {
        return new ContrastSample(products, harmful, weights, newPartners);
    }

    /**
     * @param newWeights how many times each counts, at least 0
     * @return the same activations with these weights
     */
    public ContrastSample withWeights(double[] newWeights) {
        return new ContrastSample(products, harmful, newWeights, partners);
    }

    /**
     * @param newHarmful which activations are of the harmful class
     * @return the same activations with these labels
     */
    public ContrastSample withLabels(boolean[] newHarmful) {
        return new ContrastSample(products, newHarmful, weights, partners);
    }

    /**
     * @param groups 0-based group of each activation, of one class each, every group in use
     * @param count number of groups
     * @return a sample of the groups' weighted means, each with the weight of its members; without pairs
     */
    public ContrastSample grouped(int[] groups, int count) {
        double[] weight = new double[count];
        boolean[] label = new boolean[count];
        for (int i = 0; i < groups.length; i++) {
            weight[groups[i]] += weights[i];
            label[groups[i]] = harmful[i];
        }
        double[] shares = new double[groups.length];
        for (int i = 0; i < groups.length; i++) {
            shares[i] = weights[i] / weight[groups[i]];
        }
        return new ContrastSample(products.grouped(groups, shares, count), label, weight, null);
    }

    /** @return number of activations */
    public int size() {
        return weights.length;
    }

    /** @return length of an activation */
    public int hidden() {
        return products.hidden();
    }

    /**
     * @param i 0-based activation
     * @return whether it is of the harmful class
     */
    public boolean isHarmful(int i) {
        return harmful[i];
    }

    /**
     * @param i 0-based activation
     * @return how many times it counts
     */
    public double weight(int i) {
        return weights[i];
    }

    /**
     * @param i 0-based activation
     * @return the other class's that belongs to it
     * @throws IllegalStateException if there are no pairs
     */
    public int partner(int i) {
        if (partners == null) {
            throw new IllegalStateException("the sample has no pairs");
        }
        return partners[i];
    }

    /** @return whether it is known which activations belong together */
    public boolean hasPairs() {
        return partners != null;
    }

    /**
     * @param ofHarmful which class
     * @return the sum of its weights
     */
    public double weightOf(boolean ofHarmful) {
        double sum = 0;
        for (int i = 0; i < weights.length; i++) {
            sum += harmful[i] == ofHarmful ? weights[i] : 0;
        }
        return sum;
    }

    /**
     * @param ofHarmful which class
     * @return coefficients of its mean, which sum to 1
     */
    public double[] mean(boolean ofHarmful) {
        double total = weightOf(ofHarmful);
        double[] mean = new double[weights.length];
        for (int i = 0; i < mean.length; i++) {
            mean[i] = harmful[i] == ofHarmful ? weights[i] / total : 0;
        }
        return mean;
    }

    /** @return coefficients of the mean difference, harmful minus harmless */
    public double[] difference() {
        return Coefficients.sum(mean(true), mean(false), -1);
    }

    /**
     * @param a coefficients of a direction
     * @return the dot products of all activations with it, but for a constant that is the same for all
     */
    public double[] projections(double[] a) {
        return products.times(a);
    }

    /**
     * @param a coefficients that sum to 0
     * @param b coefficients that sum to 0
     * @return the dot product of their directions
     */
    public double dot(double[] a, double[] b) {
        return Coefficients.dot(a, products.times(b));
    }

    /**
     * @param a coefficients that sum to 0
     * @return the norm of their direction
     */
    public double norm(double[] a) {
        return Math.sqrt(Math.max(0, dot(a, a)));
    }

    /**
     * @param a coefficients that sum to 0
     * @param b coefficients that sum to 0
     * @return the cosine of their directions, -1..1; 0 if one has no length
     */
    public double cosine(double[] a, double[] b) {
        double[] times = products.times(a);
        double norms = Math.sqrt(Math.max(0, Coefficients.dot(a, times))) * norm(b);
        return norms == 0 ? 0 : Math.max(-1, Math.min(1, Coefficients.dot(b, times) / norms));
    }

    double product(int i, int j) {
        return products.at(i, j);
    }

    /** Mean square distance of all activations from their unweighted mean: what rounding is measured by. */
    double scale() {
        return products.trace() / weights.length;
    }

    /**
     * @return the total variance of the activations about their mean: the trace of their biased covariance, both classes together
     */
    public double variance() {
        double total = Coefficients.total(weights);
        double[] mean = Coefficients.times(weights, 1 / total);
        double squares = 0;
        for (int i = 0; i < weights.length; i++) {
            squares += weights[i] * products.at(i, i);
        }
        return Math.max(0, squares / total - Coefficients.dot(mean, products.times(mean)));
    }

    /** Rows of n coordinates with the same products as the activations, and how to come back from them. */
    Products.Features features() {
        return products.features();
    }

    /** Makes a direction of norm 1 along the mean difference; empty if it is rounding. */
    Optional<double[]> unit(double[] a) {
        double norm = norm(a);
        double size = Coefficients.norm(a) * Math.sqrt(scale());
        if (!(norm > 1e-9 * size)) {
            return Optional.empty();
        }
        boolean against = dot(a, difference()) < 0;
        return Optional.of(Coefficients.times(a, (against ? -1 : 1) / norm));
    }
}
