package dev.steering.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.core.vector.LayerMatrix;
import dev.steering.core.vector.Provenance;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VectorCommandTest {
    @TempDir
    private Path directory;

    private String one = "";
    private String other = "";

    @BeforeEach
    void write() {
        one = written("one", "f", new float[][] {{3, 4}, {0, 2}});
        other = written("other", "f", new float[][] {{1, 0}, {5, 5}});
    }

    private String written(String name, String fingerprint, float[][] rows) {
        Provenance provenance = new Provenance(
                fingerprint, "toy", name, "mean-difference", "last", "block-output", "add", "chat", 0, Map.of());
        String file = in(name + ".safetensors");
        VectorFile.write(Path.of(file), SteeringVector.of(LayerMatrix.of(rows), provenance));
        return file;
    }

    private String in(String name) {
        return directory.resolve(name).toString();
    }

    private float[] made(String... line) {
        String[] whole = new String[line.length + 3];
        whole[0] = "vector";
        System.arraycopy(line, 0, whole, 1, line.length);
        whole[whole.length - 2] = "-o";
        whole[whole.length - 1] = in("made.safetensors");
        CommandRun.steer(whole).assertSucceeds();
        SteeringVector vector = VectorFile.read(directory.resolve("made.safetensors"));
        assertNotNull(vector.derivation());
        return vector.directions().values();
    }

    private static void assertValues(float[] actual, float... expected) {
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i], actual[i], 1e-6f);
        }
    }

    @Test
    void everyOperationWritesItsVector() {
        assertValues(made("add", one, other), 4, 4, 5, 7);
        assertValues(made("subtract", one, other), 2, 4, -5, -3);
        assertValues(made("average", one, other, "--scale", "raw"), 2, 2, 2.5f, 3.5f);
        assertValues(made("add", one, other, "--scale", "unit"), 1.6f, 0.8f);
        assertValues(made("scale", one, "--by", "-2"), -6, -8, 0, -4);
        assertValues(made("normalise", one), 0.6f, 0.8f, 0, 1);
        assertValues(made("restrict", one, "--layers", "1"), 0, 0, 0, 2);
        assertValues(made("orthogonalise", one, "--against", other), 0, 4, -1, 1);
    }

    @Test
    void comparesAndDraws() {
        CommandRun run = CommandRun.steer("vector", "compare", one, other, "--charts", in("charts"));
        run.assertSucceeds();
        assertTrue(run.out().contains("    0     0.6000      5.0000      1.0000"), run.out());
        assertTrue(Files.exists(directory.resolve("charts/vector-comparison.svg")));
    }

    @Test
    void mistakesCostOneMessage() {
        String foreign = written("foreign", "g", new float[][] {{1, 0}, {5, 5}});
        CommandRun.steer("vector", "add", one, foreign, "-o", in("x")).assertFails("vectors of different models");
        CommandRun.steer("vector", "add", one, foreign, "--any-model", "-o", in("x"))
                .assertSucceeds();
        CommandRun.steer("vector", "compare", one, foreign).assertFails("vectors of different models");
        CommandRun.steer("vector", "scale", one, "--by", "0", "-o", in("y")).assertWrongUsage("not 0");
        CommandRun.steer("vector", "restrict", one, "--layers", "7", "-o", in("y"))
                .assertFails("from 0 to 1");
        CommandRun.steer("vector", "add", one, "-o", in("y")).assertWrongUsage("VECTOR");
        CommandRun.steer("vector").assertWrongUsage("Missing required subcommand");
        CommandRun.steer("vector", "add", one, other, "-o", one).assertFails("");
        CommandRun.steer("vector", "subtract", one, one, "-o", in("y")).assertFails("leaves nothing");
        CommandRun.steer("vector", "add", one, other, "-o", in("y.gguf"))
                .assertWrongUsage(
                        "y.gguf: what is written is a vector file of this program, and that name is a GGUF control vector's");
        CommandRun.steer("vector", "multiply").assertWrongUsage("multiply");
    }
}
