package dev.steering.core.prompts;

/**
 * One message of a conversation that a file of prompts holds.
 *
 * @param role who says it: {@code system}, {@code user} or {@code assistant}
 * @param content what is said
 */
public record Said(String role, String content) {}
