package dev.steering.model.ort;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.steering.core.BadFile;
import dev.steering.model.pass.Capture;
import dev.steering.model.pass.DirectionSet;
import dev.steering.model.pass.ForwardRequest;
import dev.steering.model.pass.GateSet;
import dev.steering.model.pass.PassSteering;
import dev.steering.model.pass.PassSteering.Gating;
import dev.steering.model.pass.Schedule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the gated graph writes is what its formula says about what is captured there without it. */
class GateTest {
    private static final int LENGTH = 9;
    private static final List<int[]> ROWS = List.of(TestModel.tokens(LENGTH, 1), TestModel.tokens(LENGTH, 2));
    private static final float EXACT = 1e-5f;
    private static final float[] READ = TestModel.random(31, 0.7);
    private static final float[] WRITTEN = TestModel.random(32, 3);
    private static final List<Schedule> ALL = List.of(Schedule.everywhere(1));

    @TempDir
    private static Path directory;

    private static LanguageModel model;
    private static ForwardResult plain;

    @BeforeAll
    static void open() {
        model = TestModel.open(directory);
        plain = run(null);
    }

    @AfterAll
    static void close() {
        model.close();
    }

    private static ForwardResult run(PassSteering steering) {
        return model.forward(TestModel.everything(ROWS, steering));
    }

    private static GateSet gate(int point, GateSet.Shape shape) {
        return new GateSet(TestModel.only(point, READ), TestModel.only(point, WRITTEN), List.of(shape));
    }

