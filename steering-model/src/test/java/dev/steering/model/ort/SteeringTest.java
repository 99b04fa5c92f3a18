package dev.steering.model.ort;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.steering.core.SteeringException;
import dev.steering.model.pass.DirectionSet;
import dev.steering.model.pass.PassSteering;
import dev.steering.model.pass.Schedule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SteeringTest {
    private static final int LENGTH = 9;
    private static final List<int[]> ROWS = List.of(TestModel.tokens(LENGTH, 1), TestModel.tokens(LENGTH, 2));
    private static final float EXACT = 1e-6f;

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

    @Test
    void zeroStrengthChangesNoBit() {
        DirectionSet directions = TestModel.only(2, TestModel.random(3, 5));
        assertSame(plain, run(PassSteering.adding(directions, List.of(Schedule.OFF))), 0, LENGTH);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void projectingOutNoShareChangesNoBit(boolean twoSided) {
        DirectionSet directions = TestModel.only(2, TestModel.random(3, 1));
        assertSame(plain, run(PassSteering.projectingOut(directions, twoSided, List.of(Schedule.OFF))), 0, LENGTH);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void aDirectionMovesItsPointByExactlyItselfAndNoEarlierOne(int point) {
        float[] vector = TestModel.random(10 + point, 2);
        ForwardResult steered =
                run(PassSteering.adding(TestModel.only(point, vector), List.of(Schedule.everywhere(0.5f))));
        for (int row = 0; row < 2; row++) {
            for (int s = 0; s < LENGTH; s++) {
                for (int p = 0; p < point; p++) {
                    assertArrayEquals(plain.captured(row, p, s), steered.captured(row, p, s));
                }
                assertArrayEquals(
                        TestModel.plus(plain.captured(row, point, s), 0.5, vector),
                        steered.captured(row, point, s),
                        EXACT);
                assertFalse(Arrays.equals(plain.logits(row, s), steered.logits(row, s)));
            }
        }
    }

    @Test
    void earlierPositionsKeepEveryBit() {
        DirectionSet directions = TestModel.only(1, TestModel.random(5, 3));
        ForwardResult steered = run(PassSteering.adding(directions, List.of(Schedule.from(6, 1))));
        assertSame(plain, steered, 0, 6);
        for (int s = 6; s < LENGTH; s++) {
            assertFalse(Arrays.equals(plain.logits(0, s), steered.logits(0, s)));
        }
    }

    @Test
    void everyRowHasItsOwnSchedule() {
        float[] vector = TestModel.random(6, 2);
        ForwardResult steered =
                run(PassSteering.adding(TestModel.only(1, vector), List.of(Schedule.OFF, Schedule.from(4, -1.5f))));
        for (int s = 0; s < LENGTH; s++) {
            assertArrayEquals(plain.logits(0, s), steered.logits(0, s));
            float[] expected = TestModel.plus(plain.captured(1, 1, s), s < 4 ? 0 : -1.5, vector);
            assertArrayEquals(expected, steered.captured(1, 1, s), EXACT);
        }
    }

    @Test
    void severalDirectionsAddUpWithTheirOwnCoefficients() {
        float[][] vectors = {TestModel.random(7, 1), TestModel.random(8, 1), TestModel.random(9, 1)};
        float[] coefficients = {1.25f, -0.5f, 2};
        DirectionSet directions =
                DirectionSet.of(TestModel.at(2, vectors[0]), TestModel.at(2, vectors[1]), TestModel.at(2, vectors[2]));
        ForwardResult steered =
                run(PassSteering.adding(directions, List.of((position, k) -> coefficients[k] * position)));
        for (int s = 0; s < LENGTH; s++) {
            float[] expected = plain.captured(0, 2, s);
            for (int k = 0; k < 3; k++) {
                expected = TestModel.plus(expected, coefficients[k] * s, vectors[k]);
            }
            assertArrayEquals(expected, steered.captured(0, 2, s), 5e-6f);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3})
    void projectingOutRemovesTheComponent(int point) {
        float[] unit = TestModel.random(20, 1);
        ForwardResult ablated =
                run(PassSteering.projectingOut(TestModel.only(point, unit), true, List.of(Schedule.everywhere(1))));
        for (int s = 0; s < LENGTH; s++) {
            float[] x = plain.captured(1, point, s);
            assertArrayEquals(
                    TestModel.plus(x, -TestModel.dot(x, unit), unit), ablated.captured(1, point, s), 2 * EXACT);
            assertEquals(0, TestModel.dot(ablated.captured(1, point, s), unit), 1e-5);
        }
    }

    @Test
    void oneSidedProjectionKeepsNegativeComponents() {
        float[] unit = TestModel.random(21, 1);
        ForwardResult ablated =
                run(PassSteering.projectingOut(TestModel.only(2, unit), false, List.of(Schedule.everywhere(0.75f))));
        int positive = 0;
        for (int row = 0; row < 2; row++) {
            for (int s = 0; s < LENGTH; s++) {
                float[] x = plain.captured(row, 2, s);
                double component = TestModel.dot(x, unit);
                positive += component > 0 ? 1 : 0;
                assertArrayEquals(
                        TestModel.plus(x, -0.75 * Math.max(component, 0), unit),
                        ablated.captured(row, 2, s),
                        2 * EXACT);
            }
        }
        assertEquals(true, positive > 0 && positive < 2 * LENGTH, "both signs occur");
    }

    @Test
    void addingAndProjectingWorkTogether() {
        float[] added = TestModel.random(22, 1);
        float[] unit = TestModel.random(23, 1);
        ForwardResult steered = run(PassSteering.adding(TestModel.only(1, added), List.of(Schedule.everywhere(2)))
                .withProjection(new PassSteering.Projecting(
                        TestModel.only(1, unit), List.of(false), List.of(Schedule.everywhere(1)))));
        float[] x = plain.captured(0, 1, 3);
        float[] expected = TestModel.plus(TestModel.plus(x, 2, added), -TestModel.dot(x, unit), unit);
        assertArrayEquals(expected, steered.captured(0, 1, 3), 2 * EXACT);
    }

    /** x' = (x + d) |x| / |x + d| at the chosen point and positions; elsewhere d alone. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3})
    void aKeptNormIsThatOfTheUnmovedStream(int point) {
        float[] vector = TestModel.random(30 + point, 4);
        Schedule late = (position, p) -> p == point && position >= 5 ? 1f : 0f;
        ForwardResult steered =
                run(PassSteering.adding(TestModel.only(point, vector), List.of(Schedule.everywhere(-0.5f)))
                        .withKeptNorms(List.of(late)));
        for (int row = 0; row < 2; row++) {
            for (int s = 0; s < LENGTH; s++) {
                float[] x = plain.captured(row, point, s);
                float[] moved = TestModel.plus(x, -0.5, vector);
                double kept = Math.sqrt(TestModel.dot(x, x) / TestModel.dot(moved, moved));
                float[] expected = TestModel.plus(new float[x.length], s < 5 ? 1 : kept, moved);
                assertArrayEquals(expected, steered.captured(row, point, s), 5 * EXACT);
                for (int p = 0; p < point; p++) {
                    assertArrayEquals(plain.captured(row, p, s), steered.captured(row, p, s));
                }
            }
        }
    }

    @Test
    void keepingNormsThatNothingChangesChangesNoBit() {
        DirectionSet directions = TestModel.only(2, TestModel.random(3, 5));
        PassSteering nothing = PassSteering.adding(directions, List.of(Schedule.OFF));
        assertSame(plain, run(nothing.withKeptNorms(List.of(Schedule.everywhere(1)))), 0, LENGTH);
        assertSame(plain, run(nothing.withKeptNorms(List.of(Schedule.OFF))), 0, LENGTH);
    }

    /** Graphs written before norms could be kept still project out, and say what to do when asked for more. */
    @Test
    void olderGraphsProjectOutButKeepNoNorms(@TempDir Path old) throws IOException {
        TestModel.open(old).close();
        Path graph = old.resolve("bundle/model-projection.onnx");
        Files.write(graph, TestModel.withoutKeptNorms(Files.readAllBytes(graph)));
        float[] unit = TestModel.random(20, 1);
        PassSteering ablation =
                PassSteering.projectingOut(TestModel.only(2, unit), true, List.of(Schedule.everywhere(1)));
        try (LanguageModel older = LanguageModel.open(old.resolve("bundle"))) {
            assertSame(run(ablation), older.forward(TestModel.everything(ROWS, ablation)), 0, LENGTH);
            PassSteering keeping = ablation.withKeptNorms(List.of(Schedule.everywhere(1)));
            SteeringException e =
                    assertThrows(SteeringException.class, () -> older.forward(TestModel.everything(ROWS, keeping)));
            assertEquals(
                    "The bundle " + old.resolve("bundle")
                            + " was made before norms could be kept: its model-projection.onnx"
                            + " has no input 'norm.kept'. Export or instrument the model again, or steer without keeping norms.",
                    e.getMessage());
        }
    }

    @Test
    void everyProjectedDirectionHasASide() {
        IllegalArgumentException e = assertThrows(
                IllegalArgumentException.class,
                () -> new PassSteering.Projecting(
                        TestModel.only(1, TestModel.random(1, 1)), List.of(true, false), List.of(Schedule.OFF)));
        assertEquals("2 sides for 1 directions", e.getMessage());
    }

    @Test
    void schedulesMustFitTheRows() {
        PassSteering three = PassSteering.adding(
                TestModel.only(1, TestModel.random(1, 1)), List.of(Schedule.OFF, Schedule.OFF, Schedule.OFF));
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> run(three));
        assertEquals("3 schedules for 2 rows", e.getMessage());
    }

    @Test
    void directionsMustHaveOneSize() {
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> DirectionSet.of(new float[4][64], new float[4][63]));
        assertEquals("directions must all be [4][64]", e.getMessage());
    }

    private static void assertSame(ForwardResult expected, ForwardResult found, int first, int end) {
        for (int row = 0; row < 2; row++) {
            for (int s = first; s < end; s++) {
                assertArrayEquals(expected.logits(row, s), found.logits(row, s));
                for (int p = 0; p < TestModel.POINTS; p++) {
                    assertArrayEquals(expected.captured(row, p, s), found.captured(row, p, s));
                }
            }
        }
    }
}
