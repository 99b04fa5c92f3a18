package dev.steering.export.decoder;

/**
 * What attention works on, each [batch, sequence, heads * size], ready for it.
 *
 * @param queries turned, unless attention does that itself; or queries, keys and values side by side
 * @param keys the same; empty if they are beside the queries
 * @param values as they are; empty if they are beside the queries
 */
record Heads(String queries, String keys, String values) {
    /** All in one, as attention takes it. */
    static Heads together(String packed) {
        return new Heads(packed, "", "");
    }
}
