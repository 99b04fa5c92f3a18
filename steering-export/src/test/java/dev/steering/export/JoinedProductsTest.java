package dev.steering.export;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import dev.steering.core.AtomicFiles;
import dev.steering.core.bundle.Bundle;
import dev.steering.core.safetensors.SafetensorsFile;
import dev.steering.export.checkpoint.Checkpoint;
import dev.steering.export.decoder.DecoderGraph;
import dev.steering.export.decoder.DecoderSpec;
import dev.steering.export.decoder.DecoderWeights;
import dev.steering.export.family.Families;
import dev.steering.export.graph.GraphVariant;
import dev.steering.model.ort.ForwardResult;
import dev.steering.model.ort.KeyValueCache;
import dev.steering.model.ort.LanguageModel;
import dev.steering.model.pass.Capture;
import dev.steering.model.pass.DirectionSet;
import dev.steering.model.pass.ForwardRequest;
import dev.steering.model.pass.PassSteering;
import dev.steering.model.pass.Schedule;
import dev.steering.testkit.TestCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Several matrices as one product: the same numbers as by a product each, and fewer nodes. */
class JoinedProductsTest {
    private static final int ROWS = 2;
    private static final int PROMPT = 9;

    @TempDir
    private Path directory;

    /** What the graph reads, without anything being joined. */
    private record Apart(DecoderWeights all) implements DecoderWeights {
        @Override
        public boolean has(String name) {
            return all.has(name);
        }

        @Override
        public Location locate(String name, long... shape) {
            return all.locate(name, shape);
        }

        @Override
        public Matrix matrix(String name, long out, long in) {
            return all.matrix(name, out, in);
        }

        @Override
        public Matrix head(String name, long out, long in) {
            return all.head(name, out, in);
        }

        @Override
        public Optional<Matrix> stacked(List<String> names, List<Long> out, long in) {
            return Optional.empty();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "llama,INT4",
        "llama,INT8",
        "llama,FP32",
        "llama,FP16",
        "llama-biases,INT4",
        "llama-biases,INT8",
        "llama-head20-yarn,INT4",
        "llama-head24,INT8",
        "qwen2-window,INT4",
        "qwen3,INT4",
        "gemma2,INT4",
        "gemma3,INT8",
        "gemma3n-b,INT4",
        "olmo2,INT8",
        "olmo-clip,INT4",
        "cohere2,INT4",
        "ministral3,INT8",
        "mixtral,INT4",
        "smollm3,INT4",
        "falcon_h1,INT8"
    })
    void joiningChangesNoBit(String name, Precision precision) throws IOException {
        Path source = TestCheckpoint.path(name);
        ExportOptions options = ExportOptions.defaults().withPrecision(precision);
        Bundle joined = CheckpointExporter.export(source, directory.resolve("joined"), options);
        Bundle apart = apart(source, options, joined);
        int fewer = products(apart) - products(joined);
        assertEquals(true, fewer >= joined.manifest().layers(), fewer + " products fewer");
        assertEqualValues(apart, joined);
    }

    private static void assertEqualValues(Bundle apart, Bundle joined) {
        for (int rows : new int[] {1, ROWS}) {
            List<float[]> expected = values(apart, rows);
            List<float[]> found = values(joined, rows);
            assertEquals(expected.size(), found.size());
            for (int i = 0; i < expected.size(); i++) {
                assertArrayEquals(expected.get(i), found.get(i), "value " + i + " of " + rows + " rows");
            }
        }
    }

    /** Of floats, too, queries, keys and values are one product: of the file of copies. */
    @ParameterizedTest
    @CsvSource({
        "llama,FP32",
        "llama,FP16",
        "llama-biases,FP32",
        "llama-biases,FP16",
        "llama-head20-yarn,FP32",
        "llama-head24,FP32",
        "llama-head40,FP32",
        "llama3-rope,FP32",
        "mistral,FP32",
        "qwen2-window,FP32",
        "qwen3,FP32",
        "gemma2,FP32",
        "gemma3,FP32",
        "gemma3n-b,FP32",
        "gemma4-kv,FP32",
        "olmo2,FP32",
        "olmo-clip,FP32",
        "cohere2,FP16",
        "ministral3,FP32",
        "mixtral,FP32",
        "smollm3,FP32",
        "starcoder2,FP32",
        "stablelm,FP32",
        "opt,FP32",
        "phi,FP32",
        "falcon_h1,FP32",
        "lfm2-b,FP32",
        "smollm3,FP16",
        "mistral,FP16",
        "llama3-rope,FP16",
        "qwen3_moe,FP32"
    })
    void copiesChangeNoBit(String name, Precision precision) throws IOException {
        Path source = TestCheckpoint.path(name);
        ExportOptions options = ExportOptions.defaults().withPrecision(precision);
        Bundle joined = CheckpointExporter.export(source, directory.resolve("joined"), options);
        int parts =
                SafetensorsFile.open(joined.file(JoinedWeights.FILE)).tensors().size();
        assertEquals(0, parts % 3, "queries, keys and values");
        Bundle apart = apart(source, options, joined);
        int fewer = products(apart) - products(joined);
        assertTrue(fewer >= parts / 3 * 2, fewer + " products fewer, with " + parts + " matrices copied");
        assertEqualValues(apart, joined);
    }

