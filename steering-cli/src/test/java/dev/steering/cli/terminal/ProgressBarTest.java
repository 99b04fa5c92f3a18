package dev.steering.cli.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProgressBarTest {
    private static final long SECOND = 1_000_000_000L;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private long now;

    private ProgressBar bar(boolean terminal, int columns) {
        return new ProgressBar(new PrintStream(bytes, true, StandardCharsets.UTF_8), terminal, columns, () -> now);
    }

    private String printed() {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Test
    void lineShowsStageShareAndTimeLeft() {
        String line = ProgressBar.fitted(120, "harmful prompts", 0, 16, 64, 2.0);

        assertTrue(line.startsWith("harmful prompts"), line);
        assertTrue(line.contains("[#######-----------------------]  25 %  16/64  6 s left"), line);
    }

    @Test
    void whatWasDoneBeforeSaysNothingAboutTheTimeLeft() {
        assertTrue(ProgressBar.fitted(120, "answering", 32, 48, 64, 2.0).contains(" 75 %  48/64  2 s left"));
        assertTrue(ProgressBar.fitted(120, "answering", 32, 32, 64, 2.0).endsWith("32/64"));
        assertEquals("answering 48/3600, 1 %, 37 min left", ProgressBar.plain("answering", 0, 48, 3600, 30));
        assertEquals("answering 1/3600, 0 %, 30 h 0 min left", ProgressBar.plain("answering", 0, 1, 3600, 30));
    }

    /** A line that is as wide as the terminal or wider is a new line at every update. */
    @ParameterizedTest
    @ValueSource(ints = {40, 60, 80, 100, 200})
    void fitsTheWidth(int columns) {
        ProgressBar bar = bar(true, columns);
        for (int done = 1; done <= 3600; done++) {
            now += SECOND;
            bar.onProgress("opposite, epoch 12/20, loss 1.2345 and a name that is too long", done, 3600);
        }

        List<String> lines = printed().lines().toList();
        assertTrue(lines.size() > 3600, "redrawn");
        for (String line : lines) {
            assertTrue(line.length() < columns, line);
        }
        assertEquals(1, printed().chars().filter(c -> c == '\n').count(), "one line in all");
        assertTrue(printed().contains("1800/3600"), "the figures stay");
    }

    @Test
    void endsItsLineWhenDone() {
        ProgressBar bar = bar(true, 80);

        bar.onProgress("stage", 1, 2);
        bar.onProgress("stage", 2, 2);

        assertTrue(printed().endsWith("\n"), printed());
        assertEquals(2, printed().chars().filter(c -> c == '\r').count());
    }

    /** Who does the work and who watches it may both say that all is done. */
    @Test
    void endsItsLineOnce() {
        ProgressBar bar = bar(true, 80);
        for (int round = 0; round < 2; round++) {
            bar.onProgress("answering", 1, 2);
            bar.onProgress("answering", 2, 2);
            bar.onProgress("answering", 2, 2);
        }
        assertEquals(2, printed().chars().filter(c -> c == '\n').count(), printed());
    }

    @Test
    void makesRoomAndComesBack() {
        ProgressBar bar = bar(true, 80);

        bar.clear();
        assertEquals(0, bytes.size(), "nothing to take away");
        bar.onProgress("stage", 1, 3);
        int length = bytes.size() - 1;
        ProgressBar.clearDrawn();
        assertTrue(printed().endsWith("\r" + " ".repeat(length) + "\r"));
        bytes.reset();
        bar.onProgress("stage", 2, 3);
        assertTrue(printed().contains("2/3"), "drawn again at once");
    }

    @Test
    void aLogGetsALineNowAndThen() {
        ProgressBar bar = bar(false, 80);
        for (int done = 0; done <= 600; done++) {
            bar.onProgress("answering", done, 600);
            now += SECOND;
        }

        assertEquals(
                List.of(
                        "steer: answering 5/600, 0 %, 10 min left",
                        "steer: answering 15/600, 2 %, 10 min left", "steer: answering 35/600, 5 %, 9 min left"),
                printed().lines().limit(3).toList());
        assertTrue(printed().endsWith("steer: answering 600/600, 100 %, 600.0 s\n"), printed());
        assertEquals(13, printed().lines().count(), printed());
    }

    @Test
    void aLogGetsNothingAboutWhatTakesSeconds() {
        ProgressBar bar = bar(false, 80);
        for (int done = 1; done <= 4; done++) {
            now += SECOND;
            bar.onProgress("answering", done, 4);
        }

        assertEquals("", printed());
    }

    @Test
    void canBeSilenced() {
        try {
            Verbosity.use(Verbosity.QUIET);
            bar(true, 80).onProgress("stage", 1, 2);
            ProgressBar log = bar(false, 80);
            now += 100 * SECOND;
            log.onProgress("stage", 1, 2);
        } finally {
            Verbosity.use(Verbosity.NORMAL);
        }
        assertEquals("", printed());
    }
}
