package dev.steering.model.tokenizer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.core.SteeringException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where the native library cannot be loaded, in processes of their own: a virtual machine tries once. */
class TokenizerLibraryTest {
    /** Opens a tokenizer twice and prints what it hears. */
    static final class Opening {
        private Opening() {}

        public static void main(String[] args) {
            for (int time = 0; time < 2; time++) {
                try {
                    Tokenizer.open(Path.of(args[0])).close();
                    System.out.println("open");
                } catch (SteeringException e) {
                    System.out.println(e.getClass().getSimpleName() + ": " + e.getMessage());
                }
            }
        }
    }

    @ParameterizedTest
    @Timeout(120)
    @CsvSource({
        "-DRUST_LIBRARY_PATH=/nowhere/libtokenizers.so, No native rust library found in: /nowhere/libtokenizers.so",
        "-Dos.arch=sparc, ' sparc: '",
    })
    void isToldFromADamagedFile(String option, String said) throws IOException, InterruptedException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        ProcessBuilder builder =
                new ProcessBuilder(java, option, Opening.class.getName(), "../examples/demo-model/hf/tokenizer.json");
        builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
        Process process = builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), output);
        assertEquals(2, output.lines().count(), output);
        output.lines().forEach(line -> {
            assertTrue(
                    line.startsWith("SteeringException: The native library that reads tokenizers cannot be loaded on "),
                    line);
            assertTrue(line.contains(said) && line.contains("DJL_CACHE_DIR"), line);
        });
    }
}
