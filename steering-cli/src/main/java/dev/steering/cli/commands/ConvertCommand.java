package dev.steering.cli.commands;

import dev.steering.cli.json.ConvertJson;
import dev.steering.cli.terminal.ExitCodes;
import dev.steering.cli.terminal.WrongUsage;
import dev.steering.core.BadRequest;
import dev.steering.core.bundle.Bundle;
import dev.steering.core.files.OutputRule;
import dev.steering.core.origin.VectorOrigin;
import dev.steering.core.vector.ModelCheck;
import dev.steering.core.vector.Provenance;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorScale;
import dev.steering.core.vector.format.ReadingOptions;
import dev.steering.core.vector.format.ReadingOptions.Keep;
import dev.steering.core.vector.format.ReadingOptions.Source;
import dev.steering.core.vector.format.VectorExport;
import dev.steering.core.vector.format.VectorFiles;
import dev.steering.core.vector.format.VectorFormat;
import dev.steering.core.vector.format.VectorFormats;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** {@code steer convert}. */
@Command(
        name = "convert",
        mixinStandardHelpOptions = true,
        description = {
            "Bring a steering vector in from another tool, or out to one.",
            "GGUF control vectors (llama.cpp, repeng, EasySteer), NumPy .npz and .npy, .svec of activation-steering, plain",
            "safetensors, JSON. What the target cannot express is listed. Commands that take a vector take such files as they are;",
            "converting binds them to a model.",
            "",
            "Example:  steer convert honest.gguf -o honest.safetensors --model llama-1b",
            "          steer convert refusal.safetensors -o refusal.gguf --drop-layer-0"
        })
public final class ConvertCommand implements Callable<Integer> {
    @Parameters(
            paramLabel = "VECTOR",
            description = "Vector file, of this program or another tool; its content says which.")
    private Path file = Path.of("");

    @Option(names = "-o", required = true, paramLabel = "FILE", description = "File to write.")
    private Path target = Path.of("");

    @Option(
            names = "--to",
            paramLabel = "FORMAT",
            converter = VectorTarget.Converter.class,
            completionCandidates = VectorTarget.Names.class,
            description = {
                "${COMPLETION-CANDIDATES}; steer is this program's own vector file, safetensors one tensor direction.N a layer.",
                "Default: as the file's name ends; for .safetensors steer for another tool's vector, otherwise safetensors."
            })
    private @Nullable VectorTarget to;

    @Option(
            names = "--model",
            paramLabel = "BUNDLE",
            description =
                    "The model that it belongs to: number of layers, hidden size, fingerprint. Sizes are checked.")
    private @Nullable Path bundle;

    @Option(
            names = "--like",
            paramLabel = "VECTOR",
            description = "Take what it lacks of its model from a vector of the same model, instead of --model.")
    private @Nullable Path like;

    @Option(
            names = "--source",
            paramLabel = "TOOL",
            converter = SourceConverter.class,
            completionCandidates = CompletionWords.Sources.class,
            description =
                    "Tool that wrote the file, where the file does not tell: ${COMPLETION-CANDIDATES}. llama.cpp-generator needs"
                            + " --keep.")
    private @Nullable Source source;

    @Option(
            names = "--keep",
            paramLabel = "WHAT",
            description =
                    "What rows keep that were measured at one block and are added at another (llama.cpp-generator, .svec): effect,"
                            + " added where their tool adds them, or meaning, with the block where they were measured. Default for"
                            + " .svec: meaning.")
    private @Nullable Keep keep;

    @Option(
            names = "--layer",
            paramLabel = "K",
            converter = NumberConverters.NotNegative.class,
            description = "Layer of an array's first or only row, 0-based, where the file does not say it.")
    private @Nullable Integer layer;

    @Option(
            names = "--scale",
            paramLabel = "SCALE",
            description = "Rows that are written: raw (default, as they are) or unit.")
    private VectorScale scale = VectorScale.RAW;

    @Option(
            names = "--drop-layer-0",
            description = "Leave the direction of layer 0 out: llama.cpp refuses files with it.")
    private boolean dropLayerZero;

    @Mixin
    private OutputRuleMixin outputs = new OutputRuleMixin();

    @Mixin
    private OutputMixin output = new OutputMixin();

