package dev.steering.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.steering.server.access.Quota;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * OpenAI's Node client drives the server. Skipped unless {@code -Dopenai.node=DIR} names the {@code node_modules} in which {@code npm install
 * openai} has put it (6.49 was tried).
 */
class NodeClientTest {
    private static final String TOKEN = "t".repeat(32);

    @TempDir
    private Path directory;

    @Test
    void itChatsStreamsCancelsAndErrs() throws Exception {
        String modules = System.getProperty("openai.node");
        assumeTrue(modules != null, "npm's openai is not there");
        Path tokens = directory.resolve("tokens.txt");
        Files.writeString(tokens, TOKEN + "\n");
        Path bundle = ServedDemo.bundle(directory);
        Path output = directory.resolve("output.txt");
        try (ServedDemo demo = ServedDemo.start(
                bundle, ServedDemo.vector(directory, bundle), s -> s.withTokens(tokens, Quota.DEFAULTS))) {
            ProcessBuilder node = new ProcessBuilder(
                    "node", "src/test/node/client.cjs", demo.uri("/v1").toString(), TOKEN);
            node.environment().put("NODE_PATH", modules);
            int status = node.redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start()
                    .waitFor();
            assertEquals(0, status, Files.readString(output, StandardCharsets.UTF_8));
            ServedDemo.await(() -> demo.server.answering() == 0);
            assertTrue(demo.log.stream().noneMatch(line -> line.contains("\"failure\"")), demo.log.toString());
        }
    }
}
