package dev.steering.cli;

import static dev.steering.cli.CommandRun.steer;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.testkit.Fixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code steer export MODEL.gguf} as a user types it. */
class GgufExportTest {
    private static final Path FILES = Fixtures.path("gguf");

    @TempDir
    private Path directory;

    private String in(String name) {
        return directory.resolve(name).toString();
    }

    private static String file(String name) {
        return FILES.resolve(name).toString();
    }

    @Test
    void aModelIsExportedCheckedAndAsked() {
        CommandRun exported =
                steer("export", file("qwen2.gguf"), "-o", in("qwen")).assertSucceeds();
        assertTrue(exported.out().contains("qwen2, f32, 2 layers, hidden 32"), exported::out);
        steer("check", in("qwen"), "--against", file("qwen2.safetensors")).assertSucceeds();
        steer("generate", "--model", in("qwen"), "--max-new-tokens", "4", "What is the capital of France?")
                .assertSucceeds();
        assertTrue(steer("inspect", in("qwen")).assertSucceeds().out().contains("qwen2"));
    }

    @Test
    void itMayBeRounded() {
        CommandRun exported = steer("export", file("llama3.gguf"), "-o", in("llama"), "--dtype", "int8", "--json")
                .assertSucceeds();
        assertTrue(exported.out().contains("\"dtype\":\"int8\""), exported::out);
        assertFalse(Files.exists(directory.resolve("llama").resolve("model.safetensors")));
    }

    @Test
    void whereABundleIsExpectedItIsSaidHowToMakeOne() throws IOException {
        CommandRun run = steer("generate", "--model", file("qwen2.gguf"), "What is the capital of France?");
        run.assertFails("A model in it has to be exported first");
        assertTrue(run.err().contains("steer export HF_DIR -o BUNDLE"), run::err);
        Path folder = Files.createDirectory(directory.resolve("folder"));
        Files.copy(FILES.resolve("qwen2.gguf"), folder.resolve("qwen2.gguf"));
        steer("export", folder.toString(), "-o", in("b")).assertFails("Export that file itself");
        assertFalse(Files.exists(directory.resolve("b")));
        CommandRun none = steer("export", file("types.gguf"), "-o", in("b"));
        none.assertFails("architecture 'none', which is not read from GGUF");
        assertEquals(1, none.exit());
    }
}
