package dev.steering.export;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.steering.core.bundle.Bundle;
import dev.steering.core.safetensors.DType;
import dev.steering.core.safetensors.SafetensorsFile;
import dev.steering.core.safetensors.SafetensorsWriter;
import dev.steering.core.safetensors.TensorInfo;
import dev.steering.export.checkpoint.Checkpoint;
import dev.steering.export.decoder.DecoderWeights.Location;
import dev.steering.export.family.Families;
import dev.steering.export.graph.GraphVariant;
import dev.steering.model.ort.LanguageModel;
import dev.steering.model.pass.ForwardRequest;
import dev.steering.testkit.TestCheckpoint;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The bundle's file of copies of matrices that one product reads. */
class JoinedWeightsTest {
    private static final List<String> PARTS = List.of("q_proj", "k_proj", "v_proj");
    private static final String SINGLE = "model.safetensors";
    private static final String INDEX = "model.safetensors.index.json";

    @TempDir
    private Path directory;

    private Bundle export(Path checkpoint, String name) {
        return CheckpointExporter.export(checkpoint, directory.resolve(name), ExportOptions.defaults());
    }

    private static SafetensorsFile copies(Bundle bundle) {
        return SafetensorsFile.open(bundle.file(JoinedWeights.FILE));
    }

    private static String part(int layer, String name) {
        return "model.layers." + layer + ".self_attn." + name + ".weight";
    }

