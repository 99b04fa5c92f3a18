package dev.steering.export.instrument;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension;
import ai.onnx.proto.OnnxMl.TypeProto;
import dev.steering.core.SteeringException;
import dev.steering.core.safetensors.DType;
import dev.steering.export.instrument.signature.Overrides;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Damaged and hostile files end in an error that says what is wrong, and leave nothing behind. */
class HostileModelsTest {
    @TempDir
    private Path directory;

    private void refused(Path model, String reason) throws IOException {
        Path bundle = directory.resolve("out/bundle");
        String message = assertThrows(
                        SteeringException.class,
                        () -> Instrumenter.instrument(model, bundle, InstrumentOptions.defaults()))
                .getMessage();
        assertTrue(message.contains(reason), message);
        assertTrue(message.contains(model.toString()), message);
        assertFalse(Files.exists(bundle));
        if (Files.exists(bundle.getParent())) {
            try (Stream<Path> left = Files.list(bundle.getParent())) {
                assertTrue(left.findAny().isEmpty());
            }
        }
    }

    static List<Arguments> graphs() {
        return List.of(
                change("a cycle", "has a cycle through node", graph -> {
                    NodeProto last = graph.getNode(graph.getNodeCount() - 1);
                    graph.getNodeBuilder(firstSum(graph)).setInput(1, last.getOutput(0));
                }),
                change("a dangling input", "reads 'nowhere', which nothing makes", graph -> graph.getNodeBuilder(
                                firstSum(graph))
                        .setInput(1, "nowhere")),
                change("a name made twice", "is made twice", graph -> graph.addNode(graph.getNode(firstSum(graph)))),
                change("no logits", "no output can be the logits", GraphProto.Builder::clearOutput),
                change("..", "outside the model's directory", Edited.externalWeight("../secret.bin", 0, 40960)),
                change("deep ..", "outside the model's directory", Edited.externalWeight("a/../../b", 0, 40960)),
                change("an absolute path", "outside the model's directory", Edited.externalWeight("/etc/passwd", 0, 9)),
                change("Windows' ..", "outside the model's directory", Edited.externalWeight("..\\secret", 0, 40960)),
                change("a missing file", "which is not beside the model", Edited.externalWeight("gone", 0, 40960)),
                change("a negative offset", "which has 2048 bytes", Edited.externalWeight("weights.bin", -4096, 40960)),
                change(
                        "an offset that overflows",
                        "which has 2048 bytes",
                        Edited.externalWeight("weights.bin", Long.MAX_VALUE, 40960)),
                change("a huge length", "which has 2048 bytes", Edited.externalWeight("weights.bin", 0, 1L << 62)),
                change("a short length", "but 8 are given for it", Edited.externalWeight("weights.bin", 0, 8)),
                change("a huge shape", "claims to be [2147483648, 2147483648]", graph -> Edited.weight(graph)
                        .clearDims()
                        .addDims(1L << 31)
                        .addDims(1L << 31)),
                change("a shape that overflows", "more than there can be", graph -> Edited.weight(graph)
                        .clearDims()
                        .addDims(Long.MAX_VALUE)
                        .addDims(8)),
                change("a negative size", "has a negative size", graph -> Edited.weight(graph)
                        .setDims(0, -5)),
                change("fixed sizes", "declared with fixed sizes, [2, 9]", graph -> graph.getInputBuilder(0)
                        .getTypeBuilder()
                        .getTensorTypeBuilder()
                        .getShapeBuilder()
                        .clearDim()
                        .addDim(Dimension.newBuilder().setDimValue(2))
                        .addDim(Dimension.newBuilder().setDimValue(9))),
                change(
                        "an input of unknown use",
                        "is none that a decoder is known to take",
                        graph -> graph.addInput(
                                graph.getInput(0).toBuilder().setName("odd").setType(floats("b", "s")))));
    }

