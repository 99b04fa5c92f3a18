package dev.steering.spark;

import dev.steering.core.BadFile;
import dev.steering.core.Sha256;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorFile;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A vector on its way to executors, as the bytes of its file; every JVM reads it once. Immutable and thread-safe. */
final class CarriedVector implements Serializable {
    private static final Map<String, SteeringVector> READ = new ConcurrentHashMap<>();

    private final String hash;
    private final byte[] file;

    private CarriedVector(String hash, byte[] file) {
        this.hash = hash;
        this.file = file;
    }

    static CarriedVector of(SteeringVector vector) {
        Path directory = directory();
        Path temporary = directory.resolve("vector.safetensors");
        try {
            VectorFile.write(temporary, vector);
            byte[] bytes = Files.readAllBytes(temporary);
            MessageDigest digest = Sha256.digest();
            digest.update(bytes);
            return new CarriedVector(Sha256.hex(digest), bytes);
        } catch (IOException e) {
            throw new BadFile("Cannot read " + temporary + ", which was just written: " + e.getMessage() + ".", e);
        } finally {
            delete(temporary, directory);
        }
    }

    SteeringVector vector() {
        return READ.computeIfAbsent(hash, key -> read());
    }

    private SteeringVector read() {
        Path directory = directory();
        Path temporary = directory.resolve("vector.safetensors");
        try {
            Files.write(temporary, file);
            return VectorFile.read(temporary);
        } catch (IOException e) {
            throw new BadFile("Cannot write " + temporary + ": " + e.getMessage() + ".", e);
        } finally {
            delete(temporary, directory);
        }
    }

    private static Path directory() {
        try {
            return Files.createTempDirectory("steering");
        } catch (IOException e) {
            throw new BadFile("Cannot create a temporary directory: " + e.getMessage() + ".", e);
        }
    }

    private static void delete(Path file, Path directory) {
        try {
            Files.deleteIfExists(file);
            Files.deleteIfExists(directory);
        } catch (IOException e) {
            file.toFile().deleteOnExit();
        }
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof CarriedVector c && hash.equals(c.hash);
    }

    @Override
    public int hashCode() {
        return hash.hashCode();
    }
}
