package dev.steering.export.bundle;

import dev.steering.core.ProgressListener;
import dev.steering.core.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Identity of a model: SHA-256 over the SHA-256 of every weight file and of the tokenizer. The graph is not part of it, so
 * that exporting the same checkpoint with a newer version leaves its vectors valid.
 *
 * <p>Of a file larger than 64 MiB, 1024 evenly spaced blocks of 32 KiB and its size are summed instead of every byte, the first
 * and the last block among them: training changes all weights, and a checkpoint of many gigabytes has to export in seconds.
 */
public final class Fingerprint {
    private static final int BUFFER = 1 << 20;
    private static final long WHOLE = 64L << 20;
    private static final int BLOCKS = 1024;
    private static final int BLOCK = 32 << 10;
    private static final String TOKENIZER = "tokenizer.json";

    private final Map<String, String> sha256;
    private final String value;

    private Fingerprint(Map<String, String> sha256, String value) {
        this.sha256 = sha256;
        this.value = value;
    }

    /**
     * @param directory a bundle
     * @param weightFiles its weight files
     * @param progress told how far it has come
     * @return the identity of weights and tokenizer
     */
    public static Fingerprint of(Path directory, List<String> weightFiles, ProgressListener progress) {
        Map<String, Path> files = new TreeMap<>();
        weightFiles.forEach(name -> files.put(name, directory.resolve(name)));
        return of(directory, files, progress);
    }

    /**
     * @param directory a bundle
     * @param weightFiles files with its weights, by the names that they go by
     * @param progress told how far it has come
     * @return the identity of weights and tokenizer
     */
    public static Fingerprint of(Path directory, Map<String, Path> weightFiles, ProgressListener progress) {
        long total = weightFiles.values().stream()
                .mapToLong(file -> file.toFile().length())
                .sum();
        Map<String, String> sums = new TreeMap<>();
        long done = 0;
        for (Map.Entry<String, Path> file : new TreeMap<>(weightFiles).entrySet()) {
            sums.put(file.getKey(), sha256(file.getValue(), done, total, progress));
            done += file.getValue().toFile().length();
        }
        Path tokenizer = directory.resolve(TOKENIZER);
        if (Files.isRegularFile(tokenizer)) {
            sums.put(TOKENIZER, sha256(tokenizer, 0, 1, ProgressListener.NONE));
        }
        MessageDigest digest = Sha256.digest();
        sums.forEach((name, sum) -> digest.update((name + "=" + sum + "\n").getBytes(StandardCharsets.UTF_8)));
        return new Fingerprint(sums, Sha256.hex(digest));
    }

    /** @return hexadecimal */
    public String value() {
        return value;
    }

    /**
     * @param further more files, by name
     * @return the SHA-256 of the covered files and of the further ones, by name
     */
    public Map<String, String> sha256(Map<String, Path> further) {
        Map<String, String> all = new TreeMap<>(sha256);
        further.forEach((name, file) -> all.put(name, sha256(file, 0, 1, ProgressListener.NONE)));
        return all;
    }

    private static String sha256(Path file, long before, long total, ProgressListener progress) {
        if (file.toFile().length() > WHOLE) {
            String sum = sampled(file);
            progress.onProgress("fingerprint", before + file.toFile().length(), total);
            return sum;
        }
        MessageDigest digest = Sha256.digest();
        byte[] buffer = new byte[BUFFER];
        long done = before;
        try (InputStream in = Files.newInputStream(file)) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                digest.update(buffer, 0, n);
                done += n;
                progress.onProgress("fingerprint", Math.min(done, total), Math.max(total, 1));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Sha256.hex(digest);
    }

    private static String sampled(Path file) {
        MessageDigest digest = Sha256.digest();
        try (FileChannel channel = FileChannel.open(file)) {
            long size = channel.size();
            digest.update(Long.toString(size).getBytes(StandardCharsets.UTF_8));
            ByteBuffer block = ByteBuffer.allocate(BLOCK);
            for (long i = 0; i < BLOCKS; i++) {
                long start = (size - BLOCK) * i / (BLOCKS - 1);
                block.clear();
                while (block.hasRemaining() && channel.read(block, start + block.position()) >= 0) {
                    // A read may stop early; go on until the block is full.
                }
                digest.update(block.flip());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Sha256.hex(digest);
    }
}
