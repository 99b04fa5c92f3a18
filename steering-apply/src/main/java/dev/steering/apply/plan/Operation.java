package dev.steering.apply.plan;

import dev.steering.core.Require;
import dev.steering.core.SteeringException;
import dev.steering.core.vector.VectorScale;
import java.util.Locale;

/** What is done along a vector. */
public sealed interface Operation {
    /** What it does, with the vector's name put in. */
    String words(String vector);

    /**
     * {@code x' = x + alpha v}; with the norm kept {@code x' = (x + alpha v) |x| / |x + alpha v|}.
     *
     * @param alpha strength, finite; negative subtracts
     * @param scale what it multiplies: the vector with norm 1, or as extracted
     * @param keepNorm whether x' is as long as x
     */
    record Add(double alpha, VectorScale scale, boolean keepNorm) implements Operation {
        /** @throws SteeringException if alpha is not finite */
        public Add {
            Require.finite("The strength", alpha);
        }

        @Override
        public String words(String vector) {
            return (alpha < 0 ? "subtract " : "add ") + Math.abs(alpha) + " times the "
                    + scale.name().toLowerCase(Locale.ROOT) + " " + vector + (keepNorm ? ", keeping the norm," : "");
        }
    }

    /**
     * {@code x' = x - share (x . u) u} with u the unit vector; one-sided {@code x' = x - share max(x . u, 0) u}.
     *
     * @param share share of the component that is removed, finite; 1 removes it, 2 reflects it
     * @param oneSided whether only a component along the vector is removed, not one against it
     */
    record ProjectOut(double share, boolean oneSided) implements Operation {
        /** @throws SteeringException if the share is not finite */
        public ProjectOut {
            Require.finite("The share to project out", share);
        }

        @Override
        public String words(String vector) {
            return "project " + (share == 1 ? "" : share + " times ") + "the " + (oneSided ? "positive " : "")
                    + "component along the " + vector + " out";
        }
    }
}