    private static TypeProto floats(String... axes) {
        TypeProto.Tensor.Builder tensor = TypeProto.Tensor.newBuilder().setElemType(DType.F32.onnxNumber());
        for (String axis : axes) {
            tensor.getShapeBuilder().addDim(Dimension.newBuilder().setDimParam(axis));
        }
        return TypeProto.newBuilder().setTensorType(tensor).build();
    }

    private static Arguments change(String what, String reason, Consumer<GraphProto.Builder> change) {
        return Arguments.of(what, reason, change);
    }

    private static int firstSum(GraphProto.Builder graph) {
        for (int n = 0; n < graph.getNodeCount(); n++) {
            if (graph.getNode(n).getOpType().equals("Add")) {
                return n;
            }
        }
        throw new IllegalStateException("no sum");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("graphs")
    void aChangedGraph(String what, String reason, Consumer<GraphProto.Builder> change) throws IOException {
        Path model = Edited.graph("opt-gpt2", directory.resolve("edited"), change);
        Files.write(model.resolveSibling("weights.bin"), new byte[2048]);
        refused(model, reason);
    }

    @Test
    void filesThatAreNoModels() throws IOException {
        byte[] whole = Files.readAllBytes(InstrumenterTest.EXPORTS.resolve("opt-gpt2/model.onnx"));
        refused(bytes(new byte[0]), "is not an ONNX model");
        refused(
                bytes("version https://git-lfs.github.com/spec/v1".getBytes(StandardCharsets.UTF_8)),
                "looks like a Git LFS pointer");
        for (int length : new int[] {20, whole.length / 2, whole.length - 10}) {
            refused(bytes(Arrays.copyOf(whole, length)), "is cut off");
        }
        refused(directory.resolve("missing.onnx"), "No ONNX file");
    }

    private Path bytes(byte[] content) throws IOException {
        return Files.write(directory.resolve("bytes.onnx"), content);
    }

    @Test
    void aBundlesOwnGraph() {
        Path bundle = directory.resolve("bundle");
        Instrumenter.instrument(
                InstrumenterTest.EXPORTS.resolve("opt-gpt2/model.onnx"), bundle, InstrumentOptions.defaults());
        String message = assertThrows(
                        SteeringException.class,
                        () -> Instrumenter.instrument(
                                bundle.resolve("model.onnx"), directory.resolve("again"), InstrumentOptions.defaults()))
                .getMessage();
        assertTrue(message.contains("has the steering inputs already"), message);
    }

    @Test
    void aPointsFileThatIsWrong() throws IOException {
        Path file = directory.resolve("points.json");
        for (String[] wrong : new String[][] {
            {"[", "is not valid JSON"},
            {"[]", "is not a JSON object"},
            {"{\"pionts\": []}", "unknown key 'pionts'"},
            {"{\"points\": [\"one\"]}", "at least two points"},
            {"{\"points\": [1, 2]}", "a list of names"},
            {"{\"padding\": \"up\"}", "'up' is none of"},
            {"{\"head_size\": 0}", "a positive integer"},
            {"{\"inputs\": {\"x\": \"mask\"}}", "'mask' is none of"}
        }) {
            Files.writeString(file, wrong[0]);
            String message = assertThrows(SteeringException.class, () -> Overrides.read(file))
                    .getMessage();
            assertTrue(message.contains(wrong[1]), message);
        }
        Files.writeString(file, "{\"points\": [\"a\", \"b\"], \"padding\": \"none\"}");
        Overrides given = Overrides.read(file);
        assertEquals(List.of("a", "b"), given.points());
        String message = assertThrows(
                        SteeringException.class,
                        () -> Instrumenter.instrument(
                                InstrumenterTest.EXPORTS.resolve("opt-gpt2/model.onnx"),
                                directory.resolve("bundle"),
                                InstrumentOptions.defaults().withOverrides(given)))
                .getMessage();
        assertTrue(message.contains("the given point 'a' is neither"), message);
    }
}
