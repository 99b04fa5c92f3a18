package dev.steering.extract.linalg;

import static org.junit.jupiter.api.Assertions.assertEquals;
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
import org.nd4j.linalg.factory.Nd4j;

/**
 * The class path of the profile {@code cuda}, wherever this runs: with a card that can be used or without one, components come out. Needs
 * that profile's artefacts in the local repository, 0.6 GB: {@code ./mvnw -Pcuda -DskipTests package} fetches them.
 */
@Tag("slow")
class CudaClassPathTest {
    /** Runs in a process of its own: one process can start one backend. */
    static final class Component {
        private Component() {}

        public static void main(String[] args) {
            Nd.Eigenpair largest = Nd.largest(Nd.matrix(new double[] {2, 0, 0, 5}, 2, 2));
            System.out.println("eigenvalue " + largest.value());
        }
    }

    @Test
    void componentsComeOutWithBothBackendsOnTheClassPath() throws IOException, InterruptedException {
        List<String> classPath = new ArrayList<>(cuda());
        assumeTrue(!classPath.isEmpty(), "nd4j-cuda-11.6 is not in the local repository");
        classPath.addAll(Arrays.asList(System.getProperty("java.class.path").split(File.pathSeparator)));
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        String.join(File.pathSeparator, classPath),
                        Component.class.getName())
                .redirectErrorStream(true)
                .start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), out);
        assertTrue(out.contains("eigenvalue 5.0"), out);
        assertTrue(!out.contains("\tat "), out);
    }

    /** The artefacts lie in the repository that ND4J's API was taken from. */
    private static List<String> cuda() throws IOException {
        Path api = Path.of(
                Nd4j.class.getProtectionDomain().getCodeSource().getLocation().getPath());
        Path organisations = api.getParent().getParent().getParent().getParent();
        List<String> jars = new ArrayList<>();
        for (String artefact : List.of("nd4j/nd4j-cuda-11.6", "nd4j/nd4j-cuda-11.6-preset", "bytedeco/cuda")) {
            Path versions = organisations.resolve(artefact);
            if (Files.isDirectory(versions)) {
                try (Stream<Path> files = Files.walk(versions)) {
                    files.map(Path::toString)
                            .filter(file -> file.endsWith(".jar"))
                            .forEach(jars::add);
                }
            }
        }
        return jars;
    }
}
