package dev.steering.export.instrument;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.steering.core.AtomicFiles;
import dev.steering.core.BadFile;
import dev.steering.core.Remedy;
import dev.steering.core.SteeringException;
import dev.steering.core.bundle.Bundle;
import dev.steering.core.bundle.BundleManifest;
import dev.steering.core.bundle.GraphContract;
import dev.steering.core.bundle.GraphSignature;
import dev.steering.core.bundle.GraphSignature.Padding;
import dev.steering.export.bundle.BundleDirectory;
import dev.steering.export.bundle.Fingerprint;
import dev.steering.export.bundle.ModelTextFiles;
import dev.steering.export.bundle.WeightLinks;
import dev.steering.export.graph.GraphVariant;
import dev.steering.export.instrument.file.ModelFile;
import dev.steering.export.instrument.find.Decoder;
import dev.steering.export.instrument.find.DecoderTree;
import dev.steering.export.instrument.find.GraphScope;
import dev.steering.export.instrument.find.Point;
import dev.steering.export.instrument.signature.AttentionHeads;
import dev.steering.export.instrument.signature.SignatureReader;
import dev.steering.export.instrument.verify.GateTrial;
import dev.steering.export.instrument.verify.GraphPrecision;
import dev.steering.export.instrument.verify.LayerTrial;
import dev.steering.export.instrument.verify.PaddingTrial;
import dev.steering.export.instrument.verify.SelfCheck;
import dev.steering.export.instrument.verify.Tolerance;
import dev.steering.export.instrument.write.HeadExtractor;
import dev.steering.export.instrument.write.InstrumentedModel;
import dev.steering.model.ort.LanguageModel;
import dev.steering.model.ort.graph.ContractProbe;
import dev.steering.model.ort.graph.UnsteeredGraph;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Makes a bundle of an ONNX decoder that somebody else exported: finds its residual stream, adds the graph contract, and shows by
 * running that the result is right. Weights are not touched: external ones are linked, embedded ones stay in the graph.
 */
public final class Instrumenter {
    private static final String GRAPH = GraphVariant.ADDING.file();
    private static final String HEAD_GRAPH = "model-head.onnx";
    private static final String ORIGINAL = "original.onnx";
    private static final int STEPS = 5;

    private final ModelFile file;
    private final GraphScope scope;
    private final InstrumentOptions options;
    private final ModelConfig config;
    private final GraphPrecision precision;

    private Instrumenter(ModelFile file, InstrumentOptions options) {
        this.file = file;
        this.scope = scope(file);
        this.options = options;
        this.config = ModelConfig.beside(file.path(), options.tokenizer());
        this.precision = GraphPrecision.of(file);
    }

    /**
     * What was made.
     *
     * @param bundle the bundle
     * @param points what the points are called in the graph, in order; of a merged decoder, in its first branch
     * @param branches in how many branches the decoder lies; 1 unless merged
     */
    public record Result(Bundle bundle, List<String> points, int branches) {
        public Result {
            points = List.copyOf(points);
        }
    }

    /**
     * @param model an ONNX decoder
     * @param bundle the directory to write; an older bundle there is replaced, anything else is refused
     * @param options how
     * @return what was made
     * @throws SteeringException if the file is damaged, its residual stream is not found, or running it shows that it was not
     *     found rightly; the message names the rule that failed
     */
    public static Result instrument(Path model, Path bundle, InstrumentOptions options) {
        try {
            return new Instrumenter(ModelFile.open(model), options).write(bundle);
        } catch (Refusal e) {
            throw new BadFile(
                            "Cannot instrument " + model + ": " + e.getMessage()
                                    + ". If you know the graph, say it in a JSON file:"
                                    + " {\"points\": [\"embedding output\", \"output of layer 0\", ...]}, names of tensors or of"
                                    + " skip-norm nodes; further keys: inputs, logits, padding, key_value_heads, head_size.",
                            e)
                    .withRemedy(Remedy.NAME_POINTS);
        }
    }

