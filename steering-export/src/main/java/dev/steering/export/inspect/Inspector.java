package dev.steering.export.inspect;

import dev.steering.core.BadFile;
import dev.steering.core.IoReason;
import dev.steering.core.SteeringException;
import dev.steering.core.bundle.Bundle;
import dev.steering.core.bundle.BundleManifest;
import dev.steering.core.bundle.GraphContract;
import dev.steering.core.foreign.ForeignFile;
import dev.steering.core.foreign.ForeignModel;
import dev.steering.core.softprompt.SoftPromptFile;
import dev.steering.core.vector.Anchoring;
import dev.steering.core.vector.ExtractionPrompts;
import dev.steering.core.vector.LayerStatistics;
import dev.steering.core.vector.Projection;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorQuality;
import dev.steering.core.vector.format.ReadingOptions;
import dev.steering.core.vector.format.VectorFiles;
import dev.steering.core.vector.format.VectorFormat;
import dev.steering.core.vector.format.VectorFormats;
import dev.steering.export.checkpoint.Checkpoint;
import dev.steering.export.graph.OnnxFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Says what something is: a bundle, a Hugging Face checkpoint, an ONNX graph, a steering vector or soft prompts. Reads headers and small files
 * only: neither weights nor a model are loaded. Stateless and thread-safe.
 */
public final class Inspector {
    private static final List<String> NEIGHBOURS = List.of(
            "config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json", "chat_template.jinja");

    private Inspector() {}

    /**
     * @param path a directory or a file
     * @return what it is
     * @throws SteeringException if it is none of these, which names what it looks like, or if it is damaged
     */
    public static Inspection inspect(Path path) {
        if (Files.isDirectory(path)) {
            return directory(path);
        }
        if (VectorFiles.isOfOtherTool(path)) {
            return vectorOfOtherTool(path);
        }
        return switch (FileKind.of(path)) {
            case SAFETENSORS ->
                SoftPromptFile.holdsSoftPrompts(path)
                        ? SoftPromptInspection.of(path, SoftPromptFile.read(path))
                        : vector(path);
            case ONNX -> graph(path);
            case OTHER ->
                throw new BadFile(path + " looks like " + FileKind.describe(path)
                        + ". Expected a bundle or a checkpoint (a directory), an ONNX model, a vector or soft prompts."
                        + (Files.exists(directoryOf(path).resolve("config.json"))
                                ? " Its directory may be a model: inspect " + directoryOf(path) + " instead."
                                : ""));
        };
    }

    private static Inspection directory(Path directory) {
        if (Files.isRegularFile(directory.resolve(Bundle.MANIFEST))) {
            return bundle(directory);
        }
        if (Files.isRegularFile(directory.resolve("model.safetensors"))
                || Files.isRegularFile(directory.resolve("model.safetensors.index.json"))) {
            return CheckpointInspector.inspect(Checkpoint.open(directory));
        }
        List<Path> graphs = new ArrayList<>(onnxFiles(directory));
        graphs.addAll(onnxFiles(directory.resolve("onnx")));
        if (graphs.size() == 1) {
            return graph(graphs.get(0));
        }
        if (!graphs.isEmpty()) {
            throw new BadFile(directory + " has several ONNX models: " + graphs + ". Inspect one of them.");
        }
        BadFile foreign = ForeignModel.at(directory);
        if (foreign != null) {
            throw foreign;
        }
        throw new BadFile(directory + " is neither a bundle (it has no " + Bundle.MANIFEST
                + ") nor a checkpoint with safetensors nor has it an ONNX model. It has: " + listing(directory)
                + ". Weights in other formats (.bin, .pt, .gguf) have to be saved as safetensors first.");
    }

    private static BundleInspection bundle(Path directory) {
        Bundle bundle = Bundle.open(directory);
        BundleManifest manifest = bundle.manifest();
        TreeSet<String> names = new TreeSet<>(manifest.sha256().keySet());
        names.add(manifest.graph());
        names.add(manifest.projectionGraph());
        String gated = manifest.gatedGraph();
        if (gated != null) {
            names.add(gated);
        }
        List<FileFact> files =
                names.stream().map(name -> FileFact.of(directory, name)).toList();
        return new BundleInspection(directory, manifest, files, PromptInspector.inspect(directory));
    }

    private static GraphInspection graph(Path file) {
        OnnxFile graph = OnnxFile.read(file);
        Path directory = directoryOf(file);
        List<FileFact> external = graph.weights().externalBytes().keySet().stream()
                .map(name -> external(directory, name))
                .toList();
        Path model = modelDirectory(directory);
        return new GraphInspection(
                file,
                graph,
                external,
                graph.hasInput(GraphContract.STEERING_VECTORS),
                GraphPoints.find(graph),
                Files.isRegularFile(directory.resolve(Bundle.MANIFEST)) ? directory : null,
                NEIGHBOURS.stream()
                        .filter(name -> Files.isRegularFile(model.resolve(name)))
                        .toList(),
                hasPromptFiles(model) ? PromptInspector.inspect(model) : null);
    }

