package dev.steering.export.instrument;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.steering.core.SteeringException;
import dev.steering.core.bundle.Bundle;
import dev.steering.core.bundle.GraphSignature.Padding;
import dev.steering.core.safetensors.DType;
import dev.steering.core.safetensors.SafetensorsFile;
import dev.steering.export.check.ReferenceCheck;
import dev.steering.export.instrument.signature.Overrides;
import dev.steering.model.ort.LanguageModel;
import dev.steering.model.ort.graph.HeadGraph;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Graphs of the test resources, changed in ways that leave what they compute alone. */
class UnusualModelsTest {
    @TempDir
    private Path directory;

    private Instrumenter.Result agrees(String export, ModelProto model) throws IOException {
        return agrees(export, model, Overrides.none());
    }

    private Instrumenter.Result agrees(String export, ModelProto model, Overrides overrides) throws IOException {
        Instrumenter.Result result = Instrumenter.instrument(
                Edited.write(model, directory.resolve("edited")),
                directory.resolve("bundle"),
                InstrumentOptions.defaults().withOverrides(overrides));
        try (LanguageModel open = LanguageModel.open(result.bundle().directory())) {
            SafetensorsFile reference = SafetensorsFile.open(
                    InstrumenterTest.EXPORTS.resolve(export).resolve("reference.safetensors"));
            ReferenceCheck.Report report = ReferenceCheck.run(open, reference);
            assertTrue(report.passes(1e-4), () -> report.comparisons().toString());
        }
        return result;
    }

    @Test
    void bothBranchesOfAMergedDecoderAreSteered() throws IOException {
        Instrumenter.Result result = agrees("opt-llama", Edited.merged(Edited.read("opt-llama")));
        assertEquals(2, result.branches());
    }

    /** What onnxruntime-genai's builder writes for models with windows: ONNX Runtime then refuses caches shorter than the window. */
    @Test
    void cachesThatKeepAWindowOnlyAreRunWhole() throws IOException {
        String name = "genai-gemma2_fp32_cpu_windowed_kv_cache";
        ModelProto.Builder model = Edited.read(name).toBuilder();
        int changed = 0;
        for (NodeProto.Builder node : model.getGraphBuilder().getNodeBuilderList()) {
            if (node.getOpType().equals("GroupQueryAttention")
                    && node.getAttributeList().stream()
                            .anyMatch(a -> a.getName().equals("local_window_size") && a.getI() > 0)) {
                node.addAttribute(AttributeProto.newBuilder()
                        .setName("sliding_window_cache")
                        .setType(AttributeProto.AttributeType.INT)
                        .setI(1));
                changed++;
            }
        }
        assertEquals(1, changed);
        Path weights = Files.createDirectories(directory.resolve("edited")).resolve("model.onnx.data");
        Files.copy(InstrumenterTest.EXPORTS.resolve(name).resolve("model.onnx.data"), weights);
        agrees(name, model.build());
    }

    @Test
    void aModelThatDoesNotRunAsItIsIsSaidToBeThat() throws IOException {
        ModelProto.Builder model = Edited.read("opt-llama").toBuilder();
        model.getGraphBuilder().getNodeBuilderList().stream()
                .filter(node -> node.getOpType().equals("Softmax"))
                .forEach(node -> node.setOpType("NoSuchOperator").clearAttribute());
        Path file = Edited.write(model.build(), directory.resolve("edited"));
        SteeringException e = assertThrows(
                SteeringException.class,
                () -> Instrumenter.instrument(file, directory.resolve("bundle"), InstrumentOptions.defaults()));
        String message = e.getMessage();
        assertTrue(
                message.startsWith("Cannot instrument " + file
                        + ", which does not run as it is either: ONNX Runtime cannot load " + file),
                message);
        assertTrue(message.contains("NoSuchOperator"), message);
        assertFalse(message.contains("say it in a JSON file"), message);
        assertNull(e.remedy());
    }

    @Test
    void nodesMayBeInAnyOrder() throws IOException {
        ModelProto.Builder model = Edited.read("opt-qwen2").toBuilder();
        List<NodeProto> nodes = new ArrayList<>(model.getGraph().getNodeList());
        Collections.reverse(nodes);
        model.getGraphBuilder().clearNode().addAllNode(nodes);
        agrees("opt-qwen2", model.build());
    }

