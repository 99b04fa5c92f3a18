package dev.steering.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.steering.testkit.TestCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a graph file must be like, whatever it computes. */
class ExportedGraphTest {
    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"model.onnx", "model-projection.onnx", "model-gated.onnx"})
    void inputsAndOutputsAreThoseOfTheContract(String file) throws IOException {
        GraphProto graph = graph("llama", file);
        Set<String> inputs = new HashSet<>(List.of(
                "input_ids",
                "attention_mask",
                "steering.vectors",
                "steering.coeffs",
                "capture.weights",
                "logit.positions"));
        Set<String> outputs = new HashSet<>(List.of("logits", "captured"));
        for (int l = 0; l < 3; l++) {
            for (String kind : List.of(".key", ".value")) {
                inputs.add("past_key_values." + l + kind);
                outputs.add("present." + l + kind);
            }
        }
        if (file.equals("model-gated.onnx")) {
            inputs.addAll(List.of(
                    "gate.reads",
                    "gate.vectors",
                    "gate.coeffs",
                    "gate.offsets",
                    "gate.limits",
                    "gate.own",
                    "gate.positions"));
        }
        if (!file.equals("model.onnx")) {
            inputs.addAll(List.of("projection.vectors", "projection.coeffs", "projection.floors", "norm.kept"));
        }
        assertEquals(inputs, names(graph.getInputList()));
        assertEquals(outputs, names(graph.getOutputList()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "llama",
                "llama-biases",
                "llama-head24",
                "llama-head20-yarn",
                "gemma3",
                "phi3-longrope",
                "granite"
            })
    void everyValueIsDefinedOnceAndBeforeItsUse(String checkpoint) throws IOException {
        GraphProto graph = graph(checkpoint, "model.onnx");
        Set<String> defined = names(graph.getInputList());
        graph.getInitializerList().forEach(t -> assertTrue(defined.add(t.getName()), t::getName));
        for (NodeProto node : graph.getNodeList()) {
            node.getInputList().forEach(name -> assertTrue(name.isEmpty() || defined.contains(name), name));
            node.getOutputList().forEach(name -> assertTrue(name.isEmpty() || defined.add(name), name));
        }
        assertTrue(defined.containsAll(names(graph.getOutputList())));
    }

    @ParameterizedTest
    @ValueSource(strings = {"model.onnx", "model-projection.onnx", "model-gated.onnx"})
    void weightsStayInTheirFile(String file) throws IOException {
        GraphProto graph = graph("llama", file);
        assertTrue(Files.size(directory.resolve("bundle").resolve(file)) < 40_000);
        int external = 0;
        for (TensorProto tensor : graph.getInitializerList()) {
            if (tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL) {
                assertInsideABundleFile(tensor);
                external++;
            } else {
                assertTrue(tensor.getRawData().size() <= 64, tensor::getName);
            }
        }
        assertEquals(
                21 + 2,
                external,
                "30 weights, of which every layer's queries, keys and values are one, and its gate"
                        + " and up another, and 2 rotary tables");
    }

    private void assertInsideABundleFile(TensorProto tensor) throws IOException {
        Map<String, String> entries = new HashMap<>();
        for (StringStringEntryProto entry : tensor.getExternalDataList()) {
            entries.put(entry.getKey(), entry.getValue());
        }
        String location = String.valueOf(entries.get("location"));
        assertFalse(location.contains("..") || Path.of(location).isAbsolute(), location);
        long bytes = Float.BYTES;
        for (long size : tensor.getDimsList()) {
            bytes *= size;
        }
        assertEquals(bytes, Long.parseLong(entries.get("length")), tensor.getName());
        long end = bytes + Long.parseLong(entries.get("offset"));
        assertTrue(end <= Files.size(directory.resolve("bundle").resolve(location)), tensor::getName);
    }

    private GraphProto graph(String checkpoint, String file) throws IOException {
        Path bundle = directory.resolve("bundle");
        CheckpointExporter.export(TestCheckpoint.path(checkpoint), bundle, ExportOptions.defaults());
        return ModelProto.parseFrom(Files.readAllBytes(bundle.resolve(file))).getGraph();
    }

    private static Set<String> names(List<ValueInfoProto> values) {
        Set<String> names = new HashSet<>();
        values.forEach(value -> names.add(value.getName()));
        return names;
    }
}
