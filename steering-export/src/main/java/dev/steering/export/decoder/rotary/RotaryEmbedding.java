package dev.steering.export.decoder.rotary;

import java.util.Arrays;

/**
 * Rotary position embedding as a list of frequencies: position p turns the pair i by {@code p * inverseFrequencies[i]}.
 *
 * <p>The half-split layout of Hugging Face checkpoints: with d pairs, pair i is made of components i and i + d; components
 * from 2 d on are left alone (a partial rotary factor). All arithmetic that the reference implementation does in single
 * precision is done in single precision here, because at position 100,000 one unit in the last place of a frequency is
 * visible.
 */
public final class RotaryEmbedding {
    private final double base;
    private final int dimensions;
    private final float[] inverseFrequencies;
    private final float magnitude;

    private RotaryEmbedding(double base, int dimensions, float[] inverseFrequencies, double magnitude) {
        this.base = base;
        this.dimensions = dimensions;
        this.inverseFrequencies = inverseFrequencies;
        this.magnitude = (float) magnitude;
    }

    /** @return radians per position, one per pair; a copy */
    public float[] inverseFrequencies() {
        return inverseFrequencies.clone();
    }

    /** @return number of pairs that are turned */
    public int pairs() {
        return inverseFrequencies.length;
    }

    /** @return cosines and sines are multiplied by it: the attention factor of yarn and longrope, else 1 */
    public float magnitude() {
        return magnitude;
    }

    /**
     * @param base rope_theta
     * @param dimensions components of a head that are turned; an odd number is rounded up
     * @return the frequencies {@code base^(-2i / dimensions)}
     */
    public static RotaryEmbedding standard(double base, int dimensions) {
        float[] frequencies = new float[(dimensions + 1) / 2];
        for (int i = 0; i < frequencies.length; i++) {
            frequencies[i] = 1.0f / power(base, i, dimensions);
        }
        return new RotaryEmbedding(base, dimensions, frequencies, 1);
    }

    /**
     * Frequencies of a whole head of which a part is turned; the other pairs are among them, with the frequency 0.
     *
     * @param base rope_theta
     * @param dimensions components of a head
     * @param pairs how many of its pairs are turned
     * @return the frequencies {@code base^(-2i / dimensions)} of the first pairs
     */
    public static RotaryEmbedding proportional(double base, int dimensions, int pairs) {
        RotaryEmbedding whole = standard(base, dimensions);
        float[] frequencies =
                Arrays.copyOf(Arrays.copyOf(whole.inverseFrequencies, pairs), whole.inverseFrequencies.length);
        return whole.with(frequencies, 1);
    }

    /**
     * @param factor how many times longer the context becomes
     * @return linear position interpolation
     */
    public RotaryEmbedding linear(double factor) {
        float[] scaled = inverseFrequencies();
        for (int i = 0; i < scaled.length; i++) {
            scaled[i] /= (float) factor;
        }
        return with(scaled, magnitude);
    }

    /**
     * Llama 3.1's scaling: long wavelengths are stretched by the factor, short ones kept, those between blended.
     *
     * @param factor stretch of long wavelengths
     * @param low low_freq_factor
     * @param high high_freq_factor
     * @param originalContext original_max_position_embeddings
     * @return the scaled frequencies
     */
    public RotaryEmbedding llama3(double factor, double low, double high, double originalContext) {
        float[] scaled = inverseFrequencies();
        double longest = originalContext / low;
        double shortest = originalContext / high;
        for (int i = 0; i < scaled.length; i++) {
            double wavelength = 2 * Math.PI / scaled[i];
            if (wavelength > longest) {
                scaled[i] = (float) (scaled[i] / factor);
            } else if (wavelength >= shortest) {
                double smooth = (originalContext / wavelength - low) / (high - low);
                scaled[i] = (float) ((1 - smooth) * scaled[i] / factor + smooth * scaled[i]);
            }
        }
        return with(scaled, magnitude);
    }

    /**
     * Parameters of YaRN (Peng et al. 2023, arXiv 2309.00071).
     *
     * @param factor how many times longer the context becomes
     * @param fastRotations beta_fast: pairs that turn more often within the original context are kept
     * @param slowRotations beta_slow: pairs that turn less often are interpolated
     * @param originalContext original_max_position_embeddings
     * @param truncate whether the ramp begins and ends at whole pairs
     * @param magnitude the attention factor
     */
    public record Yarn(
            double factor,
            double fastRotations,
            double slowRotations,
            double originalContext,
            boolean truncate,
            double magnitude) {}

    /**
     * @param yarn the parameters
     * @return frequencies between this one's and its linear interpolation, with YaRN's attention factor
     */
    public RotaryEmbedding yarn(Yarn yarn) {
        double low = pairThatTurns(yarn.fastRotations(), yarn.originalContext());
        double high = pairThatTurns(yarn.slowRotations(), yarn.originalContext());
        low = Math.max(yarn.truncate() ? Math.floor(low) : low, 0);
        high = Math.min(yarn.truncate() ? Math.ceil(high) : high, dimensions - 1);
        double width = low == high ? 0.001 : high - low;
        float[] blended = new float[inverseFrequencies.length];
        for (int i = 0; i < blended.length; i++) {
            float frequency = power(base, i, dimensions);
            float interpolated = 1.0f / ((float) yarn.factor() * frequency);
            float ramp = Math.min(Math.max((i - (float) low) / (float) width, 0), 1);
            float kept = 1 - ramp;
            blended[i] = interpolated * (1 - kept) + 1.0f / frequency * kept;
        }
        return with(blended, yarn.magnitude());
    }

    /** Inverse of: pair i turns {@code context / (2 pi base^(2i / dimensions))} times. */
    private double pairThatTurns(double rotations, double context) {
        return dimensions * Math.log(context / (rotations * 2 * Math.PI)) / (2 * Math.log(base));
    }

    /**
     * LongRoPE (Ding et al. 2024, arXiv 2402.13753): a factor per pair.
     *
     * @param factors one per pair
     * @param attentionFactor multiplies cosines and sines
     * @return the scaled frequencies
     */
    public RotaryEmbedding rescaled(double[] factors, double attentionFactor) {
        float[] scaled = new float[inverseFrequencies.length];
        for (int i = 0; i < scaled.length; i++) {
            scaled[i] = 1.0f / ((float) factors[i] * power(base, i, dimensions));
        }
        return with(scaled, attentionFactor);
    }

    /**
     * @param position 0-based position
     * @param pair pair of components
     * @return the angle in radians, rounded as the reference implementation rounds it
     */
    public float angle(int position, int pair) {
        return position * inverseFrequencies[pair];
    }

    /**
     * @param other another embedding
     * @return whether it turns every position in the same way
     */
    public boolean sameAs(RotaryEmbedding other) {
        return magnitude == other.magnitude && Arrays.equals(inverseFrequencies, other.inverseFrequencies);
    }

    private RotaryEmbedding with(float[] frequencies, double factor) {
        return new RotaryEmbedding(base, dimensions, frequencies, factor);
    }

    private static float power(double base, int pair, int dimensions) {
        return (float) Math.pow(base, (float) (2 * pair) / dimensions);
    }
}
