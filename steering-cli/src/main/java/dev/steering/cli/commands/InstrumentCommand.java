package dev.steering.cli.commands;

import dev.steering.cli.json.BundleJson;
import dev.steering.cli.terminal.ExitCodes;
import dev.steering.cli.terminal.LongWork;
import dev.steering.cli.terminal.ProgressBar;
import dev.steering.core.bundle.BundleManifest;
import dev.steering.core.bundle.CountedLayers;
import dev.steering.core.bundle.GraphSignature;
import dev.steering.export.instrument.InstrumentOptions;
import dev.steering.export.instrument.Instrumenter;
import dev.steering.export.instrument.signature.Overrides;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code steer instrument}. */
@Command(
        name = "instrument",
        mixinStandardHelpOptions = true,
        description = {
            "Make an ONNX decoder that somebody else exported readable and steerable.",
            "Finds the residual stream in the data flow, whatever the names, adds steering and capture, and shows by running",
            "that nothing else changed. Weights are not touched: external ones are linked.",
            "",
            "Example:  steer instrument qwen2.5-0.5b/onnx/model.onnx -o qwen"
        })
public final class InstrumentCommand implements Callable<Integer>, LongWork {
    @Parameters(
            paramLabel = "MODEL.onnx",
            description = "Decoder of Optimum, onnxruntime-genai, PyTorch, transformers.js, ...")
    private Path model = Path.of("");

    @Option(names = "-o", required = true, paramLabel = "BUNDLE", description = "Directory to write.")
    private Path bundle = Path.of("");

    @Option(
            names = "--tokenizer",
            paramLabel = "DIR",
            description =
                    "Directory with tokenizer.json, tokenizer_config.json and config.json. Default: the model's own; of"
                            + " a folder named onnx, the one above as well.")
    private @Nullable Path tokenizer;

    @Option(
            names = "--points",
            paramLabel = "FILE",
            description =
                    "JSON with what the rules do not find: {\"points\": [\"embedding output\", \"output of layer 0\","
                            + " ...]}; further keys: inputs, logits, padding, key_value_heads, head_size.")
    private @Nullable Path points;

    @Option(
            names = "--copy-weights",
            description = "Copy external weights into the bundle, so that it can be moved to another machine.")
    private boolean copyWeights;

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
        Overrides overrides = points == null ? Overrides.none() : Overrides.read(points);
        Instrumenter.Result result = Instrumenter.instrument(
                model,
                bundle,
                InstrumentOptions.defaults()
                        .withTokenizer(tokenizer)
                        .withOverrides(overrides)
                        .withCopyWeights(copyWeights)
                        .withProgress(ProgressBar.onTerminal()));
        double seconds = (System.nanoTime() - start) / 1e9;
        print(result, seconds);
        output.warnOfMissing(result.bundle());
        output.print(() -> BundleJson.instrumented(model, bundle, result, seconds));
        return ExitCodes.SUCCESS;
    }

    private void print(Instrumenter.Result result, double seconds) {
        PrintWriter out = output.text();
        BundleManifest manifest = result.bundle().manifest();
        GraphSignature signature = manifest.signature();
        for (int p = 0; p < result.points().size(); p++) {
            String what = p == 0 ? "embedding" : "layer " + (p - 1);
            out.printf(Locale.ROOT, "%-10s %s%n", what, result.points().get(p));
        }
        out.printf(
                Locale.ROOT,
                "%s: %s, %s, %d layers, hidden %d, vocabulary %d%s%n",
                bundle,
                manifest.architecture(),
                manifest.dtype(),
                manifest.layers(),
                manifest.hidden(),
                manifest.vocabulary(),
                result.branches() > 1 ? ", " + result.branches() + " branches" : "");
        out.printf(
                Locale.ROOT,
                "cache %s, padding %s%n",
                signature.cache().mode().name().toLowerCase(Locale.ROOT).replace('_', ' '),
                signature.padding().name().toLowerCase(Locale.ROOT));
        out.printf(
                Locale.ROOT,
                "verified: unsteered logits, a push at every point, rows of different lengths, cached decoding%n");
        CountedLayers evidence = manifest.layerEvidence();
        if (evidence != null) {
            out.printf(Locale.ROOT, "layers: %s%n", evidence.describe());
        }
        out.printf(Locale.ROOT, "fingerprint %s, %.1f s%n", manifest.fingerprint(), seconds);
    }
}
