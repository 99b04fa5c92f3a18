package dev.steering.apply;

/**
 * A way to answer prompts under its name, with what a reader of results has to know about it.
 *
 * @param name what users call it, e.g. {@code scans}
 * @param words one sentence for people: what it does, with its settings
 * @param json the same for programs: one JSON object on one line; equal settings give equal text
 * @param responder answers prompts
 */
public record Method(String name, String words, String json, Responder responder) {}
