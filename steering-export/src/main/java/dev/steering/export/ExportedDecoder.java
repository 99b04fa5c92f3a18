package dev.steering.export;

import dev.steering.core.BadFile;
import dev.steering.core.Remedy;
import dev.steering.core.SteeringException;
import dev.steering.core.bundle.Bundle;
import dev.steering.export.checkpoint.Checkpoint;
import dev.steering.export.decoder.DecoderSpec;
import dev.steering.export.decoder.DecoderWeights;
import dev.steering.export.family.Families;
import dev.steering.export.graph.OnnxFile;
import java.nio.file.Path;
import java.util.List;

/**
 * The decoder that a bundle was exported from, read again from the bundle: to write further graphs over the same weights.
 *
 * @param spec the decoder in numbers
 * @param weights where its weights are in the bundle's files
 * @param rotaryFile the bundle's file of rotary tables
 */
public record ExportedDecoder(DecoderSpec spec, DecoderWeights weights, String rotaryFile) {
    /** What the graphs of {@link CheckpointExporter} say about who made them. */
    private static final String PRODUCER = "steering-export";

    /**
     * @param bundle a bundle
     * @param purpose what it is wanted for, to begin a sentence with, e.g. {@code Gradients}
     * @return its decoder
     * @throws SteeringException if the bundle was not exported from a checkpoint in single precision
     */
    public static ExportedDecoder open(Bundle bundle, String purpose) {
        String dtype = bundle.manifest().dtype();
        Path graph = bundle.file(bundle.manifest().graph());
        if (!OnnxFile.read(graph).producer().startsWith(PRODUCER)) {
            throw new BadFile(purpose
                            + " need a bundle that was exported from a checkpoint in single precision,"
                            + " and " + bundle.directory()
                            + " was instrumented from an ONNX file. Export the checkpoint.")
                    .withRemedy(Remedy.MAKE_BUNDLE);
        }
        if (!dtype.equals(Precision.FP32.manifestName())) {
            throw new BadFile(purpose + " need a bundle in single precision, and " + bundle.directory()
                            + " is "
                            + dtype
                            + ". Export the checkpoint again in single precision: vectors and prompts that are learned there fit"
                            + " both bundles.")
                    .withRemedy(Remedy.EXPORT_SINGLE_PRECISION);
        }
        List<Path> files = bundle.manifest().sha256().keySet().stream()
                .filter(name -> name.endsWith(".safetensors"))
                .map(bundle::file)
                .filter(file -> !JoinedWeights.is(file))
                .toList();
        Checkpoint checkpoint = Checkpoint.open(bundle.directory(), files);
        return new ExportedDecoder(
                Families.read(checkpoint), new WeightFiles(checkpoint, null), CheckpointExporter.ROTARY);
    }
}