    private static PassSteering steering(GateSet gates, List<Schedule> schedules, Integer... readAt) {
        return PassSteering.gated(new Gating(gates, schedules, List.of(readAt)));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void aGateOfItsOwnPositionWritesWhatItReadsThere(int point) {
        ForwardResult steered =
                run(steering(gate(point, GateSet.Shape.OF_POSITION), List.of(Schedule.from(4, 0.5f)), 0));
        for (int row = 0; row < 2; row++) {
            for (int s = 0; s < LENGTH; s++) {
                float[] x = plain.captured(row, point, s);
                double scale = s < 4 ? 0 : 0.5 * TestModel.dot(x, READ);
                assertArrayEquals(TestModel.plus(x, scale, WRITTEN), steered.captured(row, point, s), EXACT);
                for (int p = 0; p < point; p++) {
                    assertArrayEquals(plain.captured(row, p, s), steered.captured(row, p, s));
                }
                assertEquals(s < 4, Arrays.equals(plain.logits(row, s), steered.logits(row, s)));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void aGateOfTheRowWritesEverywhereWhatItReadsAtOnePosition(int point) {
        int[] read = {8, 5};
        ForwardResult steered =
                run(steering(gate(point, GateSet.Shape.OF_ROW), List.of(Schedule.everywhere(-2)), 8, 5));
        for (int row = 0; row < 2; row++) {
            double scale = -2 * TestModel.dot(plain.captured(row, point, read[row]), READ);
            for (int s = 0; s < LENGTH; s++) {
                assertArrayEquals(
                        TestModel.plus(plain.captured(row, point, s), scale, WRITTEN),
                        steered.captured(row, point, s),
                        5 * EXACT);
            }
        }
    }

    /** h + (w h + b - r h) r, LoReFT of rank one, arXiv 2404.03592. */
    @Test
    void rankOneFineTuningIsAGateWithAnOffset() {
        float[] r = TestModel.random(33, 1);
        float[] w = TestModel.random(34, 2);
        GateSet gates = new GateSet(
                TestModel.only(2, TestModel.plus(w, -1, r)),
                TestModel.only(2, r),
                List.of(GateSet.Shape.OF_POSITION.withOffsets(List.of(9f, 9f, 0.75f, 9f))));
        ForwardResult steered = run(steering(gates, ALL, 0));
        for (int s = 0; s < LENGTH; s++) {
            float[] h = plain.captured(1, 2, s);
            double scale = TestModel.dot(w, h) + 0.75 - TestModel.dot(r, h);
            assertArrayEquals(TestModel.plus(h, scale, r), steered.captured(1, 2, s), EXACT);
        }
    }

    @Test
    void valuesStayWithinTheBounds() {
        ForwardResult steered = run(steering(gate(2, GateSet.Shape.OF_POSITION.within(-0.05f, 0.1f)), ALL, 0));
        int bounded = 0;
        for (int s = 0; s < LENGTH; s++) {
            float[] x = plain.captured(0, 2, s);
            double value = TestModel.dot(x, READ);
            bounded += value < -0.05 || value > 0.1 ? 1 : 0;
            double scale = Math.max(-0.05, Math.min(0.1, value));
            assertArrayEquals(TestModel.plus(x, scale, WRITTEN), steered.captured(0, 2, s), EXACT);
        }
        assertFalse(bounded == 0 || bounded == LENGTH, "bounds that matter for some positions");
    }

    /** Gates, directions and projections look at the stream before any of them acts; the norm is kept of the sum. */
    @Test
    void gatesAddUpWithAllElse() {
        float[] added = TestModel.random(35, 2);
        float[] unit = TestModel.random(36, 1);
        PassSteering all = PassSteering.adding(TestModel.only(2, added), ALL)
                .withProjection(new PassSteering.Projecting(TestModel.only(2, unit), List.of(false), ALL))
                .withKeptNorms(ALL)
                .withGating(new Gating(gate(2, GateSet.Shape.OF_ROW), ALL, List.of(8)));
        ForwardResult steered = run(all);
        double value = TestModel.dot(plain.captured(0, 2, 8), READ);
        for (int s = 0; s < LENGTH; s++) {
            float[] x = plain.captured(0, 2, s);
            float[] y = TestModel.plus(TestModel.plus(x, 1, added), value, WRITTEN);
            y = TestModel.plus(y, -TestModel.dot(x, unit), unit);
            double kept = Math.sqrt(TestModel.dot(x, x) / TestModel.dot(y, y));
            assertArrayEquals(TestModel.plus(new float[y.length], kept, y), steered.captured(0, 2, s), 5 * EXACT);
        }
    }

    @Test
    void gatesThatAreOffChangeNoBit() {
        ForwardResult steered = run(steering(gate(1, GateSet.Shape.OF_ROW), List.of(Schedule.OFF), 0));
        for (int row = 0; row < 2; row++) {
            for (int s = 0; s < LENGTH; s++) {
                assertArrayEquals(plain.logits(row, s), steered.logits(row, s));
            }
        }
    }

    /** Rows of different lengths beside each other, a cache, and its last token run again. */
    @Test
    void batchedAndCachedIsAsAlone() {
        List<int[]> rows = List.of(TestModel.tokens(11, 3), TestModel.tokens(4, 4), TestModel.tokens(1, 5));
        List<Integer> last = rows.stream().map(row -> row.length - 1).toList();
        List<Schedule> prompts = last.stream()
                .map(end -> (Schedule) (position, gate) -> position <= end ? 1.5f : 0)
                .toList();
        PassSteering together = PassSteering.gated(new Gating(gate(1, GateSet.Shape.OF_ROW), prompts, last));
        int[] next = {7, 8, 9};
        try (KeyValueCache cache = model.newCache(3, 16)) {
            model.forward(ForwardRequest.of(rows).withSteering(together), cache);
            IntStream.range(0, 3).forEach(row -> cache.rewind(row, last.get(row)));
            List<int[]> again =
                    rows.stream().map(row -> new int[] {row[row.length - 1]}).toList();
            ForwardResult first = model.forward(
                    ForwardRequest.of(again).withSteering(together).withLastLogits(), cache);
            ForwardResult second = model.forward(
                    ForwardRequest.of(Arrays.stream(next)
                                    .mapToObj(t -> new int[] {t})
                                    .toList())
                            .withSteering(together)
                            .withLastLogits()
                            .withCaptures(Collections.nCopies(3, List.of(Capture.token(0)))),
                    cache);
            for (int row = 0; row < 3; row++) {
                int[] whole = Arrays.copyOf(rows.get(row), rows.get(row).length + 1);
                whole[whole.length - 1] = next[row];
                ForwardResult alone = model.forward(TestModel.everything(List.of(whole), together.ofRow(row)));
                assertArrayEquals(alone.logits(0, last.get(row)), first.logits(row, 0), 5 * EXACT);
                assertArrayEquals(alone.logits(0, last.get(row) + 1), second.logits(row, 0), 5 * EXACT);
            }
        }
    }

    @Test
    void whatIsReadMustBeInThePass() {
        try (KeyValueCache cache = model.newCache(1, 16)) {
            model.forward(ForwardRequest.of(List.of(new int[] {3, 4, 5})), cache);
            ForwardRequest late = ForwardRequest.of(List.of(new int[] {6}))
                    .withSteering(steering(gate(1, GateSet.Shape.OF_ROW), ALL, 2));
            IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> model.forward(late, cache));
            assertEquals(
                    "gate 0 writes at position 3 what it reads at position 2, which is not among the 1 tokens from"
                            + " position 3 on that this pass runs",
                    e.getMessage());
        }
    }

    @Test
    void partsMustFit() {
        DirectionSet one = TestModel.only(1, READ);
        DirectionSet two = DirectionSet.of(TestModel.at(1, READ), TestModel.at(1, READ));
        IllegalArgumentException e = assertThrows(
                IllegalArgumentException.class, () -> new GateSet(one, two, List.of(GateSet.Shape.OF_ROW)));
        assertEquals("gates that read [4,1,64], write [4,2,64] and have 1 shapes", e.getMessage());
        IllegalArgumentException bounds =
                assertThrows(IllegalArgumentException.class, () -> GateSet.Shape.OF_ROW.within(2, 1));
        assertEquals("a gate between 2.0 and 1.0", bounds.getMessage());
    }

    /** Bundles made before there was such a graph do all else, and say what to do when asked for this. */
    @Test
    void olderBundlesSayThatTheyHaveNoGates(@TempDir Path old) throws IOException {
        TestModel.open(old).close();
        Path manifest = old.resolve("bundle/steering.json");
        String text = Files.readString(manifest);
        String without = text.replaceAll(",\\s*\"gatedGraph\" : \"model-gated.onnx\"", "")
                .replaceAll(",\\s*\"centred\" : false", "")
                .replaceAll(",\\s*\"bias\" : null", "");
        assertFalse(without.contains("gatedGraph\"") || without.contains("centred") || without.contains("bias\" :"));
        Files.writeString(manifest, without);
        Files.delete(old.resolve("bundle/model-gated.onnx"));
        try (LanguageModel older = LanguageModel.open(old.resolve("bundle"))) {
            assertArrayEquals(
                    plain.logits(0, 8),
                    older.forward(TestModel.everything(ROWS, null)).logits(0, 8));
            PassSteering gated = steering(gate(1, GateSet.Shape.OF_ROW), ALL, 8);
            BadFile e = assertThrows(BadFile.class, () -> older.forward(TestModel.everything(ROWS, gated)));
            assertEquals(
                    "The bundle " + old.resolve("bundle")
                            + " was made before what is written could depend on what is read: its manifest names no gated"
                            + " graph. Export or instrument the model again, which takes seconds and leaves vectors valid.",
                    e.getMessage());
        }
    }
}
