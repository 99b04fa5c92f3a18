package dev.steering.gradient;

/** The loss of a response token of probability p. */
public enum LossTerm {
    /** {@code -log p}: small when the model says the token. */
    LIKELIHOOD("likelihood"),
    /** {@code -log(1 - p)}: small when it does not (Welleck et al. 2019, arXiv 1908.04319, Eq. 4). */
    UNLIKELIHOOD("unlikelihood");

    private final String label;

    LossTerm(String label) {
        this.label = label;
    }

    /** @return the other one */
    public LossTerm opposite() {
        return this == LIKELIHOOD ? UNLIKELIHOOD : LIKELIHOOD;
    }

    /** @return its name in files */
    public String label() {
        return label;
    }
}