    private static GraphScope scope(ModelFile file) {
        try {
            return GraphScope.of(file.graph());
        } catch (SteeringException e) {
            throw new BadFile(file.path() + " is damaged: " + e.getMessage(), e);
        }
    }

    /** A rule that failed, to be told with the way around it. */
    private static final class Refusal extends BadFile {
        private static final long serialVersionUID = 1;

        Refusal(SteeringException reason) {
            super(String.valueOf(reason.getMessage()), reason);
        }
    }

    private Result write(Path target) {
        requireNew();
        DecoderTree[] found = new DecoderTree[1];
        config.requireSizes();
        List<Path> inputs = new ArrayList<>(config.directories());
        inputs.add(file.path());
        BundleDirectory.replace(target, inputs, directory -> {
            placeFiles(directory);
            try {
                found[0] = fill(directory);
            } catch (Unrunnable e) {
                throw e;
            } catch (SteeringException e) {
                throw new Refusal(e);
            }
        });
        List<Decoder> decoders = found[0].decoders();
        List<String> labels =
                decoders.get(0).points().stream().map(Point::label).toList();
        return new Result(Bundle.open(target), labels, decoders.size());
    }

    private void requireNew() {
        if (file.graph().getInputList().stream()
                .map(ValueInfoProto::getName)
                .anyMatch(GraphContract.STEERING_VECTORS::equals)) {
            throw new BadFile(file.path() + " has the steering inputs already: use the bundle that it lies in.");
        }
    }

    private void placeFiles(Path directory) throws IOException {
        Path from = file.path().toAbsolutePath().normalize().resolveSibling("");
        for (String name : file.weights().externalFiles()) {
            Path to = directory.resolve(name);
            Files.createDirectories(to.getParent());
            if (options.copyWeights()) {
                Files.copy(from.resolve(name), to);
            } else {
                WeightLinks.link(from.resolve(name), to, options.progress());
            }
        }
        for (Path source : config.directories()) {
            ModelTextFiles.copy(source, directory);
        }
    }

    private DecoderTree fill(Path directory) throws IOException {
        progress("reading the data flow", 0);
        GraphSignature signature = SignatureReader.read(
                scope,
                options.overrides(),
                inputs -> new AttentionHeads(file, scope, config.config(), directory, inputs));
        List<String> given = options.overrides().points();
        Integer configured = config.layers();
        DecoderTree tree = Survey.tree(scope, signature, given, configured);
        BundleManifest manifest =
                verified(directory, tree, signature).withLayerEvidence(Survey.evidence(tree, given, configured));
        progress("fingerprint", STEPS - 1);
        BundleManifest complete = identified(directory, manifest);
        AtomicFiles.writeText(directory.resolve(Bundle.MANIFEST), Bundle.toJson(complete));
        progress("done", STEPS);
        return tree;
    }

    /** Writes the graphs and runs them: picking positions before the head is better, but not every head allows it. */
    private BundleManifest verified(Path directory, DecoderTree tree, GraphSignature signature) {
        try {
            return verified(directory, tree, signature, true);
        } catch (SteeringException before) {
            try {
                return verified(directory, tree, signature, false);
            } catch (SteeringException after) {
                requireRuns(directory, signature);
                before.addSuppressed(after);
                throw before;
            }
        }
    }

