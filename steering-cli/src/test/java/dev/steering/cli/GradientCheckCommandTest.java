package dev.steering.cli;

import static dev.steering.cli.CommandRun.steer;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.cli.terminal.ExitCodes;
import dev.steering.core.safetensors.SafetensorsFile;
import dev.steering.core.safetensors.SafetensorsWriter;
import dev.steering.core.safetensors.TensorInfo;
import dev.steering.testkit.Fixtures;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code steer check BUNDLE --against gradient.safetensors} as a user types it. */
class GradientCheckCommandTest {
    private static final Path FIXTURES = Fixtures.path("");
    private static final Path LLAMA = FIXTURES.resolve("checkpoints/llama");
    private static final String GRADIENTS = "gradient.safetensors";

    @TempDir
    private static Path directory;

    private static String bundle;

    @BeforeAll
    static void export() {
        bundle = directory.resolve("bundle").toString();
        steer("export", LLAMA.toString(), "-o", bundle).assertSucceeds();
    }

    private static CommandRun check(String model, Path reference) {
        return steer("check", model, "--against", reference.toString());
    }

    /** The file with one value of a tensor changed. */
    private static Path tampered(String tensor, UnaryOperator<float[]> change) {
        SafetensorsFile file = SafetensorsFile.open(LLAMA.resolve(GRADIENTS));
        SafetensorsWriter writer = new SafetensorsWriter();
        for (TensorInfo info : file.tensors().values()) {
            long[] shape = info.shape().stream().mapToLong(Long::longValue).toArray();
            switch (info.dtype()) {
                case I64, I32 -> writer.longs(info.name(), file.longs(info.name()), shape);
                default -> {
                    float[] values = file.floats(info.name());
                    writer.floats(info.name(), info.name().equals(tensor) ? change.apply(values) : values, shape);
                }
            }
        }
        Path copy = directory.resolve("tampered-" + tensor + ".safetensors");
        writer.write(copy);
        return copy;
    }

    @Test
    void autogradsGradientsAreReproduced() {
        String out = check(bundle, LLAMA.resolve(GRADIENTS)).assertSucceeds().out();
        for (String tensor : new String[] {
            "likelihood_loss",
            "likelihood_soft_prompt_gradient",
            "unlikelihood_loss",
            "unlikelihood_soft_prompt_gradient"
        }) {
            assertTrue(out.contains(tensor), out);
        }
        assertTrue(out.contains("PASS: 8 of 8 comparisons within 1.0e-04"), out);
    }

    @Test
    void aWrongGradientFailsAndIsNamed() {
        String tensor = "likelihood_soft_prompt_gradient";
        CommandRun run = check(bundle, tampered(tensor, values -> {
            values[17] += 0.01f * largest(values);
            return values;
        }));
        assertEquals(ExitCodes.FAILURE, run.exit(), run.out());
        assertEquals(
                2,
                run.out()
                        .lines()
                        .filter(line -> line.startsWith("FAIL " + tensor))
                        .count(),
                run.out());
        assertTrue(run.out().contains("FAIL: 6 of 8 comparisons within 1.0e-04"), run.out());
    }

    @Test
    void aWrongLossFailsAtATenthOfTheTolerance() {
        CommandRun run = check(bundle, tampered("unlikelihood_loss", values -> {
            values[0] *= 1 + 5e-5f;
            return values;
        }));
        assertEquals(ExitCodes.FAILURE, run.exit(), run.out());
        assertTrue(run.out().contains("FAIL unlikelihood_loss"), run.out());
        assertTrue(run.out().contains("FAIL: 6 of 8"), run.out());
    }

    @Test
    void anInstrumentedBundleHasNoGradients() {
        String foreign = directory.resolve("foreign").toString();
        steer(
                        "instrument",
                        FIXTURES.resolve("onnx-exports/opt-llama/model.onnx").toString(),
                        "-o",
                        foreign)
                .assertSucceeds();
        check(foreign, LLAMA.resolve(GRADIENTS))
                .assertFails("Gradients need a bundle that was exported from a checkpoint in single precision, and ");
    }

    private static float largest(float[] values) {
        float largest = 0;
        for (float value : values) {
            largest = Math.max(largest, Math.abs(value));
        }
        return largest;
    }
}
