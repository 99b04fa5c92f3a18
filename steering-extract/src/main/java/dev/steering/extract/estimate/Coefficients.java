package dev.steering.extract.estimate;

/** Arithmetic on coefficients. */
final class Coefficients {
    private Coefficients() {}

    static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    static double norm(double[] a) {
        return Math.sqrt(dot(a, a));
    }

    static double[] sum(double[] a, double[] b, double weight) {
        double[] sum = a.clone();
        for (int i = 0; i < sum.length; i++) {
            sum[i] += weight * b[i];
        }
        return sum;
    }

    static double[] times(double[] a, double factor) {
        double[] product = a.clone();
        for (int i = 0; i < product.length; i++) {
            product[i] *= factor;
        }
        return product;
    }

    static double total(double[] a) {
        double sum = 0;
        for (double value : a) {
            sum += value;
        }
        return sum;
    }
}
