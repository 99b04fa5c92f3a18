package dev.steering.core.vector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.core.BadFile;
import dev.steering.core.certificate.Certificate;
import dev.steering.core.certificate.CertifiedAnswers;
import dev.steering.core.certificate.CertifiedDivergence;
import dev.steering.core.certificate.CertifiedSet;
import dev.steering.core.certificate.CertifiedSet.Role;
import dev.steering.core.certificate.CertifiedSetting;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Vector files with a certificate. */
class CertifiedVectorTest {
    @TempDir
    Path directory;

    private static Certificate certificate(@Nullable CertifiedDivergence divergence, @Nullable String system) {
        CertifiedAnswers none = new CertifiedAnswers(0, 0, 0.25, 0, 0, 0);
        CertifiedAnswers some = new CertifiedAnswers(9, 0.4, 0.9, 1, 2, 3);
        return new Certificate(
                "ab".repeat(32),
                "cd".repeat(32),
                "demo",
                "float32",
                new CertifiedSetting("subtract", "{\"steps\":[]}", "subtract it", List.of(1, 3), -0.75, "raw"),
                "a judge",
                40,
                system,
                List.of(
                        new CertifiedSet(
                                "safe",
                                Role.OVER_REFUSED,
                                "safe.csv",
                                "ef".repeat(32),
                                "01",
                                12,
                                some,
                                none,
                                List.of(some, none)),
                        new CertifiedSet("bad", Role.HARMFUL, null, null, "02", 20, some, some, List.of()),
                        new CertifiedSet("worse", Role.HARMFUL, null, null, "03", 20, some, none, List.of())),
                divergence,
                List.of("a note"),
                List.of("steer certify it"),
                Map.of("steering", "1", "onnxruntime", "2"));
    }

    @Test
    void filesKeepCertificates() {
        Path file = directory.resolve("vector.safetensors");
        for (Certificate certificate : List.of(
                certificate(null, null), certificate(new CertifiedDivergence(0.5, List.of(0.25), 100), "Be kind."))) {
            SteeringVector vector = VectorExamples.complete().withCertificate(certificate);
            VectorFile.write(file, vector);
            assertEquals(vector, VectorFile.read(file));
        }
        VectorFile.write(file, VectorExamples.complete());
        assertNull(VectorFile.read(file).certificate());
    }

    @Test
    void fallsAreCountedOverAllPromptsOfARole() {
        Certificate certificate = certificate(null, null);
        assertEquals(40, certificate.prompts(Role.HARMFUL));
        assertEquals(22.5, certificate.fall(Role.HARMFUL), 1e-12, "9 of 40");
        assertEquals(75, certificate.fall(Role.OVER_REFUSED), 1e-12, "9 of 12");
        assertEquals(0, certificate.fall(Role.JAILBREAK));
    }

    @Test
    void damagedCertificatesAreNamed() throws IOException {
        Path file = directory.resolve("vector.safetensors");
        VectorFile.write(file, VectorExamples.plain().withCertificate(certificate(null, null)));
        for (List<String> edit : List.of(
                List.of("over-refused", "over-refusee", "one of over-refused, harmless, harmful, jailbreak"),
                List.of("\\\"prompts\\\":12", "\\\"prompts\\\": 0", "at least 1"),
                List.of("\\\"refused\\\":9", "\\\"refused\\\":-", "JSON"),
                List.of("\\\"prompts\\\":12", "\\\"prompts\\\": 8", "0 to 8"))) {
            String text = Files.readString(file, StandardCharsets.ISO_8859_1);
            assertTrue(text.contains(edit.get(0)), edit.get(0));
            Path other = directory.resolve("damaged.safetensors");
            Files.writeString(other, text.replace(edit.get(0), edit.get(1)), StandardCharsets.ISO_8859_1);
            String message =
                    assertThrows(BadFile.class, () -> VectorFile.read(other)).getMessage();
            assertTrue(message.contains(edit.get(2)), message);
        }
    }

    /** Against Python: hashlib.sha256(struct.pack('&gt;II', 2, 3) + struct.pack('&lt;6f', ...)).hexdigest(). */
    @Test
    void theHashIsThatOfTheNumbers() {
        LayerMatrix directions = LayerMatrix.of(2, 3, new float[] {1, -2, 0.5f, 3, 4, 1e-3f});
        SteeringVector vector = SteeringVector.of(directions, Provenance.elsewhere("a", "b"));
        assertEquals("d017bdd65a9426e8d003b1fffe1f8456e322b8f4d18e842f34d2ef536290af92", vector.contentHash());
        assertEquals(vector.contentHash(), vector.withScale(VectorScale.RAW).contentHash());
        assertEquals(
                "0caf4f7860498f1ee42772e7df9a3189bbe548438b601d2202635988c2e263b1",
                vector.withTransitionReference(LayerMatrix.of(2, 3, new float[] {6, 5, 4, 3, 2, 1}))
                        .contentHash());
    }
}
