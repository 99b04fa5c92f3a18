package dev.steering.cli.commands;

import dev.steering.cli.terminal.ExitCodes;
import dev.steering.cli.terminal.ProgressBar;
import dev.steering.core.bundle.Bundle;
import dev.steering.core.bundle.BundleManifest;
import dev.steering.export.CheckpointExporter;
import dev.steering.export.ExportOptions;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code steer export}. */
@Command(
        name = "export",
        mixinStandardHelpOptions = true,
        description = {
            "Turn a Hugging Face checkpoint into a model bundle that can be steered.",
            "The weights are linked, not converted: 4 GB take seconds.",
            "",
            "Example:  steer export ~/models/Llama-3.2-1B-Instruct -o llama-1b"
        })
public final class ExportCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Parameters(
            paramLabel = "HF_DIR",
            description = "Checkpoint: config.json, tokenizer.json and safetensors (one file or shards).")
    private Path checkpoint = Path.of("");

    @Option(names = "-o", required = true, paramLabel = "BUNDLE", description = "Directory to write.")
    private Path bundle = Path.of("");

    @Option(
            names = "--copy-weights",
            description = "Copy the weights into the bundle, so that it can be moved to another machine.")
    private boolean copyWeights;

    @Override
    public Integer call() {
        long start = System.nanoTime();
        Bundle written = CheckpointExporter.export(
                checkpoint,
                bundle,
                ExportOptions.defaults().withCopyWeights(copyWeights).withProgress(ProgressBar.onTerminal()));
        BundleManifest model = written.manifest();
        PrintWriter out = spec.commandLine().getOut();
        out.printf(
                "%s: %s, %d layers, hidden %d, vocabulary %d, context %d%n",
                bundle, model.architecture(), model.layers(), model.hidden(), model.vocabulary(), model.context());
        out.printf("fingerprint %s, %.1f s%n", model.fingerprint(), (System.nanoTime() - start) / 1e9);
        return ExitCodes.SUCCESS;
    }
}
