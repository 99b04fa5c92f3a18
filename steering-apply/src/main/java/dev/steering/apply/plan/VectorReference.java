package dev.steering.apply.plan;

import dev.steering.core.BadRequest;
import dev.steering.core.Sha256;
import dev.steering.core.SteeringException;
import dev.steering.core.origin.VectorOrigin;
import dev.steering.core.vector.LayerMatrix;
import dev.steering.core.vector.LayerReads;
import dev.steering.core.vector.SteeringVector;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A steering vector that a plan names but does not contain. Immutable.
 *
 * @param file path of the vector file, relative to the plan's own file or absolute; empty for one that is in no file
 * @param fingerprint identity of its numbers and its model, see {@link #fingerprint}
 * @param randomSeed if not null, what is meant are not its directions but random ones with the same norm at each layer, drawn with
 *     this seed
 */
public record VectorReference(String file, String fingerprint, @Nullable Long randomSeed) {
    /** @throws SteeringException if the fingerprint is not 64 hexadecimal digits */
    public VectorReference {
        if (!fingerprint.matches("[0-9a-f]{64}")) {
            throw new BadRequest("A vector's fingerprint is 64 hexadecimal digits, found '" + fingerprint + "'.");
        }
    }

    /**
     * @param file path of its file; empty for one that is in no file
     * @param vector the vector
     * @return a reference to it
     */
    public static VectorReference to(String file, SteeringVector vector) {
        return new VectorReference(file, fingerprint(vector), null);
    }

    /**
     * @param seed of the random directions
     * @return a reference to random directions of the same norms
     */
    public VectorReference randomized(long seed) {
        return new VectorReference(file, fingerprint, seed);
    }

    /** @return the same vector, in no file */
    public VectorReference withoutFile() {
        return new VectorReference("", fingerprint, randomSeed);
    }

    /**
     * What anchoring changes, layers and threshold, is not part of it: a plan says those itself.
     *
     * @param vector a vector
     * @return SHA-256, hexadecimal, over the model's fingerprint and the vector's directions, transition reference and reads,
     *     as far as it has them
     */
    public static String fingerprint(SteeringVector vector) {
        MessageDigest digest = Sha256.digest();
        String model = vector.provenance().modelFingerprint();
        digest.update((model == null ? "" : model).getBytes(StandardCharsets.UTF_8));
        digest.update(bytes(vector.directions(), rows(vector)));
        LayerMatrix reference = vector.transitionReference();
        if (reference != null) {
            digest.update(bytes(reference, reference.layers()));
        }
        LayerReads reads = vector.reads();
        if (reads != null) {
            digest.update(bytes(reads.rows(), reads.rows().layers()));
            digest.update(bytes(reads.offsets(), reads.offsets().layers()));
        }
        return Sha256.hex(digest);
    }

    /** A vector from elsewhere is the same whether rows of zeros were added for a model's other layers or not. */
    private static int rows(SteeringVector vector) {
        VectorOrigin origin = vector.origin();
        return origin == null || !origin.open()
                ? vector.layers()
                : origin.layers().get(origin.layers().size() - 1) + 1;
    }

    private static byte[] bytes(LayerMatrix matrix, int rows) {
        float[] values = Arrays.copyOf(matrix.values(), rows * matrix.hidden());
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return bytes.array();
    }

    String words() {
        String name = file.isEmpty() ? "vector" : "vector " + file;
        return randomSeed == null ? name : "random directions (seed " + randomSeed + ") of the norm of the " + name;
    }
}
