package dev.steering.model.ort.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.steering.model.ort.graph.RuntimeVersion;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class EnvironmentTest {
    /** A process that starts ONNX Runtime and prints its version. */
    static final class Start {
        private Start() {}

        public static void main(String[] args) {
            System.out.println(RuntimeVersion.get());
        }
    }

    @Test
    void thereIsOne() {
        assertSame(Sessions.environment(), Sessions.environment());
    }

    /** ONNX Runtime 1.29 ends a process on Linux whose command line is longer than about 4,000 bytes, as a class path easily is. */
    @Test
    @Timeout(60)
    void aLongCommandLineIsFine() throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                Start.class.getName(),
                "x".repeat(20_000));
        builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
        builder.environment().remove("ORT_DISABLE_TELEMETRY");
        Process process = builder.redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), output);
        assertEquals(RuntimeVersion.get(), output.strip());
    }
}
