package dev.steering.export;

import com.fasterxml.jackson.databind.JsonNode;
import dev.steering.core.AtomicFiles;
import dev.steering.core.BadFile;
import dev.steering.core.BadRequest;
import dev.steering.core.SteeringException;
import dev.steering.core.bundle.Bundle;
import dev.steering.core.bundle.BundleManifest;
import dev.steering.core.bundle.BundleManifest.FinalNorm;
import dev.steering.core.bundle.GraphContract;
import dev.steering.core.bundle.GraphSignature;
import dev.steering.core.bundle.GraphSignature.CacheEntry;
import dev.steering.core.bundle.GraphSignature.CacheMode;
import dev.steering.core.bundle.GraphSignature.Input;
import dev.steering.core.bundle.GraphSignature.Padding;
import dev.steering.core.bundle.GraphSignature.Role;
import dev.steering.core.safetensors.DType;
import dev.steering.export.adapter.LoraAdapter;
import dev.steering.export.adapter.MergedCheckpoint;
import dev.steering.export.bundle.BoundaryTokens;
import dev.steering.export.bundle.BundleDirectory;
import dev.steering.export.bundle.Fingerprint;
import dev.steering.export.bundle.ModelTextFiles;
import dev.steering.export.bundle.OtherTokens;
import dev.steering.export.checkpoint.Checkpoint;
import dev.steering.export.checkpoint.ModelName;
import dev.steering.export.decoder.DecoderGraph;
import dev.steering.export.decoder.DecoderSpec;
import dev.steering.export.decoder.DecoderSpec.ExpertStorage;
import dev.steering.export.decoder.DecoderSpec.Experts;
import dev.steering.export.decoder.DecoderSpec.Norms;
import dev.steering.export.decoder.Part;
import dev.steering.export.decoder.rotary.RotaryTable;
import dev.steering.export.decoder.rotary.RotaryTables;
import dev.steering.export.family.Families;
import dev.steering.export.gguf.GgufModel;
import dev.steering.export.graph.GraphVariant;
import dev.steering.export.quantization.Quantization;
import dev.steering.export.stored.QuantizedCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Turns a Hugging Face checkpoint into a model bundle.
 *
 * <p>Unless they are quantised, the weights stay in their safetensors files, which the bundle links (hard link, else copy), beside copies
 * of what is read as one and lies apart there;
 * only headers are read for the graph, and files once, large ones in samples, for the fingerprint. Memory does not depend on
 * the checkpoint's size: weights that are quantised pass through a few megabytes at a time.
 * The bundle is built in a temporary directory beside its place and moved there when complete.
 */
public final class CheckpointExporter {
    private static final String GRAPH = GraphVariant.ADDING.file();
    /** A file of all weights in floats, where the checkpoint has them in something else; then the bundle is a checkpoint too. */
    private static final String WIDENED = "model.safetensors";

    static final String ROTARY = "rotary.bin";

    private final ExportOptions options;

    private CheckpointExporter(ExportOptions options) {
        this.options = options;
    }

    /**
     * @param checkpoint a Hugging Face checkpoint directory, or a model in a GGUF file
     * @param bundle the directory to write; an older bundle there is replaced, anything else is refused
     * @param options how
     * @return the bundle
     * @throws SteeringException if the checkpoint cannot be exported faithfully or the bundle cannot be written
     */
    public static Bundle export(Path checkpoint, Path bundle, ExportOptions options) {
        CheckpointExporter exporter = new CheckpointExporter(options);
        if (GgufModel.is(checkpoint)) {
            try (GgufModel model = GgufModel.open(checkpoint)) {
                return exporter.export(model.checkpoint().model(), model.checkpoint(), bundle);
            }
        }
        Checkpoint files = Checkpoint.open(checkpoint);
        return exporter.export(files, QuantizedCheckpoint.of(files), bundle);
    }

