package dev.steering.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The class path of the profile {@code cuda} with no card to be seen: the whole demo runs on the CPU, and one line for each half says why.
 * Needs that profile's artefacts in the local repository, 1.3 GB: {@code ./mvnw -Pcuda -DskipTests package} fetches them.
 */
@Tag("slow")
class CudaDemoTest {
    private static final String RUNTIME = "com/microsoft/onnxruntime/onnxruntime";

    @TempDir
    private Path directory;

    @Test
    void theDemoRunsWithoutACard() throws IOException, InterruptedException {
        List<String> gpu = gpuJars();
        assumeTrue(gpu.size() >= 5, "the artefacts of the profile cuda are not in the local repository");
        List<String> classPath = new ArrayList<>(gpu);
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !isRuntime(entry))
                .forEach(classPath::add);
        Path arguments = directory.resolve("arguments");
        Files.writeString(
                arguments, "-cp \"" + String.join(File.pathSeparator, classPath).replace("\\", "\\\\") + "\"");
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "@" + arguments,
                "dev.steering.cli.Steer",
                "demo",
                "-o",
                directory.resolve("demo").toString());
        builder.environment().put("CUDA_VISIBLE_DEVICES", "");
        Path said = directory.resolve("said");
        Process process = builder.redirectError(said.toFile()).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String errors = Files.readString(said);
        assertEquals(0, process.waitFor(), errors);
        assertTrue(out.contains("scans "), out);
        assertFalse(errors.contains("\tat ") || errors.contains("Exception"), errors);
        assertEquals(1, lines(errors, "running on the CPU, the GPU cannot be used"), errors);
        assertEquals(1, lines(errors, "linear algebra runs on the CPU, the GPU cannot be used for it"), errors);
    }

    private static long lines(String text, String part) {
        return text.lines().filter(line -> line.contains(part)).count();
    }

    private static boolean isRuntime(String entry) {
        return entry.replace(File.separatorChar, '/').contains(RUNTIME + "/");
    }

    /** They lie in the repository that ONNX Runtime was taken from, its build with CUDA in the same version. */
    private static List<String> gpuJars() throws IOException {
        Path runtime = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(CudaDemoTest::isRuntime)
                .map(Path::of)
                .findFirst()
                .orElseThrow();
        String version = runtime.getParent().getFileName().toString();
        Path organisations = runtime;
        for (int up = 0; up < RUNTIME.split("/").length + 2; up++) {
            organisations = organisations.getParent();
        }
        List<String> jars = new ArrayList<>();
        for (String artefact : List.of(
                RUNTIME + "_gpu/" + version,
                "org/nd4j/nd4j-cuda-11.6",
                "org/nd4j/nd4j-cuda-11.6-preset",
                "org/bytedeco/cuda")) {
            Path place = organisations.resolve(artefact);
            if (Files.isDirectory(place)) {
                try (Stream<Path> files = Files.walk(place)) {
                    files.map(Path::toString)
                            .filter(file -> file.endsWith(".jar"))
                            .forEach(jars::add);
                }
            }
        }
        return jars;
    }
}
