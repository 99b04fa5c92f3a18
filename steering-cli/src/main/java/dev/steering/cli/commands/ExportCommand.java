package dev.steering.cli.commands;

import dev.steering.cli.json.BundleJson;
import dev.steering.cli.terminal.ExitCodes;
import dev.steering.cli.terminal.LongWork;
import dev.steering.cli.terminal.ProgressBar;
import dev.steering.cli.terminal.WrongUsage;
import dev.steering.core.bundle.Bundle;
import dev.steering.core.bundle.BundleManifest;
import dev.steering.export.CheckpointExporter;
import dev.steering.export.ExportOptions;
import dev.steering.export.Precision;
import dev.steering.export.StoredIntegers;
import dev.steering.export.checkpoint.Checkpoint;
import dev.steering.export.gguf.GgufModel;
import dev.steering.export.quantization.BlockScales;
import dev.steering.export.quantization.Quantization;
import dev.steering.export.stored.QuantizedCheckpoint;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** {@code steer export}. */
@Command(
        name = "export",
        mixinStandardHelpOptions = true,
        description = {
            "Turn a Hugging Face checkpoint into a model bundle that can be steered.",
            "Families: Llama and what resembles it, Mistral, Qwen 2 to 3.5, Gemma 1 to 4, Phi, OLMo, GLM, Cohere, GPT-2, NeoX, OPT,",
            "Falcon, mixtures of experts, text parts of models that see images, and more: docs/models.md lists them. In fp32 and",
            "fp16 the weights are linked, not converted: 4 GB take seconds. Quantised checkpoints: integers of GPTQ, AWQ and",
            "compressed-tensors stay as they are, fp8 and mxfp4 are widened.",
            "",
            "Example:  steer export ~/models/Llama-3.2-1B-Instruct -o llama-1b",
            "          steer export ~/models/Llama-3.2-1B-Instruct -o llama-1b-int4 --dtype int4 --block-size 128",
            "          steer export ~/models/Qwen2.5-0.5B-Instruct-Q8_0.gguf -o qwen-0.5b"
        })
public final class ExportCommand implements Callable<Integer>, LongWork {
    @Parameters(
            paramLabel = "HF_DIR",
            description =
                    "Checkpoint: config.json, tokenizer.json and safetensors (one file or shards). Or a model in a GGUF"
                            + " file: Llama, Mistral, Qwen 2 and 3, Gemma 2 and 3; its weights are unpacked.")
    private Path checkpoint = Path.of("");

    @Option(names = "-o", required = true, paramLabel = "BUNDLE", description = "Directory to write.")
    private Path bundle = Path.of("");

    @Option(
            names = "--adapter",
            paramLabel = "DIR",
            description =
                    "Merge a LoRA adapter into the matrices: adapter_config.json and adapter_model.safetensors, as PEFT writes"
                            + " them. Vectors of the bundle do not fit the model without it.")
    private @Nullable Path adapter;

    @Option(
            names = "--copy-weights",
            description = "Copy the weights into the bundle, so that it can be moved to another machine.")
    private boolean copyWeights;

    @Option(
            names = "--dtype",
            paramLabel = "TYPE",
            converter = PrecisionConverter.class,
            description =
                    "fp32: as exact as the checkpoint. fp16: half the cache, for GPUs. int8, int4: the matrices of"
                            + " attention and MLP are rounded, and the vocabulary head (--head). Steering and capture are in fp32"
                            + " always. Default: fp32; what a GPTQ, AWQ or compressed-tensors checkpoint stores as integers stays"
                            + " as it is.")
    private @Nullable Precision precision;

    @Option(
            names = "--block-size",
            paramLabel = "N",
            description =
                    "int8, int4: weights that share a scale: 16, 32, 64, 128 or 256. Fewer are more exact, more are"
                            + " faster. Default: 64 for int4, whose int8 head has 128, and 32 for int8.")
    private @Nullable Integer blockSize;

    @Option(
            names = "--scales",
            paramLabel = "HOW",
            description =
                    "int8, int4: how such weights get their scale. range: none is cut off. fitted: the least squared error of six"
                            + " ranges. Default: fitted for int4, range for int8.")
    private @Nullable BlockScales scales;

    @ArgGroup(exclusive = true)
    private @Nullable Range range;

    @Option(
            names = "--exact-activations",
            description =
                    "int8, int4, integers of the checkpoint: leave activations in fp32. Rounding them to 8 bits, the default, costs 0.5 %% per"
                            + " product and makes it several times faster.")
    private boolean exactActivations;

