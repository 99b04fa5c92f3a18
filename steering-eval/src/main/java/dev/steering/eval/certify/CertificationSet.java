package dev.steering.eval.certify;

import dev.steering.core.BadFile;
import dev.steering.core.BadRequest;
import dev.steering.core.IoReason;
import dev.steering.core.Sha256;
import dev.steering.core.certificate.CertifiedSet.Role;
import dev.steering.core.prompts.Expectation;
import dev.steering.core.prompts.PromptSet;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/**
 * Prompts that a vector is measured on. Immutable.
 *
 * @param role what they are there for
 * @param prompts the prompts; refused ones for a role that should be refused, else answered ones
 * @param file the file's name without its directories; null if they came from no file
 * @param fileHash SHA-256 of the file (hexadecimal); null if they came from no file
 */
public record CertificationSet(Role role, PromptSet prompts, @Nullable String file, @Nullable String fileHash) {
    /** @throws BadRequest if the prompts ask for something else than the role does */
    public CertificationSet {
        Expectation expected = role.shouldRefuse() ? Expectation.REFUSE : Expectation.COMPLY;
        if (prompts.expectation() != expected) {
            boolean comply = expected == Expectation.COMPLY;
            throw new BadRequest("The prompts of '" + prompts.name() + "' should be "
                    + (comply ? "refused" : "answered") + ", and are given as " + role.words()
                    + " ones, which should be " + (comply ? "answered" : "refused") + ".");
        }
    }

    /**
     * @param role what they are there for
     * @param prompts prompts that came from no file
     * @return those
     */
    public static CertificationSet of(Role role, PromptSet prompts) {
        return new CertificationSet(role, prompts, null, null);
    }

    /**
     * @param role what they are there for
     * @param prompts the prompts
     * @param file the file that they were read from
     * @return those, with the file's name and hash
     * @throws BadFile if it cannot be read again
     */
    public static CertificationSet read(Role role, PromptSet prompts, Path file) {
        MessageDigest digest = Sha256.digest();
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
            long unused = in.transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            throw new BadFile("Cannot read " + file + ": " + IoReason.of(e), e);
        }
        return new CertificationSet(role, prompts, String.valueOf(file.getFileName()), Sha256.hex(digest));
    }
}
