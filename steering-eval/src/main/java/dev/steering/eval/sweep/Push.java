package dev.steering.eval.sweep;

import dev.steering.apply.plan.Layers;
import java.util.List;

/**
 * The vector added at some layers from the last prompt token on, whatever the prompt: what SCANS does to a prompt once it has decided
 * about it.
 *
 * @param layers where, 0-based; empty for no steering
 * @param strength how much of the vector: positive towards refusal, negative away from it, 0 for no steering
 */
public record Push(List<Integer> layers, double strength) {
    /** No steering. */
    public static final Push NONE = new Push(List.of(), 0);

    public Push {
        layers = List.copyOf(layers);
    }

    /** @return what its answers are called, e.g. {@code 3-4:-0.75}; {@code default} for no steering */
    public String name() {
        return strength == 0 ? "default" : Layers.text(layers) + ":" + signed();
    }

    /** @return what it does, for people */
    public String words() {
        return strength == 0
                ? "the model as it is"
                : signed() + " times the vector at layers " + Layers.text(layers) + " from the last prompt token on";
    }

    private String signed() {
        return (strength > 0 ? "+" : "") + strength;
    }
}
