package dev.steering.export;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.steering.core.AtomicFiles;
import dev.steering.core.SteeringException;
import dev.steering.core.bundle.Bundle;
import dev.steering.core.bundle.BundleManifest;
import dev.steering.core.bundle.BundleManifest.FinalNorm;
import dev.steering.core.bundle.BundleManifest.TensorReference;
import dev.steering.core.bundle.GraphContract;
import dev.steering.core.bundle.GraphSignature;
import dev.steering.core.bundle.GraphSignature.CacheEntry;
import dev.steering.core.bundle.GraphSignature.CacheMode;
import dev.steering.core.bundle.GraphSignature.Input;
import dev.steering.core.bundle.GraphSignature.Padding;
import dev.steering.core.bundle.GraphSignature.Role;
import dev.steering.core.safetensors.DType;
import dev.steering.export.checkpoint.Checkpoint;
import dev.steering.export.checkpoint.ConfigReader;
import dev.steering.export.decoder.DecoderGraph;
import dev.steering.export.decoder.DecoderSpec;
import dev.steering.export.decoder.LlamaConfig;
import dev.steering.export.decoder.RotaryTables;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Turns a Hugging Face checkpoint into a model bundle.
 *
 * <p>The weights stay in their safetensors files, which the bundle links (hard link, else symbolic link, else copy); only
 * headers are read for the graph, and every byte once for the fingerprint. Memory does not depend on the checkpoint's size.
 * The bundle is built in a temporary directory beside its place and moved there when complete.
 */
public final class CheckpointExporter {
    private static final String GRAPH = "model.onnx";
    private static final String PROJECTION_GRAPH = "model-projection.onnx";
    private static final String ROTARY = "rotary.bin";

    private final ExportOptions options;

    private CheckpointExporter(ExportOptions options) {
        this.options = options;
    }

    /**
     * @param checkpoint a Hugging Face checkpoint directory
     * @param bundle the directory to write; an older bundle there is replaced, anything else is refused
     * @param options how
     * @return the bundle
     * @throws SteeringException if the checkpoint cannot be exported faithfully or the bundle cannot be written
     */
    public static Bundle export(Path checkpoint, Path bundle, ExportOptions options) {
        return new CheckpointExporter(options).export(Checkpoint.open(checkpoint), bundle);
    }

    private Bundle export(Checkpoint checkpoint, Path target) {
        DecoderSpec spec = LlamaConfig.read(new ConfigReader(checkpoint.config(), "config.json"));
        BundleDirectory.replace(target, directory -> {
            WeightFiles weights = WeightFiles.place(checkpoint, directory, options);
            String rotary = ROTARY;
            AtomicFiles.write(directory.resolve(rotary), out -> RotaryTables.write(spec.rotary(), spec.context(), out));
            RotaryTables.Location tables = new RotaryTables.Location(rotary);
            for (boolean projection : new boolean[] {false, true}) {
                AtomicFiles.write(directory.resolve(projection ? PROJECTION_GRAPH : GRAPH), out -> DecoderGraph.build(
                                spec, weights, tables, projection)
                        .writeTo(out));
            }
            weights.requireAllUsed(spec.tiedHead());
            ModelTextFiles.copy(checkpoint.directory(), directory);
            BundleManifest manifest = manifest(checkpoint, spec, weights, directory, nameOf(checkpoint));
            AtomicFiles.write(
                    directory.resolve(Bundle.MANIFEST),
                    out -> out.write(Bundle.toJson(manifest).getBytes(StandardCharsets.UTF_8)));
        });
        return Bundle.open(target);
    }

    private BundleManifest manifest(
            Checkpoint checkpoint, DecoderSpec spec, WeightFiles weights, Path directory, String name) {
        Fingerprint fingerprint = Fingerprint.of(directory, weights.fileNames(), options.progress());
        String head = spec.headTensor();
        return new BundleManifest(
                name,
                spec.architecture(),
                spec.layers(),
                spec.hidden(),
                spec.vocabulary(),
                spec.context(),
                "f32",
                GRAPH,
                PROJECTION_GRAPH,
                signature(spec),
                new TensorReference(weights.fileOf(head), head),
                null,
                new FinalNorm(
                        new TensorReference(weights.fileOf("model.norm.weight"), "model.norm.weight"),
                        spec.normEpsilon(),
                        0),
                SpecialTokens.begin(checkpoint.config()),
                SpecialTokens.end(
                        checkpoint.config(), json(checkpoint.directory().resolve("generation_config.json"))),
                fingerprint.sha256(Map.of(GRAPH, directory.resolve(GRAPH))),
                fingerprint.value());
    }

    private static GraphSignature signature(DecoderSpec spec) {
        List<String> shape = List.of(
                CacheEntry.BATCH,
                Integer.toString(spec.kvHeads()),
                CacheEntry.LENGTH,
                Integer.toString(spec.headDim()));
        List<CacheEntry> entries = new ArrayList<>();
        for (int l = 0; l < spec.layers(); l++) {
            entries.add(new CacheEntry(GraphContract.pastKey(l), GraphContract.presentKey(l), DType.F32, shape));
            entries.add(new CacheEntry(GraphContract.pastValue(l), GraphContract.presentValue(l), DType.F32, shape));
        }
        return new GraphSignature(
                List.of(
                        new Input(GraphContract.INPUT_IDS, Role.TOKEN_IDS, DType.I64, 2),
                        new Input(GraphContract.ATTENTION_MASK, Role.ATTENTION_MASK, DType.I64, 2)),
                GraphContract.LOGITS,
                new GraphSignature.Cache(CacheMode.IN_PLACE, entries),
                Padding.RIGHT);
    }

    private static String nameOf(Checkpoint checkpoint) {
        String configured = checkpoint.config().path("_name_or_path").asText("");
        Path directory = checkpoint.directory().toAbsolutePath().normalize().getFileName();
        return configured.isBlank() ? String.valueOf(directory) : configured;
    }

    private static JsonNode json(Path file) {
        ObjectMapper mapper = new ObjectMapper();
        try {
            return Files.isRegularFile(file)
                    ? mapper.readTree(Files.readString(file, StandardCharsets.UTF_8))
                    : mapper.createObjectNode();
        } catch (IOException e) {
            throw new SteeringException("Cannot read " + file + ": " + e.getMessage(), e);
        }
    }
}
