package dev.steering.cli.commands;

import dev.steering.cli.inspect.InspectJson;
import dev.steering.cli.inspect.InspectText;
import dev.steering.cli.terminal.ExitCodes;
import dev.steering.export.inspect.Inspection;
import dev.steering.export.inspect.Inspector;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code steer inspect}. */
@Command(
        name = "inspect",
        mixinStandardHelpOptions = true,
        description = {
            "Say what something is: a bundle, a Hugging Face checkpoint, an ONNX model, a steering vector or soft",
            "prompts. Sizes, graph inputs, tokenizer, chat template and where its last token lies, fingerprint, and whether it can be steered. Nothing is",
            "loaded but headers and small files.",
            "",
            "Example:  steer inspect ~/models/Llama-3.2-1B-Instruct",
            "          steer inspect refusal.safetensors --json"
        })
public final class InspectCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Parameters(
            paramLabel = "BUNDLE|HF_DIR|MODEL.onnx|FILE",
            description = "A directory with a bundle or a checkpoint, an ONNX file, a vector or soft-prompt file.")
    private Path path = Path.of("");

    @Option(names = "--json", description = "Print the facts as one JSON document.")
    private boolean json;

    @Override
    public Integer call() {
        Inspection inspection = Inspector.inspect(path);
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(InspectJson.write(inspection));
        } else {
            InspectText.print(out, inspection);
        }
        out.flush();
        return ExitCodes.SUCCESS;
    }
}
