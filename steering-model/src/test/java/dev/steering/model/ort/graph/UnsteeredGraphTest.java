package dev.steering.model.ort.graph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.core.SteeringException;
import dev.steering.core.bundle.GraphSignature;
import dev.steering.core.bundle.GraphSignature.Cache;
import dev.steering.core.bundle.GraphSignature.CacheEntry;
import dev.steering.core.bundle.GraphSignature.CacheMode;
import dev.steering.core.bundle.GraphSignature.Input;
import dev.steering.core.bundle.GraphSignature.Padding;
import dev.steering.core.bundle.GraphSignature.Role;
import dev.steering.core.safetensors.DType;
import dev.steering.model.ort.graph.GraphInfo.Value;
import dev.steering.model.pass.RuntimeOptions;
import dev.steering.testkit.TestGraph;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Graphs without steering: a "model" whose logits are a row of a table per token, plus its position. */
class UnsteeredGraphTest {
    private static final List<int[]> ROWS = List.of(new int[] {2, 0, 1}, new int[] {1}, new int[] {0, 2, 2});

    @TempDir
    private Path directory;

    private Path file;

    @BeforeEach
    void write() throws IOException {
        file = directory.resolve("graph.onnx");
        TestGraph graph = new TestGraph();
        graph.input("ids", DType.I32, "batch", "tokens");
        graph.input("positions", DType.I64, "batch", "tokens");
        graph.input("past", DType.F16, "batch", 1L, "before", 1L);
        String table = graph.floats("table", new float[] {0, 10, 20, 30, 40, 50}, 3, 2);
        graph.node("Gather", "words", table, "ids");
        graph.node("Cast", List.of("positions"), List.of("numbers"), Map.of("to", 1L));
        graph.node("Unsqueeze", "column", "numbers", graph.longs("last", new long[] {-1}, 1));
        graph.node("Add", "sum", "words", "column");
        graph.node("Cast", List.of("sum"), List.of("scores"), Map.of("to", 10L));
        graph.node("Identity", "present", "past");
        graph.node("ReduceSum", "total", "sum", "last");
        graph.output("scores", DType.F16, "batch", "tokens", 2L);
        graph.output("present", DType.F16, "batch", 1L, "before", 1L);
        graph.output("total", DType.F32, "batch", "tokens", 1L);
        Files.write(file, graph.toBytes());
    }

    private static GraphSignature signature(String logits, Padding padding) {
        List<Input> inputs = List.of(
                new Input("ids", Role.TOKEN_IDS, DType.I32, 2),
                new Input("positions", Role.POSITION_IDS, DType.I64, 2),
                new Input("not there", Role.ATTENTION_MASK, DType.I64, 2));
        CacheEntry entry = new CacheEntry("past", "present", DType.F16, List.of("batch", "1", "length", "1"));
        return new GraphSignature(inputs, logits, new Cache(CacheMode.GROWING, List.of(entry)), padding);
    }

    @ParameterizedTest
    @EnumSource
    void logitsOfEveryTokenHoweverItIsPadded(Padding padding) {
        try (UnsteeredGraph graph =
                UnsteeredGraph.open(file, signature("scores", padding), RuntimeOptions.defaults())) {
            List<float[][]> logits = graph.logits(ROWS);
            assertArrayEquals(new float[][] {{40, 50}, {1, 11}, {22, 32}}, logits.get(0));
            assertArrayEquals(new float[][] {{20, 30}}, logits.get(1));
            assertArrayEquals(new float[][] {{0, 10}, {41, 51}, {42, 52}}, logits.get(2));
        }
    }

    @Test
    void whatIsNotThereIsSaid() {
        try (UnsteeredGraph graph =
                UnsteeredGraph.open(file, signature("answers", Padding.LEFT), RuntimeOptions.defaults())) {
            SteeringException e = assertThrows(SteeringException.class, () -> graph.logits(ROWS));
            assertTrue(e.getMessage().startsWith("ONNX Runtime cannot run " + file + ": "), e.getMessage());
            assertTrue(e.getMessage().contains("answers"), e.getMessage());
        }
    }

    @Test
    void whatIsNotLogitsIsRefused() {
        try (UnsteeredGraph graph =
                UnsteeredGraph.open(file, signature("present", Padding.LEFT), RuntimeOptions.defaults())) {
            SteeringException e = assertThrows(SteeringException.class, () -> graph.logits(ROWS));
            assertTrue(
                    e.getMessage()
                            .endsWith("expected floating-point numbers of shape [3, 3, vocabulary]: logits of every"
                                    + " token."),
                    e.getMessage());
        }
    }

    @Test
    void inputsAndOutputsWithTheirTypesAndShapes() {
        GraphInfo info = GraphInfo.read(file);
        assertEquals(
                List.of(
                        new Value("ids", "INT32", DType.I32, List.of(-1L, -1L), List.of("batch", "tokens")),
                        new Value("positions", "INT64", DType.I64, List.of(-1L, -1L), List.of("batch", "tokens")),
                        new Value(
                                "past",
                                "FLOAT16",
                                DType.F16,
                                List.of(-1L, 1L, -1L, 1L),
                                List.of("batch", "", "before", ""))),
                info.inputs());
        assertEquals(
                List.of("scores", "present", "total"),
                info.outputs().stream().map(Value::name).toList());
        assertEquals(3, info.outputs().get(0).rank());
        assertTrue(info.outputs().get(0).isSymbolic(1));
    }

    @Test
    void aFileThatIsNoGraph() throws IOException {
        Files.writeString(file, "not a graph");
        SteeringException e = assertThrows(SteeringException.class, () -> GraphInfo.read(file));
        assertTrue(e.getMessage().startsWith("ONNX Runtime cannot load " + file + ": "), e.getMessage());
        assertEquals(1, e.getMessage().lines().count());
    }
}
