package dev.steering.core.certificate;

import java.util.List;

/**
 * How far the next-token distributions move along the unsteered model's own answers to harmless prompts.
 *
 * @param steered mean KL(unsteered || steered) per token, nats
 * @param random the same of random directions, one entry a seed
 * @param tokens tokens that they are the mean of
 */
public record CertifiedDivergence(double steered, List<Double> random, long tokens) {
    public CertifiedDivergence {
        random = List.copyOf(random);
    }
}
