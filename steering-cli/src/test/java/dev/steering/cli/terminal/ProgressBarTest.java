package dev.steering.cli.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ProgressBarTest {
    @Test
    void lineShowsStageShareAndTimeLeft() {
        String line = ProgressBar.line("harmful prompts", 0, 16, 64, 2.0);

        assertTrue(line.startsWith("harmful prompts"), line);
        assertTrue(line.contains("[#######-----------------------]  25 %  16/64  6 s left"), line);
    }

    @Test
    void whatWasDoneBeforeSaysNothingAboutTheTimeLeft() {
        assertTrue(ProgressBar.line("answering", 32, 48, 64, 2.0).contains(" 75 %  48/64  2 s left"));
        assertTrue(
                ProgressBar.line("answering", 32, 32, 64, 2.0).stripTrailing().endsWith("32/64"));
    }

    @Test
    void endsItsLineWhenDone() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ProgressBar bar = ProgressBar.on(new PrintStream(bytes, true, StandardCharsets.UTF_8));

        bar.onProgress("stage", 1, 2);
        bar.onProgress("stage", 2, 2);

        String text = bytes.toString(StandardCharsets.UTF_8);
        assertTrue(text.endsWith("\n"), text);
        assertEquals(2, text.chars().filter(c -> c == '\r').count());
    }

    @Test
    void makesRoomAndComesBack() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ProgressBar bar = ProgressBar.on(new PrintStream(bytes, true, StandardCharsets.UTF_8));

        bar.clear();
        assertEquals(0, bytes.size(), "nothing to take away");
        bar.onProgress("stage", 1, 3);
        int length = bytes.size() - 1;
        bar.clear();
        assertTrue(bytes.toString(StandardCharsets.UTF_8).endsWith("\r" + " ".repeat(length) + "\r"));
        bytes.reset();
        bar.onProgress("stage", 2, 3);
        assertTrue(bytes.toString(StandardCharsets.UTF_8).contains("2/3"), "drawn again at once");
    }
}
