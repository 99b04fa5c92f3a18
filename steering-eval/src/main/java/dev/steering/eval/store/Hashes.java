package dev.steering.eval.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.steering.core.Sha256;
import java.nio.ByteBuffer;
import java.security.MessageDigest;

/** Identities of texts. Stateless and thread-safe. */
public final class Hashes {
    private Hashes() {}

    /**
     * @param parts texts
     * @return SHA-256 over each part's length in bytes and its UTF-8 bytes, so that no two lists of parts run together; hexadecimal
     */
    public static String sha256(String... parts) {
        MessageDigest digest = Sha256.digest();
        for (String part : parts) {
            byte[] bytes = part.getBytes(UTF_8);
            digest.update(
                    ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip());
            digest.update(bytes);
        }
        return Sha256.hex(digest);
    }
}