    /** Exports keep graphs in a folder "onnx" of the model's. */
    private static Path modelDirectory(Path directory) {
        Path parent = directory.getParent();
        boolean inFolder = "onnx".equals(String.valueOf(directory.getFileName())) && !hasPromptFiles(directory);
        return inFolder && parent != null ? parent : directory;
    }

    /** Names that lead elsewhere count as missing: ONNX Runtime refuses them too. */
    private static FileFact external(Path directory, String name) {
        try {
            boolean elsewhere = name.isEmpty() || Path.of(name).isAbsolute() || name.contains("..");
            return elsewhere ? new FileFact(name, -1) : FileFact.of(directory, name);
        } catch (InvalidPathException e) {
            return new FileFact(name, -1);
        }
    }

    /** Of the same kinds are models that cannot be run here. */
    private static VectorInspection vectorOfOtherTool(Path file) {
        try {
            return vector(file);
        } catch (BadFile e) {
            // What a name says to be a vector is a damaged vector rather than a model of another program.
            VectorFormat named = VectorFormats.ofEnding(file);
            String foreign =
                    named == VectorFormats.NPZ || named == VectorFormats.NPY ? null : ForeignFile.describe(file);
            throw foreign == null
                    ? e
                    : new BadFile(e.getMessage() + " If it is no vector, it looks like " + foreign + ".", e);
        }
    }

    private static VectorInspection vector(Path file) {
        VectorFiles.Opened opened = readVector(file);
        SteeringVector vector = opened.vector();
        List<String> remarks = new ArrayList<>(opened.remarks());
        remarks.addAll(VectorQuality.remarks(vector));
        Anchoring anchoring = vector.anchoring();
        ExtractionPrompts prompts = vector.prompts();
        List<LayerStatistics> statistics = vector.statistics();
        return new VectorInspection(
                file,
                vector.layers(),
                vector.hidden(),
                prompts == null ? 0 : prompts.harmful().size(),
                prompts == null ? 0 : prompts.harmless().size(),
                VectorInspection.Stored.of(prompts),
                vector.scale().name().toLowerCase(Locale.ROOT),
                vector.transitionReference() != null,
                vector.provenance(),
                statistics == null ? List.of() : statistics,
                anchoring == null
                        ? null
                        : new VectorInspection.Anchored(
                                anchoring.steeringLayers(),
                                anchoring.alpha(),
                                anchoring.scale().name().toLowerCase(Locale.ROOT),
                                anchoring.layers().stream()
                                        .map(Projection::refusalScore)
                                        .toList(),
                                anchoring.calibration(),
                                anchoring.operatingPoint(),
                                anchoring.evidence()),
                vector.learning(),
                vector.derivation(),
                vector.search(),
                vector.origin(),
                remarks,
                vector.certificate(),
                vector.certificate() == null ? null : vector.certificate().vectorDifference(vector.contentHash()));
    }

    /** Weights are safetensors files too: say so when one of a checkpoint's is given. */
    private static VectorFiles.Opened readVector(Path file) {
        try {
            return VectorFiles.open(file, 0, ReadingOptions.NONE);
        } catch (SteeringException e) {
            Path directory = directoryOf(file);
            if (Files.isRegularFile(directory.resolve("config.json"))) {
                throw new BadFile(
                        e.getMessage() + " If these are a model's weights, inspect " + directory + " instead.", e);
            }
            throw e;
        }
    }

    private static boolean hasPromptFiles(Path directory) {
        return Files.isRegularFile(directory.resolve("tokenizer.json"))
                || Files.isRegularFile(directory.resolve("tokenizer_config.json"))
                || Files.isRegularFile(directory.resolve("chat_template.jinja"));
    }

    private static Path directoryOf(Path file) {
        Path parent = file.toAbsolutePath().normalize().getParent();
        return parent == null ? Path.of("") : parent;
    }

    private static List<Path> onnxFiles(Path directory) {
        return children(directory).stream()
                .filter(child -> child.toString().endsWith(".onnx"))
                .toList();
    }

    private static String listing(Path directory) {
        List<Path> children = children(directory);
        if (children.isEmpty()) {
            return "nothing";
        }
        List<String> names = children.stream()
                .limit(8)
                .map(child -> String.valueOf(child.getFileName()))
                .toList();
        return String.join(", ", names) + (children.size() > names.size() ? ", ..." : "");
    }

    private static List<Path> children(Path directory) {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.sorted().toList();
        } catch (IOException e) {
            throw new BadFile("Cannot read " + directory + ": " + IoReason.of(e), e);
        }
    }
}
