package dev.steering.spark;

import dev.steering.core.vector.ExtractionPrompts;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The hashes of the prompts of one class, in no order: their number and their sum modulo 2^256, which identify them, and each of them as
 * long as there are few enough to list. Not thread-safe.
 */
final class PromptHashes {
    private static final int BYTES = 32;
    private static final BigInteger ALL = BigInteger.ONE.shiftLeft(8 * BYTES);

    private final int most;
    private long count;
    private BigInteger sum = BigInteger.ZERO;
    private ByteArrayOutputStream listed = new ByteArrayOutputStream();

    /** @param most how many are listed; with one more none is */
    PromptHashes(int most) {
        this.most = most;
    }

    void add(String prompt) {
        byte[] hash = HexFormat.of().parseHex(ExtractionPrompts.hash(prompt));
        sum = sum.add(new BigInteger(1, hash)).mod(ALL);
        count++;
        list(hash);
    }

    void merge(PromptHashes other) {
        sum = sum.add(other.sum).mod(ALL);
        count += other.count;
        list(other.listed.toByteArray());
    }

    private void list(byte[] hashes) {
        if (count > most) {
            listed = new ByteArrayOutputStream();
        } else {
            listed.writeBytes(hashes);
        }
    }

    long count() {
        return count;
    }

    boolean isListed() {
        return count <= most;
    }

    /** All in ascending order, or none where there are too many. */
    List<String> sorted() {
        byte[] bytes = listed.toByteArray();
        return IntStream.range(0, bytes.length / BYTES)
                .mapToObj(i -> HexFormat.of().formatHex(bytes, i * BYTES, (i + 1) * BYTES))
                .sorted()
                .toList();
    }

    /** What identifies them, whatever their order. */
    byte[] identity() {
        byte[] bytes = sum.toByteArray();
        byte[] padded = new byte[BYTES];
        int length = Math.min(BYTES, bytes.length);
        System.arraycopy(bytes, bytes.length - length, padded, BYTES - length, length);
        return padded;
    }

    void write(DataOutput out) throws IOException {
        out.writeLong(count);
        out.write(identity());
        byte[] bytes = listed.toByteArray();
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    static PromptHashes read(DataInput in, int most) throws IOException {
        PromptHashes hashes = new PromptHashes(most);
        hashes.count = in.readLong();
        byte[] sum = new byte[BYTES];
        in.readFully(sum);
        hashes.sum = new BigInteger(1, sum);
        byte[] bytes = new byte[in.readInt()];
        in.readFully(bytes);
        hashes.listed.writeBytes(bytes);
        return hashes;
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof PromptHashes h
                && count == h.count
                && sum.equals(h.sum)
                && Arrays.equals(listed.toByteArray(), h.listed.toByteArray());
    }

    @Override
    public int hashCode() {
        return sum.hashCode();
    }
}
