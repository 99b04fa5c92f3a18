package dev.steering.export.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import dev.steering.core.SteeringException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxFileTest {
    private static final int FLOAT = TensorProto.DataType.FLOAT.getNumber();

    @TempDir
    private Path directory;

    private Path write(ModelProto model) throws IOException {
        return Files.write(directory.resolve("model.onnx"), model.toByteArray());
    }

    private static ValueInfoProto value(String name, Object... axes) {
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
        for (Object axis : axes) {
            shape.addDim(
                    axis instanceof String named
                            ? Dimension.newBuilder().setDimParam(named)
                            : axis instanceof Integer size
                                    ? Dimension.newBuilder().setDimValue(size)
                                    : Dimension.newBuilder());
        }
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder()
                        .setTensorType(
                                TypeProto.Tensor.newBuilder().setElemType(FLOAT).setShape(shape)))
                .build();
    }

    private static TensorProto.Builder tensor(String name, long... dims) {
        TensorProto.Builder tensor = TensorProto.newBuilder().setName(name).setDataType(FLOAT);
        Arrays.stream(dims).forEach(tensor::addDims);
        return tensor;
    }

    private static StringStringEntryProto entry(String key, String value) {
        return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
    }

    private static ModelProto model() {
        GraphProto branch = GraphProto.newBuilder()
                .addNode(NodeProto.newBuilder().setOpType("Add"))
                .addInitializer(tensor("inner", 2).addFloatData(1).addFloatData(2))
                .build();
        GraphProto graph = GraphProto.newBuilder()
                .setName("g")
                .addInput(value("x", "batch", 3, new Object()))
                .addInput(value("w", 1000))
                .addOutput(value("y"))
                .addInitializer(tensor("w", 1000).setRawData(ByteString.copyFrom(new byte[4000])))
                .addInitializer(tensor("big", 10, 100)
                        .addExternalData(entry("location", "weights.bin"))
                        .addExternalData(entry("length", "4000")))
                .addInitializer(tensor("more", 5).addExternalData(entry("location", "weights.bin")))
                .addNode(NodeProto.newBuilder().setOpType("Add"))
                .addNode(NodeProto.newBuilder().setOpType("Gelu").setDomain("com.microsoft"))
                .addNode(NodeProto.newBuilder()
                        .setOpType("If")
                        .addAttribute(AttributeProto.newBuilder()
                                .setName("then_branch")
                                .setG(branch)))
                .build();
        return ModelProto.newBuilder()
                .setIrVersion(9)
                .setProducerName("tests")
                .setProducerVersion("1.2")
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(18))
                .addOpsetImport(OperatorSetIdProto.newBuilder()
                        .setDomain("com.microsoft")
                        .setVersion(1))
                .setGraph(graph)
                .build();
    }

    @Test
    void everythingButTheDataIsRead() throws IOException {
        OnnxFile file = OnnxFile.read(write(model()));

        assertEquals(9, file.irVersion());
        assertEquals("tests 1.2", file.producer());
        assertEquals(Map.of("ai.onnx", 18L, "com.microsoft", 1L), file.opsets());
        assertEquals(List.of(new OnnxFile.Value("x", "float", List.of("batch", "3", "?"))), file.inputs());
        assertEquals(List.of(new OnnxFile.Value("y", "float", List.of())), file.outputs());
        assertEquals(4, file.nodes());
        assertEquals(Map.of("Add", 2, "If", 1, "com.microsoft.Gelu", 1), file.operators());
        assertEquals(4, file.weights().tensors());
        assertEquals(2007, file.weights().elements());
        assertEquals(Map.of("weights.bin", 4020L), file.weights().externalBytes());
        assertEquals(Map.of("float", 2007L), file.weights().elementsByType());
        assertTrue(file.weights().embeddedBytes() >= 4000 && file.weights().embeddedBytes() < 4020);
    }

    @Test
    void aFileThatWasCutIsDamagedWhereverItWasCut() throws IOException {
        byte[] whole = model().toByteArray();
        for (int length = 0; length < whole.length; length += 37) {
            Path file = Files.write(directory.resolve("cut.onnx"), Arrays.copyOf(whole, length));
            assertDamaged(file);
        }
    }

    @Test
    void noiseIsDamagedToo() throws IOException {
        Random random = new Random(1);
        for (int i = 0; i < 200; i++) {
            byte[] noise = new byte[200];
            random.nextBytes(noise);
            noise[0] = 0x08;
            noise[1] = 0x08;
            assertDamaged(Files.write(directory.resolve("noise.onnx"), noise));
        }
        assertDamaged(Files.writeString(directory.resolve("text.onnx"), "How do I bake bread?"));
        assertDamaged(write(ModelProto.newBuilder().setIrVersion(9).build()));
    }

    private static void assertDamaged(Path file) {
        SteeringException e = assertThrows(SteeringException.class, () -> OnnxFile.read(file));
        assertTrue(e.getMessage().startsWith(file + " is not a valid ONNX file: "), e.getMessage());
    }
}