    @Override
    public Integer call() {
        if (bundle != null && like != null) {
            throw new WrongUsage("--model and --like both say the model: give one.");
        }
        OutputRule rule = outputs.rule("-o");
        VectorFormat from = VectorFiles.format(file);
        VectorFormat written = target(from);
        ReadingOptions options = new ReadingOptions(source, readingKeep(from, written), layer);
        Bundle model = bundle == null ? null : Bundle.open(bundle);
        VectorFiles.Opened opened =
                VectorFiles.open(file, model == null ? 0 : model.manifest().layers(), options);
        SteeringVector vector = bound(opened.vector(), model);
        String replaced = ReplacedVector.lost(target, written == null ? vector : null);
        VectorExport.Written result = VectorExport.to(written)
                .withScale(scale)
                .withKeep(written == VectorFormats.SVEC ? keep : null)
                .withoutLayerZero(dropLayerZero)
                .write(target, vector, rule);
        print(output.text(), opened, vector, written, result);
        if (replaced != null) {
            output.remarks().note(replaced);
        }
        output.print(() -> ConvertJson.of(file, target, opened, vector, written, result));
        return ExitCodes.SUCCESS;
    }

    private @Nullable VectorFormat target(@Nullable VectorFormat from) {
        if (to != null) {
            return to.format();
        }
        VectorFormat named = VectorFormats.ofEnding(target);
        if (named == null) {
            throw new WrongUsage(
                    "The name " + target + " says no format: give --to, or a name that ends in .gguf, .safetensors,"
                            + " .npz, .npy, .svec or .json.");
        }
        return named == VectorFormats.SAFETENSORS && from != null ? null : named;
    }

    /** What reading has to know of it; what is written may be concerned as well, or alone. */
    private @Nullable Keep readingKeep(@Nullable VectorFormat from, @Nullable VectorFormat written) {
        boolean read = from == VectorFormats.SVEC || source == Source.LLAMA_CPP_GENERATOR;
        if (keep != null && !read && written != VectorFormats.SVEC) {
            throw new WrongUsage(
                    "--keep is for files of llama.cpp's own generator, with --source llama.cpp-generator, and for .svec"
                            + " files: rows of all others are added where they were measured.");
        }
        return read ? keep : null;
    }

    /** With what is known of its model. */
    private SteeringVector bound(SteeringVector vector, @Nullable Bundle model) {
        if (model != null) {
            return ModelBinding.of(model).bound(vector, model.manifest(), ModelCheck.SAME_MODEL);
        }
        if (like == null) {
            return vector;
        }
        SteeringVector other = VectorFiles.read(like);
        SteeringVector fitted = vector.fitted(other.layers());
        if (other.hidden() != vector.hidden() || fitted.layers() != other.layers()) {
            throw new BadRequest(
                    file + " has " + vector.layers() + " layers of hidden size " + vector.hidden() + ", but " + like
                            + " has " + other.layers() + " of hidden size " + other.hidden()
                            + ": they are of different models. Give a vector of the same.");
        }
        Provenance provenance = other.provenance();
        return new ModelBinding(provenance.model(), provenance.modelName(), provenance.template()).bound(fitted);
    }

    private void print(
            PrintWriter out,
            VectorFiles.Opened opened,
            SteeringVector vector,
            @Nullable VectorFormat written,
            VectorExport.Written result) {
        VectorOrigin origin = vector.origin();
        out.println(file + ": "
                + (opened.format() == null
                        ? VectorTarget.OWN_WORDS
                        : opened.format().words())
                + (origin == null ? "" : ", tool " + origin.tool())
                + ", of " + vector.provenance().modelName() + ", hidden size " + vector.hidden() + ", layers "
                + (origin == null ? "0-" + (vector.layers() - 1) : VectorOrigin.words(origin.layers())));
        out.println(target + ": " + (written == null ? VectorTarget.OWN_WORDS : written.words()) + ", layers "
                + VectorOrigin.words(result.layers()));
        result.leftBehind().forEach(what -> out.println("not in it: " + what));
        opened.remarks().forEach(remark -> output.remarks().note(file + ": " + remark));
        if (origin != null && origin.use() != null && written == null) {
            output.remarks().note(target + ": " + GivenVector.words(origin.use()));
        }
        result.remarks().forEach(remark -> output.remarks().note(target + ": " + remark));
    }

    /** Tools by their names. */
    static final class SourceConverter implements ITypeConverter<Source> {
        @Override
        public Source convert(String text) {
            for (Source source : Source.values()) {
                if (source.toString().equalsIgnoreCase(text)) {
                    return source;
                }
            }
            throw new TypeConversionException(
                    "expected one of " + String.join(", ", new CompletionWords.Sources()) + ", found '" + text + "'");
        }
    }
}
