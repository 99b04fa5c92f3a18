package dev.steering.server;

import dev.steering.server.access.Quota;
import dev.steering.server.http.HttpLimits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a server is run. Immutable.
 *
 * @param host address to listen at; one beyond this machine needs a file of tokens
 * @param port 0 for any that is free
 * @param models bundles by the names that requests call them, at least one
 * @param vectors vector files by the names that requests call them
 * @param uploads directory that keeps uploaded vectors; null to keep them in memory
 * @param tokens file of tokens, see {@link dev.steering.server.access.AccessTokens#read}; null for none
 * @param limits what a request may ask for
 * @param http what is borne of clients
 * @param quota what one token may ask
 * @param logsText whether the log has the words of questions and answers, too
 */
public record ServerSettings(
        String host,
        int port,
        Map<String, Path> models,
        Map<String, Path> vectors,
        @Nullable Path uploads,
        @Nullable Path tokens,
        RequestLimits limits,
        HttpLimits http,
        Quota quota,
        boolean logsText) {
    /** Copies the maps. */
    public ServerSettings {
        models = Map.copyOf(models);
        vectors = Map.copyOf(vectors);
    }

    /**
     * What a request may ask for.
     *
     * @param messages most messages of a conversation
     * @param tokens most tokens of an answer
     * @param defaultTokens tokens of an answer if a request does not say
     * @param answers most answers to one request
     * @param time how long an answer may take, waiting included
     * @param queue most answers that wait for a model
     * @param rows most rows of a model's batch
     * @param vectors most vectors
     */
    public record RequestLimits(
            int messages, int tokens, int defaultTokens, int answers, Duration time, int queue, int rows, int vectors) {
        /** 256 messages, 4096 tokens, 256 unless said, 8 answers, 5 minutes, 256 that wait, 16 rows, 256 vectors. */
        public static final RequestLimits DEFAULTS =
                new RequestLimits(256, 4096, 256, 8, Duration.ofMinutes(5), 256, 16, 256);
    }

    /**
     * @param models bundles by the names that requests call them
     * @param vectors vector files by the names that requests call them
     * @return a server for programs of this machine, at any free port, with the limits that are usual
     */
    public static ServerSettings local(Map<String, Path> models, Map<String, Path> vectors) {
        return new ServerSettings(
                "127.0.0.1",
                0,
                models,
                vectors,
                null,
                null,
                RequestLimits.DEFAULTS,
                HttpLimits.DEFAULTS,
                Quota.DEFAULTS,
                false);
    }

    /**
     * @param newLimits what a request may ask for
     * @return a copy with them
     */
    public ServerSettings withLimits(RequestLimits newLimits) {
        return new ServerSettings(host, port, models, vectors, uploads, tokens, newLimits, http, quota, logsText);
    }

    /**
     * @param newHttp what is borne of clients
     * @return a copy with it
     */
    public ServerSettings withHttp(HttpLimits newHttp) {
        return new ServerSettings(host, port, models, vectors, uploads, tokens, limits, newHttp, quota, logsText);
    }

    /**
     * @param file file of tokens; null for none
     * @param each what one token may ask
     * @return a copy with them
     */
    public ServerSettings withTokens(@Nullable Path file, Quota each) {
        return new ServerSettings(host, port, models, vectors, uploads, file, limits, http, each, logsText);
    }

    /**
     * @param directory keeps uploaded vectors; null to keep them in memory
     * @return a copy with it
     */
    public ServerSettings withUploads(@Nullable Path directory) {
        return new ServerSettings(host, port, models, vectors, directory, tokens, limits, http, quota, logsText);
    }

    /**
     * @param newHost address to listen at
     * @param newPort 0 for any that is free
     * @return a copy with them
     */
    public ServerSettings withPlace(String newHost, int newPort) {
        return new ServerSettings(newHost, newPort, models, vectors, uploads, tokens, limits, http, quota, logsText);
    }

    /**
     * @param text whether the log has the words of questions and answers, too
     * @return a copy that says so
     */
    public ServerSettings withLoggedText(boolean text) {
        return new ServerSettings(host, port, models, vectors, uploads, tokens, limits, http, quota, text);
    }
}
