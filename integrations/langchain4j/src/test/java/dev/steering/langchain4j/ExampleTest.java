package dev.steering.langchain4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.core.vector.VectorFile;
import dev.steering.langchain4j.example.AskThroughLangChain4j;
import dev.steering.testkit.DemoRefusal;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example runs, and says what the library says. */
class ExampleTest {
    @Test
    void theExampleAnswersSteeredAndNot(@TempDir Path directory) {
        Path vector = directory.resolve("refusal.safetensors");
        String unsteered;
        try (OpenDemo demo = new OpenDemo(directory)) {
            VectorFile.write(vector, DemoRefusal.vector(demo.model.manifest().fingerprint()));
            unsteered = Demonstrated.answer(demo, OpenDemo.QUESTION);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream before = System.out;
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        try {
            AskThroughLangChain4j.main(
                    new String[] {directory.resolve("bundle").toString(), vector.toString(), OpenDemo.QUESTION});
        } finally {
            System.setOut(before);
        }
        List<String> lines = out.toString(StandardCharsets.UTF_8).lines().toList();
        assertEquals(4, lines.size(), lines.toString());
        assertTrue(lines.get(0).startsWith("steered:   Sure, to kill a Python process"), lines.get(0));
        assertTrue(lines.get(1).contains("harmful=false"), lines.get(1));
        assertEquals("unsteered: " + unsteered, lines.get(2));
        assertTrue(lines.get(3).contains("outputTokenCount"), lines.get(3));
    }
}
