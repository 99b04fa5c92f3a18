package dev.steering.export.decoder;

/**
 * Rotary position embedding as a list of frequencies: position p turns the pair i by {@code p * inverseFrequencies[i]}.
 *
 * <p>The half-split layout of Hugging Face checkpoints: pair i is made of components i and i + headDim / 2. All
 * arithmetic that the reference implementation does in single precision is done in single precision here, because at
 * position 100,000 one unit in the last place of a frequency is visible.
 */
public final class RotaryEmbedding {
    private final float[] inverseFrequencies;

    private RotaryEmbedding(float[] inverseFrequencies) {
        this.inverseFrequencies = inverseFrequencies;
    }

    /** @return radians per position, {@code [headDim / 2]}; a copy */
    public float[] inverseFrequencies() {
        return inverseFrequencies.clone();
    }

    /**
     * @param base rope_theta
     * @param headDim size of one head
     * @return the frequencies {@code base^(-2i / headDim)}
     */
    public static RotaryEmbedding standard(double base, int headDim) {
        float[] frequencies = new float[headDim / 2];
        for (int i = 0; i < frequencies.length; i++) {
            float exponent = (float) (2 * i) / headDim;
            frequencies[i] = 1.0f / (float) Math.pow(base, exponent);
        }
        return new RotaryEmbedding(frequencies);
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
        return new RotaryEmbedding(scaled);
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
        return new RotaryEmbedding(scaled);
    }

    /**
     * @param position 0-based position
     * @param pair pair of components
     * @return the angle in radians, rounded as the reference implementation rounds it
     */
    public float angle(int position, int pair) {
        return position * inverseFrequencies[pair];
    }
}
