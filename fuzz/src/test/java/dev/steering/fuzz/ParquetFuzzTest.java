package dev.steering.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.MethodSource;

class ParquetFuzzTest {
    private static final int ROUNDS = 60;

    static List<byte[]> seeds() throws IOException {
        return Reader.PARQUET.seeds();
    }

    @MethodSource("seeds")
    @FuzzTest
    void isReadOrRefusedInWords(byte[] content) {
        Reader.PARQUET.check(content);
    }

    /** A few of the damages that a fuzzer makes, in every build: changed bytes, cuts, and pieces that are there twice. */
    @Test
    void damageIsRefusedInWords() throws IOException {
        Random random = new Random(5);
        for (byte[] seed : seeds()) {
            for (int round = 0; round < ROUNDS; round++) {
                byte[] damaged = seed.clone();
                for (int i = 0; i <= random.nextInt(4); i++) {
                    damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
                }
                Reader.PARQUET.check(round % 5 == 0 ? Arrays.copyOf(damaged, random.nextInt(damaged.length)) : damaged);
            }
        }
    }
}