    private Bundle export(Checkpoint files, @Nullable QuantizedCheckpoint stored, Path target) {
        Checkpoint base = stored == null ? files : stored.model();
        DecoderSpec spec = Families.read(base);
        boolean keeps = keepsIntegers(stored, spec);
        Path adapterPath = options.adapter();
        LoraAdapter adapter = adapterPath == null ? null : LoraAdapter.open(adapterPath, base);
        if (adapter != null) {
            MergedCheckpoint.requireUnmerged(base);
        }
        requireQuantizable(spec);
        UsedTensors planned = usedTensors(base, spec, options);
        BundleDirectory.requireReplaceable(target, List.of(base.directory()));
        boolean linked = stored == null && options.quantization() == null;
        long joined = linked ? JoinedWeights.bytes(JoinedWeights.stacks(spec, planned)) : 0;
        boolean copied = options.copyWeights() || stored != null;
        DiskSpace.require(spec, joined + (copied ? DiskSpace.weights(base) : 0), target);
        BundleDirectory.replace(target, List.of(base.directory()), directory -> {
            Checkpoint checkpoint = checkpoint(base, stored, keeps, planned, adapter, directory);
            UsedTensors used = usedTensors(checkpoint, spec, options);
            BundleWeights weights = stored != null && keeps
                    ? RepackedWeights.write(stored, used, directory, options)
                    : weights(checkpoint, spec, used, directory);
            AtomicFiles.write(
                    directory.resolve(ROTARY), out -> RotaryTables.write(spec.rotaries(), spec.context(), out));
            for (GraphVariant variant : GraphVariant.values()) {
                DecoderGraph.Options how =
                        new DecoderGraph.Options(ROTARY, options.precision().type(), variant);
                AtomicFiles.write(directory.resolve(variant.file()), out -> DecoderGraph.build(spec, weights, how)
                        .writeTo(out));
            }
            ModelTextFiles.copy(base.directory(), directory);
            if (stored != null) {
                AtomicFiles.writeText(
                        directory.resolve("config.json"), base.config().toPrettyString());
            }
            String precision = keeps && stored != null
                    ? "int" + stored.bits()
                    : options.precision().manifestName();
            boolean widened = stored != null && !keeps && options.quantization() == null;
            BundleManifest manifest =
                    manifest(stored == null ? checkpoint : files, spec, weights, directory, precision, widened);
            if (options.quantization() != null) {
                Files.deleteIfExists(directory.resolve(Checkpoint.MERGED));
                Files.deleteIfExists(directory.resolve(WIDENED));
            }
            AtomicFiles.writeText(directory.resolve(Bundle.MANIFEST), Bundle.toJson(manifest));
        });
        return Bundle.open(target);
    }

    /** The checkpoint whose weights the bundle has; where some change, they are in a file of the bundle's own. */
    private Checkpoint checkpoint(
            Checkpoint base,
            @Nullable QuantizedCheckpoint stored,
            boolean keeps,
            UsedTensors planned,
            @Nullable LoraAdapter adapter,
            Path directory) {
        if (stored != null && !keeps) {
            return stored.widen(directory.resolve(WIDENED), planned.neighbours()::place, options.progress());
        }
        return adapter == null ? base : MergedCheckpoint.write(base, adapter, directory, options.progress());
    }

    private boolean keepsIntegers(@Nullable QuantizedCheckpoint stored, DecoderSpec spec) {
        StoredIntegers choice = options.storedIntegers();
        if (stored != null && options.adapter() != null) {
            throw new BadFile(
                    "An adapter is not merged into quantised weights. Merge it into the unquantised checkpoint.");
        }
        if (stored == null || stored.bits() == 0) {
            if (choice == StoredIntegers.KEPT_WITH_EXACT_ACTIVATIONS) {
                throw new BadRequest("Exact activations belong to weights that are integers, and this checkpoint's are"
                        + " not. Choose a precision that rounds them: 8 or 4 bits.");
            }
            return false;
        }
        if (choice == StoredIntegers.WIDENED) {
            if (options.quantization() != null) {
                throw new BadRequest("The checkpoint's weights are integers of " + stored.bits()
                        + " bits already, and rounding them again would lose more. Leave the precision out to keep them as"
                        + " they are, or choose single or half precision.");
            }
            return false;
        }
        if (spec.names().inputRows()) {
            throw new BadFile("The matrices of " + spec.architecture() + " are stored with a row for every input, and"
                    + " such a checkpoint's integers are not supported. Export the unquantised checkpoint.");
        }
        return true;
    }

    /**
     * Builds the graph once for nothing.
     *
     * @throws SteeringException if the checkpoint lacks a tensor, or has one that the graph has no place for
     */
    static UsedTensors usedTensors(Checkpoint checkpoint, DecoderSpec spec, ExportOptions options) {
        UsedTensors used = new UsedTensors(checkpoint);
        DecoderGraph.build(
                spec, used, new DecoderGraph.Options(ROTARY, options.precision().type(), GraphVariant.ADDING));
        used.requireAll(spec.names());
        return used;
    }

