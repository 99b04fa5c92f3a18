package dev.steering.model.ort;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.steering.model.decode.Logits;
import dev.steering.model.pass.DirectionSet;
import dev.steering.model.pass.ForwardRequest;
import dev.steering.model.pass.PassSteering;
import dev.steering.model.pass.Schedule;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What a step of decoding leaves on the JVM's heap: as much whatever the model's size, but for what ONNX Runtime's own Java code
 * allocates, which is about 0.6 kB per pass and 85 bytes more for every cache tensor (names, handles and a map of the results),
 * and 0.35 kB for the mask, whose shape is another one in every pass.
 */
class DecodeGarbageTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int STEPS = 60;

    @TempDir
    private static Path directory;

    /** Of the small model with 6 cache tensors; steered or not, every row by a share of its own. */
    @ParameterizedTest
    @CsvSource({"1, false, 2600", "1, true, 2700", "16, false, 4600", "16, true, 4700"})
    void aStepLeavesLittle(int rows, boolean steered, long most) {
        try (LanguageModel model = TestModel.open(directory.resolve(rows + "-" + steered));
                KeyValueCache cache = model.newCache(rows, STEPS + 4)) {
            PassSteering steering = steered ? steering(rows) : null;
            List<int[]> next = new ArrayList<>();
            for (int row = 0; row < rows; row++) {
                next.add(new int[] {3 + row});
            }
            float[] logits = new float[TestModel.VOCABULARY];
            ForwardResult result = null;
            long[] left = new long[STEPS];
            for (int step = 0; step < STEPS; step++) {
                long before = THREADS.getCurrentThreadAllocatedBytes();
                result = model.forward(
                        ForwardRequest.of(next).withSteering(steering).withLastLogits(), cache, result);
                for (int row = 0; row < rows; row++) {
                    result.logits(row, 0, logits);
                    next.get(row)[0] = Logits.argmax(logits);
                }
                left[step] = THREADS.getCurrentThreadAllocatedBytes() - before;
            }
            Arrays.sort(left);
            assertTrue(left[0] > 0, "allocations are counted");
            assertTrue(left[STEPS / 2] <= most, left[STEPS / 2] + " bytes per step");
        }
    }

    private static PassSteering steering(int rows) {
        float[][] points = new float[TestModel.POINTS][TestModel.HIDDEN];
        points[2][5] = 1;
        List<Schedule> schedules = new ArrayList<>();
        for (int row = 0; row < rows; row++) {
            schedules.add(Schedule.everywhere(row));
        }
        return PassSteering.adding(DirectionSet.of(points), schedules);
    }
}
