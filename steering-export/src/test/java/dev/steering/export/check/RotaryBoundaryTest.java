package dev.steering.export.check;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.steering.export.CheckpointExporter;
import dev.steering.export.ExportOptions;
import dev.steering.model.ort.ForwardResult;
import dev.steering.model.ort.KeyValueCache;
import dev.steering.model.ort.LanguageModel;
import dev.steering.model.pass.Capture;
import dev.steering.model.pass.DirectionSet;
import dev.steering.model.pass.ForwardRequest;
import dev.steering.model.pass.PassSteering;
import dev.steering.model.pass.Schedule;
import dev.steering.testkit.TestCheckpoint;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cache that grows past a LongRoPE model's original context of 16 tokens: what is held has to be turned again. */
class RotaryBoundaryTest {
    private static final float TOLERANCE = 2e-5f;
    private static final int[] TEXT =
            IntStream.range(0, 24).map(i -> 3 + 7 * i % 60).toArray();

    @TempDir
    private Path directory;

    private LanguageModel model;

    @BeforeEach
    void open() {
        Path bundle = directory.resolve("bundle");
        CheckpointExporter.export(TestCheckpoint.path("phi3-longrope"), bundle, ExportOptions.defaults());
        model = LanguageModel.open(bundle);
        assertEquals(16, model.manifest().rotaryBoundary());
    }

    @AfterEach
    void close() {
        model.close();
    }

    @Test
    void rowsThatCrossAtDifferentTimesDecodeAsWithoutACache() {
        int[] shorter = Arrays.copyOfRange(TEXT, 4, 24);
        try (KeyValueCache cache = model.newCache(2, 32)) {
            model.forward(ForwardRequest.of(List.of(head(TEXT, 14), head(shorter, 10))), cache);
            for (int step = 0; step < 10; step++) {
                List<int[]> next = List.of(new int[] {TEXT[14 + step]}, new int[] {shorter[10 + step]});
                ForwardResult cached = model.forward(ForwardRequest.of(next).withLastLogits(), cache);
                assertArrayEquals(alone(head(TEXT, 15 + step)), cached.logits(0, 0), TOLERANCE);
                assertArrayEquals(alone(head(shorter, 11 + step)), cached.logits(1, 0), TOLERANCE);
            }
        }
    }

    @Test
    void rewindingBelowTheBoundaryTurnsBack() {
        try (KeyValueCache cache = model.newCache(1, 32)) {
            model.forward(ForwardRequest.of(List.of(head(TEXT, 20))), cache);
            cache.rewind(0, 12);
            int[] next = Arrays.copyOfRange(TEXT, 12, 14);
            ForwardResult result =
                    model.forward(ForwardRequest.of(List.of(next)).withLastLogits(), cache);
            assertArrayEquals(alone(head(TEXT, 14)), result.logits(0, 0), TOLERANCE);
            assertEquals(14, cache.length(0));
        }
    }

    /** As SCANS does it: what is read behind a prompt may lie beyond the boundary, the prompt itself below. */
    @Test
    void copiesOfRowsThatWereReadBeyondTheBoundaryGoOnBelowIt() {
        int[] shorter = Arrays.copyOfRange(TEXT, 4, 24);
        try (KeyValueCache cache = model.newCache(0, 32);
                KeyValueCache read = model.newCache(2, 20)) {
            model.forward(ForwardRequest.of(List.of(head(TEXT, 18), head(shorter, 9))), read);
            read.rewind(0, 13);
            read.rewind(1, 8);
            cache.append(read, 1, 0, 0);
            int[][] texts = {shorter, TEXT, TEXT};
            int[] lengths = {8, 13, 13};
            for (int step = 0; step < 10; step++) {
                if (step == 5) {
                    cache.remove(0);
                    texts = new int[][] {TEXT, TEXT};
                    lengths = new int[] {18, 18};
                }
                stepsAreAsAlone(cache, texts, lengths);
            }
            cache.reset(1);
            stepsAreAsAlone(cache, new int[][] {TEXT}, new int[] {0});
        }
    }

    private void stepsAreAsAlone(KeyValueCache cache, int[][] texts, int[] lengths) {
        List<int[]> next = IntStream.range(0, texts.length)
                .mapToObj(row -> new int[] {texts[row][lengths[row]]})
                .toList();
        ForwardResult cached = model.forward(ForwardRequest.of(next).withLastLogits(), cache);
        for (int row = 0; row < texts.length; row++) {
            lengths[row]++;
            assertArrayEquals(alone(head(texts[row], lengths[row])), cached.logits(row, 0), TOLERANCE);
        }
    }

    @Test
    void theTokenThatCrossesIsCapturedAndSteeredWhereItIs() {
        float[][] directions =
                new float[model.manifest().points()][model.manifest().hidden()];
        Arrays.stream(directions).forEach(direction -> Arrays.fill(direction, 0.3f));
        PassSteering steering = PassSteering.adding(DirectionSet.of(directions), List.of(Schedule.from(16, 1)));
        try (KeyValueCache cache = model.newCache(1, 32)) {
            model.forward(ForwardRequest.of(List.of(head(TEXT, 16))), cache);
            ForwardResult cached =
                    model.forward(request(new int[] {TEXT[16]}, 0).withSteering(steering), cache);
            ForwardResult whole = model.forward(request(head(TEXT, 17), 16).withSteering(steering));
            for (int point = 0; point < model.manifest().points(); point++) {
                assertArrayEquals(whole.captured(0, point, 0), cached.captured(0, point, 0), TOLERANCE);
            }
        }
    }

    private static ForwardRequest request(int[] tokens, int captured) {
        return ForwardRequest.of(List.of(tokens)).withCaptures(List.of(List.of(Capture.token(captured))));
    }

    private float[] alone(int[] tokens) {
        return model.forward(ForwardRequest.of(List.of(tokens)).withLastLogits())
                .logits(0, 0);
    }

    private static int[] head(int[] tokens, int length) {
        return Arrays.copyOf(tokens, length);
    }
}
