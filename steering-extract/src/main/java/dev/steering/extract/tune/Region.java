package dev.steering.extract.tune;

import dev.steering.extract.optimize.GradientClipping;

/** Where tuned values may be. Implementations are immutable and thread-safe. */
public sealed interface Region {
    /** Everywhere. */
    Region ANYWHERE = new Anywhere();

    /**
     * @param parameters a place in the region
     * @param gradient a gradient there
     * @return its part that does not lead out of the region
     */
    double[] along(double[] parameters, double[] gradient);

    /**
     * @param parameters any place but the origin
     * @return the nearest in the region
     */
    double[] nearest(double[] parameters);

    /** No bounds. */
    record Anywhere() implements Region {
        @Override
        public double[] along(double[] parameters, double[] gradient) {
            return gradient.clone();
        }

        @Override
        public double[] nearest(double[] parameters) {
            return parameters.clone();
        }
    }

    /**
     * All values of one Euclidean norm: a direction is learned, not a strength.
     *
     * @param radius the norm, above 0
     */
    record Sphere(double radius) implements Region {
        /** @throws IllegalArgumentException if the radius is not positive */
        public Sphere {
            if (!(radius > 0) || Double.isInfinite(radius)) {
                throw new IllegalArgumentException("a sphere of radius " + radius);
            }
        }

        @Override
        public double[] along(double[] parameters, double[] gradient) {
            double dot = 0;
            double squares = 0;
            for (int i = 0; i < parameters.length; i++) {
                dot += parameters[i] * gradient[i];
                squares += parameters[i] * parameters[i];
            }
            double[] tangent = new double[parameters.length];
            for (int i = 0; i < tangent.length; i++) {
                tangent[i] = gradient[i] - dot / squares * parameters[i];
            }
            return tangent;
        }

        @Override
        public double[] nearest(double[] parameters) {
            double factor = radius / GradientClipping.norm(parameters);
            double[] nearest = parameters.clone();
            for (int i = 0; i < nearest.length; i++) {
                nearest[i] *= factor;
            }
            return nearest;
        }
    }
}
