package dev.steering.bench.against;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.core.SteeringException;
import org.junit.jupiter.api.Test;

/** What engines print. */
class RateCommandTest {
    private static double last(String output) {
        return RateCommand.of("engine").last(output);
    }

    @Test
    void theLastRateCounts() {
        assertEquals(41.5, last("reading: 318 tok/s\nwriting: 41.5 tok/s\n"));
        assertEquals(
                137.31,
                last(
                        """
                prompt eval time =     240.5 ms /   128 tokens (    1.88 ms per token,   532.21 tokens per second)
                       eval time =     116.5 ms /    16 runs   (    7.28 ms per token,   137.31 tokens per second)
                      total time =     357.0 ms /   144 tokens
                """));
        assertEquals(12, last("Throughput: 12 Tokens/s"));
    }

    @Test
    void tablesAndJsonAreRead() {
        assertEquals(
                120.84,
                last(
                        """
                | model        |   size | threads |  test |              t/s |
                | ------------ | -----: | ------: | ----: | ---------------: |
                | llama Q4_0   | 85 MiB |       2 | pp128 |    532.15 ± 8.61 |
                | llama Q4_0   | 85 MiB |       2 |  tg16 |    120.84 ± 3.20 |

                build: abc (1)
                """));
        assertEquals(99.25, last("[{\"n_gen\": 16, \"avg_ts\": 99.25, \"stddev_ts\": 1.0}]"));
    }

    @Test
    void milliSecondsAreNoRate() {
        assertEquals(0, last("16 tokens in 240 ms, 7.28 ms per token"));
    }

    @Test
    void aPatternOfOnesOwnFindsOtherForms() {
        RateCommand command = RateCommand.of("engine", "^speed=([0-9.]+)$");
        assertEquals(7.5, command.last("speed=9\nspeed=7.5\n8 tokens/s"));
        SteeringException none = assertThrows(SteeringException.class, () -> RateCommand.of("engine", "speed"));
        assertTrue(none.getMessage().contains("has no group"), none::getMessage);
        assertThrows(
                SteeringException.class, () -> RateCommand.of("engine", "(").last(""));
        assertThrows(
                SteeringException.class, () -> RateCommand.of("engine", "(x)").last("x"));
    }

    @Test
    void standardErrorIsReadToo() {
        assertEquals(5, RateCommand.of("echo 5 tokens/s >&2").run());
    }
}
