package dev.steering.export.bake;

import ai.onnx.proto.OnnxMl.ModelProto;
import dev.steering.core.AtomicFiles;
import dev.steering.core.BadFile;
import dev.steering.core.IoReason;
import dev.steering.core.ProgressListener;
import dev.steering.core.SteeringException;
import dev.steering.core.bundle.Bundle;
import dev.steering.core.bundle.BundleManifest;
import dev.steering.core.bundle.GraphSignature;
import dev.steering.core.certificate.CertificateJson;
import dev.steering.core.vector.SteeringVector;
import dev.steering.export.bundle.BundleDirectory;
import dev.steering.export.bundle.ModelTextFiles;
import dev.steering.export.bundle.WeightLinks;
import dev.steering.export.graph.OnnxFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Writes constant additive steering into a model for good: a plain ONNX model without steering inputs, which any runtime runs.
 *
 * <p>What is baked is what the vector's certificate was measured at, and nothing else: method, strength and layers come from there. At the
 * output of each of its layers {@code alpha v} is added to a bias that the output is a sum of, where the graph has one; otherwise one
 * {@code Add} stays in the graph. Both give the logits of the steered bundle up to rounding. Weights are not touched: they are linked, or
 * copied. The plain model has logits at all positions and keeps inputs, outputs and cache of the bundle's graph otherwise.
 *
 * <p>Stateless and thread-safe.
 */
public final class Baker {
    /** Name of the graph. */
    public static final String GRAPH = "model.onnx";

    private Baker() {}

    /**
     * What was made.
     *
     * @param directory where it is
     * @param graph the graph's file there
     * @param biases layers whose steering went into a bias, 0-based
     * @param adds layers whose steering is an Add of its own
     */
    public record Baked(Path directory, Path graph, List<Integer> biases, List<Integer> adds) {
        public Baked {
            biases = List.copyOf(biases);
            adds = List.copyOf(adds);
        }
    }

    /**
     * @param bundle a bundle, exported or instrumented
     * @param vector a vector with a certificate for that bundle, measured at all tokens
     * @param directory where to write: must not be there, or be empty
     * @param copyWeights whether to copy the weights instead of linking them
     * @param progress told when weights are copied
     * @return what was made
     * @throws SteeringException if the certificate is missing, speaks of other numbers, another model or precision, of something that is no
     *     constant, or of harmful prompts of which more than five points fewer are refused; or if the directory is not empty or cannot be
     *     written
     */
    public static Baked bake(
            Bundle bundle, SteeringVector vector, Path directory, boolean copyWeights, ProgressListener progress) {
        BundleManifest manifest = bundle.manifest();
        CertifiedAddition addition = CertifiedAddition.of(vector, manifest);
        requireEmpty(directory);
        Path file = bundle.file(manifest.graph());
        GraphSignature signature = manifest.signature();
        String tokens = signature.inputs().stream()
                .filter(input -> input.role() == GraphSignature.Role.TOKEN_IDS)
                .map(GraphSignature.Input::name)
                .findFirst()
                .orElse("");
        PlainGraph.Result plain =
                PlainGraph.of(read(file), bundle.directory(), addition.points(), signature.logits(), tokens);
        ModelProto model = PlainGraph.described(
                plain.model(),
                Map.of(
                        "steering.baked", addition.certificate().setting().words(),
                        "steering.certificate",
                                CertificateJson.write(addition.certificate()).toString()));
        List<Path> weights = weights(bundle, file);
        BundleDirectory.replace(directory, List.of(bundle.directory()), target -> {
            for (Path weight : weights) {
                place(bundle.directory(), weight, target, copyWeights, progress);
            }
            ModelTextFiles.copy(bundle.directory(), target);
            AtomicFiles.write(target.resolve(GRAPH), model::writeTo);
        });
        List<Integer> biases = new ArrayList<>();
        List<Integer> adds = new ArrayList<>();
        plain.places().forEach((point, where) -> (where == PlainGraph.Place.BIAS ? biases : adds).add(point - 1));
        return new Baked(directory, directory.resolve(GRAPH), biases, adds);
    }

    private static ModelProto read(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return ModelProto.parseFrom(in);
        } catch (IOException e) {
            throw new BadFile("Cannot read " + file + ": " + IoReason.of(e), e);
        }
    }

    /** The files that the graph's tensors lie in. */
    private static List<Path> weights(Bundle bundle, Path graph) {
        return OnnxFile.read(graph).weights().externalBytes().keySet().stream()
                .map(Path::of)
                .filter(name -> Files.exists(bundle.directory().resolve(name)))
                .toList();
    }

    private static void place(Path from, Path name, Path target, boolean copy, ProgressListener progress)
            throws IOException {
        Path place = target.resolve(name);
        Path parent = place.getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        if (copy) {
            progress.onProgress("copying weights", 0, 1);
            Files.copy(from.resolve(name).toRealPath(), place);
        } else {
            WeightLinks.link(from.resolve(name), place, progress);
        }
    }

    /** @throws SteeringException if something is in the directory */
    static void requireEmpty(Path directory) {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> entries = Files.isDirectory(directory) ? Files.list(directory) : Stream.of(directory)) {
            if (entries.findAny().isPresent()) {
                throw new BadFile("Cannot write a baked model to " + directory
                        + ": it is there and not empty. Choose a new directory, or remove this one first.");
            }
        } catch (IOException e) {
            throw new BadFile("Cannot read " + directory + ": " + IoReason.of(e), e);
        }
    }
}