    private static byte[] bytes(Path file, TensorInfo tensor) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(tensor.bytes()));
        try (FileChannel in = FileChannel.open(file)) {
            assertEquals(bytes.capacity(), in.read(bytes, tensor.offset()));
        }
        return bytes.array();
    }

    private static void assertCopies(Checkpoint of, Bundle bundle, int layers) throws IOException {
        SafetensorsFile copies = copies(bundle);
        assertEquals(3 * layers, copies.tensors().size());
        for (int layer = 0; layer < layers; layer++) {
            long next = copies.tensor(part(layer, "q_proj")).offset();
            for (String name : PARTS) {
                TensorInfo copy = copies.tensor(part(layer, name));
                TensorInfo original = of.tensor(copy.name());
                assertEquals(next, copy.offset(), copy.name());
                assertEquals(original.dtype(), copy.dtype());
                assertEquals(original.shape(), copy.shape());
                assertArrayEquals(bytes(of.fileOf(copy.name()), original), bytes(copies.path(), copy), copy.name());
                next += copy.bytes();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"F32", "F16", "BF16"})
    void theFileHoldsTheBytesOfTheParts(DType type) throws IOException {
        Path checkpoint = TestCheckpoint.load("llama").save(directory.resolve("hf"), type);
        Bundle bundle = export(checkpoint, "bundle");
        Checkpoint opened = Checkpoint.open(checkpoint);
        int layers = bundle.manifest().layers();
        assertCopies(opened, bundle, layers);
        assertTrue(bundle.manifest().sha256().containsKey(JoinedWeights.FILE));
        UsedTensors used = CheckpointExporter.usedTensors(opened, Families.read(opened), ExportOptions.defaults());
        long bytes = JoinedWeights.bytes(JoinedWeights.stacks(Families.read(opened), used));
        long first = copies(bundle).tensors().values().stream()
                .mapToLong(TensorInfo::offset)
                .min()
                .orElseThrow();
        assertEquals(Files.size(bundle.file(JoinedWeights.FILE)), first + bytes, "what the disk is asked for");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theCopyingIsToldPartByPart(boolean copyWeights) throws IOException {
        List<String> told = new ArrayList<>();
        Bundle bundle = CheckpointExporter.export(
                TestCheckpoint.path("llama"),
                directory.resolve("bundle"),
                ExportOptions.defaults()
                        .withCopyWeights(copyWeights)
                        .withProgress((stage, done, total) -> told.add(stage + " " + done + "/" + total)));
        told.removeIf(line -> !line.startsWith("joining weights"));
        assertEquals(
                IntStream.rangeClosed(0, 9)
                        .mapToObj(done -> "joining weights " + done + "/9")
                        .toList(),
                told);
        assertCopies(Checkpoint.open(TestCheckpoint.path("llama")), bundle, 3);
    }

    /** Layer 10 sorts before layer 2. */
    @Test
    void moreThanTenLayersAreCopiedToo() throws IOException {
        TestCheckpoint checkpoint = TestCheckpoint.load("llama");
        int layers = 12;
        checkpoint.config.put("num_hidden_layers", layers);
        Map<String, TestCheckpoint.Weight> first = new TreeMap<>(checkpoint.weights);
        first.keySet().removeIf(name -> !name.startsWith("model.layers.0."));
        for (int layer = 1; layer < layers; layer++) {
            for (Map.Entry<String, TestCheckpoint.Weight> weight : first.entrySet()) {
                float[] values = weight.getValue().values().clone();
                values[0] += layer;
                checkpoint.weights.put(
                        weight.getKey().replace(".0.", "." + layer + "."),
                        new TestCheckpoint.Weight(values, weight.getValue().shape()));
            }
        }
        Path saved = checkpoint.save(directory.resolve("deep"));
        assertCopies(Checkpoint.open(saved), export(saved, "bundle"), layers);
    }

    /** Where a graph's tensors begin in the bundle's files, and how long they are, by their names. */
    private static Map<String, List<String>> places(Bundle bundle, GraphVariant variant) throws IOException {
        ModelProto model = ModelProto.parseFrom(Files.readAllBytes(bundle.file(variant.file())));
        Map<String, List<String>> places = new TreeMap<>();
        for (TensorProto tensor : model.getGraph().getInitializerList()) {
            if (tensor.getExternalDataCount() > 0) {
                Map<String, String> at = tensor.getExternalDataList().stream()
                        .collect(Collectors.toMap(StringStringEntryProto::getKey, StringStringEntryProto::getValue));
                places.put(tensor.getName(), List.of(at.get("location"), at.get("offset"), at.get("length")));
            }
        }
        return places;
    }

    @ParameterizedTest
    @ValueSource(strings = {"llama", "llama-biases", "qwen3"})
    void allGraphsReadTheCopiesAndNotTheParts(String name) throws IOException {
        Bundle bundle = export(TestCheckpoint.path(name), "bundle");
        SafetensorsFile copies = copies(bundle);
        Map<String, List<String>> adding = places(bundle, GraphVariant.ADDING);
        for (GraphVariant variant : GraphVariant.values()) {
            Map<String, List<String>> places = places(bundle, variant);
            places.keySet().retainAll(adding.keySet());
            assertEquals(adding, places, variant + " reads the same bytes");
        }
        Set<String> read = new TreeSet<>();
        for (int layer = 0; layer < bundle.manifest().layers(); layer++) {
            for (String part : PARTS) {
                assertFalse(adding.containsKey(part(layer, part)), part);
            }
            long bytes = 0;
            for (String part : PARTS) {
                bytes += copies.tensor(part(layer, part)).bytes();
            }
            long offset = copies.tensor(part(layer, "q_proj")).offset();
            List<String> place = List.of(JoinedWeights.FILE, Long.toString(offset), Long.toString(bytes));
            assertEquals(place, adding.get("model.layers." + layer + ".self_attn.qkv.weight"));
            read.add(place.toString());
        }
        Set<String> ofCopies = adding.values().stream()
                .filter(place -> place.get(0).equals(JoinedWeights.FILE))
                .map(List::toString)
                .collect(Collectors.toSet());
        assertEquals(read, ofCopies);
    }

    @ParameterizedTest
    @CsvSource({"phi3, FP32", "gpt2, FP32", "llama, INT4", "llama, INT8", "qwen3, FP16"})
    void nothingIsCopiedWhereNothingLiesApart(String name, Precision precision) {
        Bundle bundle = CheckpointExporter.export(
                TestCheckpoint.path(name),
                directory.resolve("bundle"),
                ExportOptions.defaults().withPrecision(precision));
        assertFalse(Files.exists(bundle.directory().resolve(JoinedWeights.FILE)));
        assertFalse(bundle.manifest().sha256().containsKey(JoinedWeights.FILE));
    }

    private Path saved(String name, List<String> order, DType keys) throws IOException {
        TestCheckpoint checkpoint = TestCheckpoint.load("llama");
        Path target = Files.createDirectory(directory.resolve(name));
        Files.writeString(target.resolve("config.json"), checkpoint.config.toPrettyString());
        SafetensorsWriter writer = new SafetensorsWriter();
        SafetensorsFile halves = SafetensorsFile.open(
                checkpoint.save(directory.resolve(name + "-16"), DType.F16).resolve(SINGLE));
        List<String> names = new ArrayList<>(checkpoint.weights.keySet());
        names.sort((a, b) -> place(a, order).compareTo(place(b, order)));
        for (String tensor : names) {
            TestCheckpoint.Weight weight = checkpoint.weights.get(tensor);
            if (tensor.contains("k_proj") && keys == DType.F16) {
                writer.bytes(tensor, DType.F16, bytes(halves.path(), halves.tensor(tensor)), weight.shape());
            } else {
                writer.floats(tensor, weight.values(), weight.shape());
            }
        }
        writer.write(target.resolve(SINGLE));
        return target;
    }

    private static String place(String tensor, List<String> order) {
        String place = tensor;
        for (int i = 0; i < order.size(); i++) {
            place = place.replace(order.get(i), "q_proj" + i);
        }
        return place;
    }

    @Test
    void aCheckpointThatHasThemTogetherIsReadWhereItIs() throws IOException {
        Bundle together = export(saved("together", PARTS, DType.F32), "bundle");
        assertFalse(Files.exists(together.directory().resolve(JoinedWeights.FILE)));
        String joined = "model.layers.0.self_attn.qkv.weight";
        assertEquals(SINGLE, places(together, GraphVariant.ADDING).get(joined).get(0));
        assertArrayEquals(logits(export(TestCheckpoint.path("llama"), "apart")), logits(together));
    }

    @Test
    void partsOfSeveralTypesStayApart() throws IOException {
        Bundle bundle = export(saved("mixed", List.of(), DType.F16), "bundle");
        assertFalse(Files.exists(bundle.directory().resolve(JoinedWeights.FILE)));
        Map<String, List<String>> places = places(bundle, GraphVariant.ADDING);
        PARTS.forEach(part -> assertEquals(SINGLE, places.get(part(0, part)).get(0)));
    }

    private static float[] logits(Bundle bundle) {
        try (LanguageModel model = LanguageModel.open(bundle.directory())) {
            return model.forward(
                            ForwardRequest.of(List.of(new int[] {1, 5, 9, 3})).withLastLogits())
                    .logits(0, 0);
        }
    }

    @Test
    void partsOfSeveralShardsAreCopiedIntoOneFile() throws IOException {
        Path sharded = TestCheckpoint.load("llama").saveSharded(directory.resolve("sharded"));
        Bundle bundle = export(sharded, "bundle");
        assertCopies(Checkpoint.open(sharded), bundle, bundle.manifest().layers());
        Bundle single = export(TestCheckpoint.path("llama"), "single");
        assertEquals(-1, Files.mismatch(single.file(JoinedWeights.FILE), bundle.file(JoinedWeights.FILE)));
        assertArrayEquals(logits(single), logits(bundle));
    }

    /** With a capital, which some file systems take for the same name. */
    @Test
    void aShardOfThatNameKeepsIt() throws IOException {
        Path sharded = TestCheckpoint.load("llama").saveSharded(directory.resolve("sharded"));
        String taken = "Joined.safetensors";
        Files.move(sharded.resolve(TestCheckpoint.shardName(1)), sharded.resolve(taken));
        String index = Files.readString(sharded.resolve(INDEX)).replace(TestCheckpoint.shardName(1), taken);
        Files.writeString(sharded.resolve(INDEX), index);
        Bundle bundle = export(sharded, "bundle");
        assertEquals(-1, Files.mismatch(sharded.resolve(taken), bundle.file(taken)));
        Bundle single = export(TestCheckpoint.path("llama"), "single");
        assertEquals(-1, Files.mismatch(single.file(JoinedWeights.FILE), bundle.file("joined-2.safetensors")));
        assertArrayEquals(logits(single), logits(bundle));
        assertWeightsAreReadFrom(bundle, Set.of(TestCheckpoint.shardName(0), taken, TestCheckpoint.shardName(2)));
    }

    /** Whoever reads the bundle's weights by their names. */
    private static void assertWeightsAreReadFrom(Bundle bundle, Set<String> files) {
        ExportedDecoder decoder = ExportedDecoder.open(bundle, "Tests");
        Checkpoint expected = Checkpoint.open(
                bundle.directory(), files.stream().map(bundle::file).toList());
        for (int layer = 0; layer < bundle.manifest().layers(); layer++) {
            for (String part : PARTS) {
                TensorInfo tensor = expected.tensor(part(layer, part));
                long[] shape =
                        tensor.shape().stream().mapToLong(Long::longValue).toArray();
                Location found = decoder.weights().locate(tensor.name(), shape);
                assertEquals(String.valueOf(expected.fileOf(tensor.name()).getFileName()), found.file());
                assertEquals(tensor.offset(), found.offset());
            }
        }
    }

    /** A bundle in single precision is a checkpoint too: of the files that it was exported from. */
    @Test
    void aBundleIsExportedAgainWithoutItsCopies() throws IOException {
        Bundle first = export(TestCheckpoint.path("llama"), "first");
        assertEquals(List.of(SINGLE), Checkpoint.open(first.directory()).fileNames());
        assertWeightsAreReadFrom(first, Set.of(SINGLE));
        Bundle second = export(first.directory(), "second");
        Bundle third = export(second.directory(), "first");
        for (Bundle again : List.of(second, third)) {
            assertEquals(first.manifest().fingerprint(), again.manifest().fingerprint());
            assertEquals(
                    first.manifest().sha256().keySet(),
                    again.manifest().sha256().keySet());
            assertCopies(Checkpoint.open(TestCheckpoint.path("llama")), again, 3);
        }
        assertArrayEquals(logits(second), logits(third));
    }

    @Test
    void aBundleThatWasMovedFindsItsCopies() throws IOException {
        Bundle bundle = export(TestCheckpoint.path("llama"), "bundle");
        float[] before = logits(bundle);
        Path moved = Files.move(bundle.directory(), directory.resolve("moved"));
        assertArrayEquals(before, logits(Bundle.open(moved)));
    }

    /** The adapter changes queries and values, not keys. */
    @Test
    void mergedMatricesAreCopiedAsTheyAreMerged() throws IOException {
        Bundle bundle = CheckpointExporter.export(
                TestCheckpoint.path("llama"),
                directory.resolve("bundle"),
                ExportOptions.defaults().withAdapter(Path.of("src/test/resources/adapters/lora")));
        List<Path> files = List.of(bundle.file(Checkpoint.MERGED), bundle.file(SINGLE));
        assertCopies(
                Checkpoint.open(bundle.directory(), files),
                bundle,
                bundle.manifest().layers());
    }

    /** A file that is written anyway is laid out so that nothing has to be copied. */
    @ParameterizedTest
    @ValueSource(strings = {"gptq", "fp8"})
    void wideWeightsLieTogether(String name) throws IOException {
        Bundle bundle = CheckpointExporter.export(
                Path.of("src/test/resources/quantised").resolve(name),
                directory.resolve("bundle"),
                ExportOptions.defaults().withPrecision(Precision.FP32));
        assertFalse(Files.exists(bundle.directory().resolve(JoinedWeights.FILE)));
        Map<String, List<String>> places = places(bundle, GraphVariant.ADDING);
        assertEquals(SINGLE, places.get("model.layers.0.self_attn.qkv.weight").get(0));
        assertEquals(SINGLE, places.get("model.layers.0.mlp.gate_and_up.weight").get(0));
    }
}