    private void requireQuantizable(DecoderSpec spec) {
        if (options.quantization() != null && spec.names().inputRows()) {
            throw new BadFile(
                    "The matrices of " + spec.architecture() + " are stored with a row for every input, and are"
                            + " quantised along their outputs' rows, which is not supported. Export in single or half precision.");
        }
        Experts experts = spec.experts();
        if (options.quantization() != null && experts != null && experts.storage() != ExpertStorage.SEPARATE) {
            throw new BadFile(
                    "The experts of " + spec.architecture() + " are stored in one tensor, which is not quantised:"
                            + " the bundle would be hardly smaller. Export in single or half precision.");
        }
    }

    private BundleWeights weights(Checkpoint checkpoint, DecoderSpec spec, UsedTensors used, Path directory)
            throws IOException {
        Quantization how = options.quantization();
        return how == null
                ? WeightFiles.place(checkpoint, JoinedWeights.stacks(spec, used), directory, options)
                : QuantizedWeights.write(checkpoint, used, directory, how, options);
    }

    private BundleManifest manifest(
            Checkpoint checkpoint,
            DecoderSpec spec,
            BundleWeights weights,
            Path directory,
            String precision,
            boolean widened) {
        // Of the checkpoint's files even if the bundle quantises them: a vector is valid for every precision of a
        // model.
        Map<String, Path> files = new TreeMap<>();
        checkpoint.files().forEach(file -> files.put(String.valueOf(file.getFileName()), file));
        Fingerprint fingerprint = Fingerprint.of(checkpoint.directory(), files, options.progress());
        Fingerprint inBundle = widened ? Fingerprint.of(directory, List.of(WIDENED), options.progress()) : fingerprint;
        JsonNode generation = checkpoint.generationConfig();
        Map<String, Path> further = new TreeMap<>(Map.of(GRAPH, directory.resolve(GRAPH)));
        weights.copies().forEach(name -> further.put(name, directory.resolve(name)));
        return new BundleManifest(
                nameOf(checkpoint),
                spec.architecture(),
                spec.layers().size(),
                spec.hidden(),
                spec.vocabulary(),
                spec.context(),
                rotaryBoundary(spec),
                precision,
                GRAPH,
                GraphVariant.PROJECTING.file(),
                signature(spec, options.precision()),
                weights.reference(spec.names().head()),
                null,
                finalNorm(spec, weights),
                BoundaryTokens.begin(checkpoint.config(), generation),
                BoundaryTokens.end(checkpoint.config(), generation),
                inBundle.sha256(further),
                fingerprint.value(),
                null,
                GraphVariant.GATED.file(),
                OtherTokens.of(checkpoint.config()));
    }

    private static @Nullable FinalNorm finalNorm(DecoderSpec spec, BundleWeights weights) {
        Norms norms = spec.norms();
        return norms.weight()
                ? new FinalNorm(
                        weights.reference(spec.names().finalNorm()),
                        norms.epsilon(),
                        norms.offset(),
                        norms.centred(),
                        norms.bias() ? weights.reference(spec.names().of(Part.FINAL_NORM) + ".bias") : null)
                : null;
    }

    private static @Nullable Integer rotaryBoundary(DecoderSpec spec) {
        int boundary = spec.rotaries().stream()
                .mapToInt(RotaryTable::originalContext)
                .max()
                .orElse(0);
        return boundary == 0 ? null : boundary;
    }

    private static GraphSignature signature(DecoderSpec spec, Precision precision) {
        DType type = precision == Precision.FP16 ? DType.F16 : DType.F32;
        List<CacheEntry> entries = new ArrayList<>();
        for (int l = 0; l < spec.layers().size(); l++) {
            for (DecoderSpec.State state : spec.states(l)) {
                List<String> axes = new ArrayList<>(List.of(CacheEntry.BATCH));
                state.shape().forEach(size -> axes.add(Long.toString(size)));
                entries.add(new CacheEntry(
                        GraphContract.pastState(l, state.name()),
                        GraphContract.presentState(l, state.name()),
                        DType.F32,
                        axes));
            }
            if (!spec.hasKeys(l)) {
                continue;
            }
            List<String> shape = List.of(
                    CacheEntry.BATCH,
                    Integer.toString(spec.attention(l).kvHeads()),
                    CacheEntry.LENGTH,
                    Integer.toString(spec.attention(l).paddedHeadDim()));
            entries.add(new CacheEntry(GraphContract.pastKey(l), GraphContract.presentKey(l), type, shape));
            entries.add(new CacheEntry(GraphContract.pastValue(l), GraphContract.presentValue(l), type, shape));
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
        return ModelName.of(checkpoint.config().path("_name_or_path").asText(""), checkpoint.directory());
    }
}