    @Test
    void castsAndIdentitiesAfterEverySumAreSeenThrough() throws IOException {
        ModelProto.Builder model = Edited.read("opt-llama").toBuilder();
        GraphProto.Builder graph = model.getGraphBuilder();
        List<NodeProto> nodes = new ArrayList<>(graph.getNodeList());
        graph.clearNode();
        for (NodeProto node : nodes) {
            if (!node.getOpType().equals("Add")) {
                graph.addNode(node);
                continue;
            }
            String output = node.getOutput(0);
            graph.addNode(node.toBuilder().setOutput(0, output + "/sum"));
            graph.addNode(NodeProto.newBuilder()
                    .setOpType("Identity")
                    .addInput(output + "/sum")
                    .addOutput(output));
        }
        agrees("opt-llama", model.build());
    }

    /** Some exports return the logits of the last position only; all others are within reach nevertheless. */
    @Test
    void aHeadThatPicksTheLastPositionIsGivenAnyPosition() throws IOException {
        ModelProto.Builder model = Edited.read("genai-llama_fp32_cpu").toBuilder();
        GraphProto.Builder graph = model.getGraphBuilder();
        int last = graph.getNodeCount() - 1;
        NodeProto head = graph.getNode(last);
        String states = head.getInput(0);
        graph.removeNode(last);
        graph.addInitializer(longs("last", -1));
        graph.addInitializer(longs("axis", 1));
        graph.addNode(NodeProto.newBuilder()
                .setName("pick")
                .setOpType("Gather")
                .addInput(states)
                .addInput("last")
                .addOutput("picked")
                .addAttribute(AttributeProto.newBuilder()
                        .setName("axis")
                        .setType(AttributeProto.AttributeType.INT)
                        .setI(1)));
        graph.addNode(head.toBuilder().setInput(0, "picked"));
        copyWeights("genai-llama_fp32_cpu");
        agrees("genai-llama_fp32_cpu", model.build());
    }

    private static TensorProto longs(String name, long value) {
        return TensorProto.newBuilder()
                .setName(name)
                .setDataType(DType.I64.onnxNumber())
                .addDims(1)
                .addInt64Data(value)
                .build();
    }

    private void copyWeights(String export) throws IOException {
        Files.createDirectories(directory.resolve("edited"));
        Files.copy(
                InstrumenterTest.EXPORTS.resolve(export).resolve("model.onnx.data"),
                directory.resolve("edited/model.onnx.data"));
    }

    @Test
    void whatTheUserSaysComesBeforeWhatIsFound() throws IOException {
        List<String> points = Instrumenter.instrument(
                        InstrumenterTest.EXPORTS.resolve("opt-gpt2/model.onnx"),
                        directory.resolve("found"),
                        InstrumentOptions.defaults())
                .points();
        Overrides overrides = new Overrides(points, Map.of(), "logits", Padding.RIGHT, null, null);
        Bundle bundle = agrees("opt-gpt2", Edited.read("opt-gpt2"), overrides).bundle();
        assertEquals(Padding.RIGHT, bundle.manifest().signature().padding());
    }

    /** A row of the head is what its token scores for a unit vector. */
    @Test
    void theHeadIsAGraphOfItsOwn() {
        for (String export : List.of("opt-llama", "genai-llama_int4_cpu", "var-gpt2_fp16", "var-llama_q8")) {
            Bundle bundle = Instrumenter.instrument(
                            InstrumenterTest.EXPORTS.resolve(export).resolve("model.onnx"),
                            directory.resolve("bundle"),
                            InstrumentOptions.defaults())
                    .bundle();
            int hidden = bundle.manifest().hidden();
            int vocabulary = bundle.manifest().vocabulary();
            float[] rows = new float[2 * hidden];
            rows[3] = 1;
            rows[hidden + 3] = 2;
            try (HeadGraph head = HeadGraph.open(bundle)) {
                float[] scores = head.scores(rows, hidden);
                assertEquals(2 * vocabulary, scores.length);
                for (int token = 0; token < vocabulary; token++) {
                    assertEquals(2 * scores[token], scores[vocabulary + token], 1e-2, export);
                }
            }
        }
    }
}
