package dev.steering.export.decoder;

/**
 * What attention works on, each [batch, sequence, heads * size], ready for it.
 *
 * @param queries turned, unless attention does that itself
 * @param keys the same
 * @param values as they are
 */
record Heads(String queries, String keys, String values) {}
