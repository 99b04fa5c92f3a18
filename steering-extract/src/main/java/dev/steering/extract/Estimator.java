package dev.steering.extract;

import dev.steering.extract.estimate.CentredPca;
import dev.steering.extract.estimate.DirectionEstimator;
import dev.steering.extract.estimate.LogisticProbe;
import dev.steering.extract.estimate.MeanDifference;
import dev.steering.extract.estimate.PairedPca;
import dev.steering.extract.estimate.WhitenedMeanDifference;

/** How a layer's direction is computed from the activations of the two classes; each is a {@link DirectionEstimator}. */
@SuppressWarnings("ImmutableEnumChecker") // estimators are immutable
public enum Estimator {
    /** {@link MeanDifference}: keeps its norm, which is the size of the effect. */
    MEAN_DIFFERENCE(new MeanDifference()),
    /** {@link CentredPca}: the first principal component of both classes about the midpoint of their means; norm 1. */
    PCA(new CentredPca()),
    /** {@link PairedPca}: the first principal component of the differences of pairs; norm 1. */
    PAIRED_PCA(new PairedPca()),
    /** {@link LogisticProbe}: the normal of a logistic regression's plane; norm 1. */
    LOGISTIC(new LogisticProbe()),
    /** {@link WhitenedMeanDifference}: the mean difference over the spread within the classes (linear discriminant); norm 1. */
    WHITENED(new WhitenedMeanDifference());

    private final DirectionEstimator direction;

    Estimator(DirectionEstimator direction) {
        this.direction = direction;
    }

    /** @return its name in files and on the command line */
    public String label() {
        return direction.label();
    }

    /** @return how it computes a direction */
    public DirectionEstimator direction() {
        return direction;
    }

    /** Whether it needs every activation, not only sums of them. */
    boolean needsEvery() {
        return this != MEAN_DIFFERENCE;
    }
}