    /** The same bundle with a graph of single products, which reads the same file. */
    private Bundle apart(Path source, ExportOptions options, Bundle joined) throws IOException {
        Path copy = Files.createDirectory(directory.resolve("apart"));
        try (Stream<Path> files = Files.list(joined.directory())) {
            for (Path file : files.toList()) {
                Files.copy(file, copy.resolve(file.getFileName()));
            }
        }
        Checkpoint checkpoint = Checkpoint.open(source);
        DecoderSpec spec = Families.read(checkpoint);
        DecoderWeights weights = new WeightFiles(checkpoint, null);
        if (options.quantization() != null) {
            UsedTensors used = CheckpointExporter.usedTensors(checkpoint, spec, options);
            Path again = Files.createDirectory(directory.resolve("again"));
            weights = QuantizedWeights.write(checkpoint, used, again, options.quantization(), options);
            assertEquals(-1, Files.mismatch(again.resolve(QuantizedWeights.FILE), copy.resolve(QuantizedWeights.FILE)));
        }
        DecoderGraph.Options how = new DecoderGraph.Options(
                CheckpointExporter.ROTARY, options.precision().type(), GraphVariant.ADDING);
        ModelProto graph = DecoderGraph.build(spec, new Apart(weights), how);
        AtomicFiles.write(copy.resolve(GraphVariant.ADDING.file()), graph::writeTo);
        return Bundle.open(copy);
    }

    private static GraphProto graph(Bundle bundle) throws IOException {
        Path file = bundle.file(bundle.manifest().graph());
        return ModelProto.parseFrom(Files.readAllBytes(file)).getGraph();
    }

    private static int products(Bundle bundle) throws IOException {
        return (int) graph(bundle).getNodeList().stream()
                .map(NodeProto::getOpType)
                .filter(type -> type.equals("MatMulNBits") || type.equals("FusedMatMul"))
                .count();
    }

    /** Logits and activations of rows: their prompts, some tokens more, and the same again steered. */
    private static List<float[]> values(Bundle bundle, int count) {
        List<float[]> values = new ArrayList<>();
        try (LanguageModel model = LanguageModel.open(bundle.directory())) {
            for (PassSteering steering : Arrays.asList(null, steering(model))) {
                Random random = new Random(3);
                try (KeyValueCache cache = model.newCache(count, PROMPT + 3)) {
                    for (int width : new int[] {PROMPT, 1, 1, 1}) {
                        List<int[]> rows = new ArrayList<>();
                        for (int row = 0; row < count; row++) {
                            rows.add(random.ints(width, 3, model.manifest().vocabulary())
                                    .toArray());
                        }
                        ForwardResult result = model.forward(
                                ForwardRequest.of(rows)
                                        .withSteering(steering)
                                        .withCaptures(Collections.nCopies(count, List.of(Capture.token(width - 1))))
                                        .withLastLogits(),
                                cache);
                        for (int row = 0; row < count; row++) {
                            values.add(result.logits(row, 0));
                            for (int point = 0; point < model.manifest().points(); point++) {
                                values.add(result.captured(row, point, 0));
                            }
                        }
                    }
                }
            }
        }
        return values;
    }

    private static PassSteering steering(LanguageModel model) {
        Random random = new Random(5);
        float[][] directions =
                new float[model.manifest().points()][model.manifest().hidden()];
        for (float[] direction : directions) {
            for (int i = 0; i < direction.length; i++) {
                direction[i] = (float) random.nextGaussian() / 10;
            }
        }
        return PassSteering.adding(DirectionSet.of(directions), List.of(Schedule.everywhere(1)));
    }
}