    private BundleManifest verified(Path directory, DecoderTree tree, GraphSignature signature, boolean beforeHead) {
        progress("writing graphs", 1);
        int points = tree.decoders().get(0).points().size();
        for (GraphVariant variant : GraphVariant.values()) {
            write(
                    directory,
                    variant.file(),
                    InstrumentedModel.write(file, tree, signature.logits(), variant, beforeHead));
        }
        Optional<ModelProto> head = HeadExtractor.extract(file, tree.decoders().get(0));
        head.ifPresent(graph -> write(directory, HEAD_GRAPH, graph));
        ContractProbe.Sizes sizes = ContractProbe.run(directory.resolve(GRAPH), signature, points, precision.runtime());
        BundleManifest manifest = manifest(signature, sizes, head.isPresent());
        Tolerance tolerance = precision.tolerance();
        progress("running the original and this", 2);
        // One after the other: models may be so large that only one fits into memory.
        List<float[][]> original = original(directory, signature, sizes.vocabulary());
        try (LanguageModel model = open(directory, manifest)) {
            new SelfCheck(model, tolerance, original).run();
            if (options.overrides().points().isEmpty()) {
                new LayerTrial(model, tolerance).run();
            }
            new GateTrial(model, tolerance).run();
        }
        progress("trying rows of different lengths", 3);
        return padded(directory, manifest, tolerance);
    }

    private void requireRuns(Path directory, GraphSignature signature) {
        try {
            original(directory, signature, 2);
        } catch (SteeringException e) {
            throw new Unrunnable(file.path(), e);
        }
    }

    private List<float[][]> original(Path directory, GraphSignature signature, int vocabulary) {
        Path path = file.path();
        if (!file.asIs()) {
            path = directory.resolve(ORIGINAL);
            AtomicFiles.write(path, file.model()::writeTo);
        }
        try (UnsteeredGraph graph = UnsteeredGraph.open(path, signature, precision.runtime())) {
            return graph.logits(SelfCheck.rows(vocabulary));
        } finally {
            directory.resolve(ORIGINAL).toFile().delete();
        }
    }

    /** The manifest with the first padding that works. */
    private BundleManifest padded(Path directory, BundleManifest manifest, Tolerance tolerance) {
        Padding given = options.overrides().padding();
        List<Padding> candidates = given == null ? PaddingTrial.candidates(manifest.signature()) : List.of(given);
        SteeringException first = null;
        for (Padding padding : candidates) {
            BundleManifest candidate =
                    manifest.withSignature(manifest.signature().withPadding(padding));
            try (LanguageModel model = open(directory, candidate)) {
                new PaddingTrial(model, tolerance).run();
                return candidate;
            } catch (SteeringException e) {
                first = first == null ? e : first;
            }
        }
        throw first == null ? new IllegalStateException("no padding was tried") : first;
    }

    private LanguageModel open(Path directory, BundleManifest manifest) {
        return LanguageModel.open(new Bundle(directory, manifest), precision.runtime());
    }

    private static void write(Path directory, String name, ModelProto model) {
        AtomicFiles.write(directory.resolve(name), model::writeTo);
    }

    private BundleManifest manifest(GraphSignature signature, ContractProbe.Sizes sizes, boolean head) {
        return new BundleManifest(
                config.name(),
                config.architecture(),
                sizes.points() - 1,
                sizes.hidden(),
                sizes.vocabulary(),
                config.context(),
                null,
                precision.label(),
                GRAPH,
                GraphVariant.PROJECTING.file(),
                signature,
                null,
                head ? HEAD_GRAPH : null,
                null,
                config.beginToken(),
                config.endTokens(),
                Map.of(),
                "",
                null,
                GraphVariant.GATED.file(),
                List.of());
    }

    /** The identity covers the original file, so that instrumenting again leaves vectors valid. */
    private BundleManifest identified(Path directory, BundleManifest manifest) {
        Map<String, Path> weights = new TreeMap<>();
        file.weights().externalFiles().forEach(name -> weights.put(name, directory.resolve(name)));
        weights.put(ORIGINAL, file.path());
        Fingerprint fingerprint = Fingerprint.of(directory, weights, options.progress());
        Map<String, String> inBundle = new TreeMap<>(fingerprint.sha256(Map.of(GRAPH, directory.resolve(GRAPH))));
        inBundle.remove(ORIGINAL);
        return manifest.withIdentity(inBundle, fingerprint.value());
    }

    private void progress(String stage, int done) {
        options.progress().onProgress(stage, done, STEPS);
    }
}
