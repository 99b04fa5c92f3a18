package dev.steering.server.access;

import dev.steering.core.BadFile;
import dev.steering.core.IoReason;
import dev.steering.core.Sha256;
import dev.steering.server.http.Gatekeeper;
import dev.steering.server.http.HttpError;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Lets those in who know a token, each as often as {@link Quota} says; everybody, as one, where there are none. A token is compared with all
 * of them, by digests, so that the time it takes tells nothing. Thread-safe.
 */
public final class AccessTokens implements Gatekeeper {
    private static final int SHORTEST = 16;
    private static final String BEARER = "Bearer ";

    private final List<byte[]> digests;
    private final List<QuotaUse> uses;

    private AccessTokens(List<String> tokens, Quota quota) {
        digests = tokens.stream().map(AccessTokens::digest).toList();
        uses = new ArrayList<>();
        for (int i = 0; i < Math.max(1, tokens.size()); i++) {
            uses.add(new QuotaUse(quota));
        }
    }

    /**
     * @param quota what all clients together may ask
     * @return lets everybody in
     */
    public static AccessTokens none(Quota quota) {
        return new AccessTokens(List.of(), quota);
    }

    /**
     * @param file a text file with a token a line, of at least 16 visible ASCII characters; empty lines and those that begin with # do not count
     * @param quota what each may ask
     * @return lets those in who know one
     * @throws BadFile if it cannot be read, holds no token, or one that is too short
     */
    public static AccessTokens read(Path file, Quota quota) {
        List<String> tokens;
        try {
            tokens = Files.readString(file)
                    .lines()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .toList();
        } catch (IOException e) {
            throw new BadFile("Cannot read the tokens in " + file + ": " + IoReason.of(e), e);
        }
        if (tokens.isEmpty()) {
            throw new BadFile(file + " holds no token: write one a line, such as 'openssl rand -hex 32' makes.");
        }
        for (String token : tokens) {
            if (token.length() < SHORTEST || !token.matches("[!-~]+")) {
                throw new BadFile("A token in " + file + " has " + token.length() + " characters; expected at least "
                        + SHORTEST + " visible ASCII characters without spaces.");
            }
        }
        return new AccessTokens(tokens, quota);
    }

    private static byte[] digest(String token) {
        return Sha256.digest().digest(token.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public Pass enter(@Nullable String authorization) {
        return uses.get(digests.isEmpty() ? 0 : index(authorization)).enter();
    }

    private int index(@Nullable String authorization) {
        if (authorization == null || !authorization.startsWith(BEARER)) {
            throw new HttpError(
                    401, "no_api_key", null, "This server wants a token in the header Authorization: Bearer TOKEN.");
        }
        byte[] digest = digest(authorization.substring(BEARER.length()).strip());
        int found = -1;
        for (int i = 0; i < digests.size(); i++) {
            found = MessageDigest.isEqual(digests.get(i), digest) ? i : found;
        }
        if (found < 0) {
            throw new HttpError(401, "invalid_api_key", null, "The token is none that this server knows.");
        }
        return found;
    }
}
