package dev.steering.server.access;

/**
 * How much one token may ask.
 *
 * @param concurrent most requests at once
 * @param perMinute most requests a minute; 0 for no limit
 */
public record Quota(int concurrent, int perMinute) {
    /** 256 at once, as many a minute as one likes. */
    public static final Quota DEFAULTS = new Quota(256, 0);
}
