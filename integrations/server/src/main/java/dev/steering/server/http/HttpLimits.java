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
 * @param heldBytes most bytes of all bodies together, beside the first 64 KiB of each
 */
public record HttpLimits(
        int bodyBytes, int uploadBytes, Duration bodyTime, Duration idle, int connections, long heldBytes) {
    /** 1 MiB, 64 MiB, 20 s, 30 s and 512 connections; an eighth of the memory, or two files. */
    public static final HttpLimits DEFAULTS =
            new HttpLimits(1 << 20, 64 << 20, Duration.ofSeconds(20), Duration.ofSeconds(30), 512);

    /**
     * @param bodyBytes longest JSON document, in bytes
     * @param uploadBytes longest file, in bytes
     * @param bodyTime how long a whole body may take to arrive
     * @param idle how long a connection may be without a request, and how long a client may take no byte of its answer
     * @param connections most connections at once
     */
    public HttpLimits(int bodyBytes, int uploadBytes, Duration bodyTime, Duration idle, int connections) {
        this(
                bodyBytes,
                uploadBytes,
                bodyTime,
                idle,
                connections,
                Math.max(2L * uploadBytes, Runtime.getRuntime().maxMemory() / 8));
    }
}
