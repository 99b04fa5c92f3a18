package dev.steering.eval.compare;

/**
 * A share with a band that says how much it depends on which prompts were asked.
 *
 * @param value the share, 0..1
 * @param low lower end of the 95 % bootstrap band
 * @param high its upper end
 */
public record Share(double value, double low, double high) {}
