package dev.steering.server.http;

import java.time.Duration;

/**
 * What the server bears of its clients.
 *
 * @param bodyBytes longest JSON document, in bytes
 * @param uploadBytes longest file, in bytes
 * @param bodyTime how long a whole body may take to arrive
 * @param idle how long a connection may be without a request, and how long a client may take no byte of its answer
 * @param connections most connections at once
 */
public record HttpLimits(int bodyBytes, int uploadBytes, Duration bodyTime, Duration idle, int connections) {
    /** 1 MiB, 64 MiB, 20 s, 30 s and 512 connections. */
    public static final HttpLimits DEFAULTS =
            new HttpLimits(1 << 20, 64 << 20, Duration.ofSeconds(20), Duration.ofSeconds(30), 512);
}