    @Option(
            names = "--head",
            completionCandidates = CompletionWords.Heads.class,
            paramLabel = "TYPE",
            converter = HeadConverter.class,
            description =
                    "int8, int4: the vocabulary head in fp32, int8 or int4. Default: int8, with --exact-activations fp32. In"
                            + " fp32 a small model with a large vocabulary spends half of its time there.")
    private @Nullable Integer headBits;

    /** Whether a block's integers have a zero point. */
    private static final class Range {
        @Option(names = "--symmetric", required = true, description = "int8, int4: zero is the middle of the range.")
        private boolean symmetric;

        @Option(
                names = "--asymmetric",
                required = true,
                description = "int8, int4: every block has a zero point: a little more exact. The default.")
        @SuppressWarnings("UnusedVariable") // one of the two is always set
        private boolean asymmetric;
    }

    /** Precisions by the names that the field uses. */
    static final class PrecisionConverter implements ITypeConverter<Precision> {
        @Override
        public Precision convert(String value) {
            return Arrays.stream(Precision.values())
                    .filter(p -> p.name().toLowerCase(Locale.ROOT).equals(value))
                    .findFirst()
                    .orElseThrow(() ->
                            new TypeConversionException("expected fp32, fp16, int8 or int4, found '" + value + "'"));
        }
    }

    /** Bits of a head by the names that the field uses; 0 keeps it. */
    static final class HeadConverter implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String value) {
            return switch (value) {
                case "fp32" -> 0;
                case "int8" -> 8;
                case "int4" -> 4;
                default -> throw new TypeConversionException("expected fp32, int8 or int4, found '" + value + "'");
            };
        }
    }

    private ExportOptions options() {
        ExportOptions options =
                ExportOptions.defaults().withCopyWeights(copyWeights).withProgress(ProgressBar.onTerminal());
        options = precision == null ? options : options.withPrecision(precision);
        options = adapter == null ? options : options.withAdapter(adapter);
        Quantization quantization = options.quantization();
        if (quantization == null) {
            boolean exactly = exactActivations && precision == null;
            boolean blocks = blockSize != null || scales != null || range != null;
            if (blocks || (exactActivations && !exactly) || headBits != null) {
                throw new WrongUsage("--block-size, --scales, --symmetric, --asymmetric, --exact-activations and --head"
                        + " are for --dtype int8 and int4, found "
                        + (precision == null ? "fp32" : precision.name().toLowerCase(Locale.ROOT)) + ".");
            }
            return exactly ? options.withStoredIntegers(StoredIntegers.KEPT_WITH_EXACT_ACTIVATIONS) : options;
        }
        Integer size = blockSize;
        Quantization sized = size == null ? quantization : WrongUsage.in(() -> quantization.withBlockSize(size));
        Quantization chosen = sized.withScales(scales == null ? quantization.scales() : scales)
                .withSymmetric(range != null && range.symmetric)
                .withExactActivations(exactActivations);
        return options.withQuantization(headBits == null ? chosen : chosen.withHeadBits(headBits));
    }

    @Mixin
    private OutputMixin output = new OutputMixin();

    @Override
    public String kept() {
        return bundle + " is there when it is complete, not before: begin again with the same command.";
    }

    @Override
    public Integer call() {
        long start = System.nanoTime();
        output.rule("-o").requireBundle(bundle);
        boolean gguf = GgufModel.is(checkpoint);
        if (!gguf) {
            OutputMixin.requireTokenizer(checkpoint);
        }
        Bundle written = CheckpointExporter.export(checkpoint, bundle, options());
        BundleManifest model = written.manifest();
        double seconds = (System.nanoTime() - start) / 1e9;
        PrintWriter out = output.text();
        out.printf(
                Locale.ROOT,
                "%s: %s, %s, %d layers, hidden %d, vocabulary %d, context %d%n",
                bundle,
                model.architecture(),
                model.dtype(),
                model.layers(),
                model.hidden(),
                model.vocabulary(),
                model.context());
        out.printf(Locale.ROOT, "fingerprint %s, %.1f s%n", model.fingerprint(), seconds);
        output.warnOfMissing(written);
        if (!gguf && QuantizedCheckpoint.roundsActivations(Checkpoint.open(checkpoint))) {
            output.notes()
                    .println("Its config rounds activations as well (W8A8, fp8): the bundle has the weights, and its"
                            + " activations are not rounded as it says.");
        }
        output.print(() -> BundleJson.exported(checkpoint, bundle, model, seconds));
        return ExitCodes.SUCCESS;
    }
}
