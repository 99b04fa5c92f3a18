package dev.steering.eval.judge;

/**
 * What a judge sees.
 *
 * @param prompt what was asked
 * @param response the generated response alone; may be empty
 */
public record Exchange(String prompt, String response) {}
