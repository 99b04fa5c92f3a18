package dev.steering.bench.workload;

import dev.steering.export.traffic.WeightTraffic;
import dev.steering.model.ort.LanguageModel;

/**
 * About how fast a model is, to say beforehand how long timing it takes.
 *
 * @param step seconds of a pass that writes one token of one row
 * @param token seconds for which each token of a long prompt adds to a pass
 */
public record Speed(double step, double token) {
    private static final int PROMPT = 128;

    /** Where even a short text does not fit: a step costs about as much as so many tokens of a prompt. */
    private static final double TOKENS_OF_A_STEP = 10;

    /**
     * Runs a model twice.
     *
     * @param model the model
     * @param weights what a pass reads of its weights
     * @return its speed
     */
    public static Speed of(LanguageModel model, WeightTraffic weights) {
        int context = model.manifest().context();
        double step = -1;
        if (context >= Decoding.PROMPT + Decoding.STEPS) {
            try (Workload decoding = new Decoding(model, weights, 1, Decoding.PROMPT, Variant.PLAIN)) {
                step = seconds(decoding) / Decoding.STEPS;
            }
        }
        int prompt = Math.min(PROMPT, context);
        try (Workload prefill = new PrefillWorkload(model, weights, prompt, Variant.PLAIN)) {
            double token = seconds(prefill) / prompt;
            return new Speed(step < 0 ? TOKENS_OF_A_STEP * token : step, token);
        }
    }

    /** Of the second run. */
    private static double seconds(Workload workload) {
        workload.run();
        long start = System.nanoTime();
        workload.run();
        return (System.nanoTime() - start) / 1e9;
    }
}
