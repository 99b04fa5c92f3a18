package dev.steering.fuzz;

import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** In a class of its own: what a fuzz test instruments must not be loaded before it. */
class DamagedParquetTest {
    private static final int ROUNDS = 20;

    /** A few of the damages that a fuzzer makes, in every build: changed bytes, cuts, and pieces that are there twice. */
    @Test
    void damageIsRefusedInWords() throws IOException {
        Random random = new Random(5);
        for (byte[] seed : Reader.PARQUET.seeds()) {
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
