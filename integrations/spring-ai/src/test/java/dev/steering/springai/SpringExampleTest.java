package dev.steering.springai;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.core.vector.VectorFile;
import dev.steering.springai.example.SteeredAssistant;
import dev.steering.testkit.DemoRefusal;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example starts as an application, and says what the library says. */
class SpringExampleTest {
    @Test
    void theExampleAnswersSteeredAndNot(@TempDir Path directory) {
        Path vector = directory.resolve("refusal.safetensors");
        String unsteered;
        try (DemoInSpring demo = new DemoInSpring(directory)) {
            VectorFile.write(vector, DemoRefusal.vector(demo.model.manifest().fingerprint()));
            unsteered = demo.model
                    .chat(dev.steering.apply.ChatRequest.builder(DemoInSpring.QUESTION)
                            .build())
                    .text();
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream before = System.out;
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        try {
            SteeredAssistant.main(new String[] {
                "--spring.ai.steering.bundle=" + directory.resolve("bundle"),
                "--spring.ai.steering.vectors.refusal=" + vector,
                "--question=" + DemoInSpring.QUESTION
            });
        } finally {
            System.setOut(before);
        }
        String printed = out.toString(StandardCharsets.UTF_8);
        assertTrue(printed.contains("steered:   Sure, to kill a Python process"), printed);
        assertTrue(printed.contains("harmful=false"), printed);
        assertTrue(printed.contains("unsteered: " + unsteered), printed);
    }
}
