package dev.steering.extract;

/** How a layer's direction is computed from the activations h of the two classes. */
public enum Estimator {
    /**
     * {@code v = mean(h, harmful) - mean(h, harmless)} (SCANS, arXiv 2408.11491, Eq. 1). Keeps its norm, which is the size of
     * the effect.
     */
    MEAN_DIFFERENCE("mean-difference"),
    /**
     * The first principal component of all activations of both classes minus the midpoint of the class means; norm 1, and of
     * the sign whose dot product with the mean difference is positive.
     */
    PCA("pca");

    private final String label;

    Estimator(String label) {
        this.label = label;
    }

    /** @return its name in files and on the command line */
    public String label() {
        return label;
    }
}
