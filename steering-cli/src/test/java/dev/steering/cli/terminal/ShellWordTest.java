package dev.steering.cli.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

class ShellWordTest {
    @Test
    void plainWordsStayAsTheyAre() {
        assertEquals("llama-1b/refusal.safetensors", ShellWord.quoted("llama-1b/refusal.safetensors"));
        assertEquals("'my model'", ShellWord.quoted(Path.of("my model")));
        assertEquals("./-v", ShellWord.quoted(Path.of("-v")));
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aShellReadsWhatWasMeant() throws IOException {
        for (String text :
                List.of("a b", "it's", "$HOME", "`ls`", "a\"b", "a\\b", "*", "~", "", "a;b", "#x", "!x", "é 模")) {
            Process shell = new ProcessBuilder("sh", "-c", "printf %s " + ShellWord.quoted(text)).start();
            assertEquals(text, new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
        }
    }
}
