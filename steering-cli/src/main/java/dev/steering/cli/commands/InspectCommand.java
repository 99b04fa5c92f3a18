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
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

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
    @Parameters(
            paramLabel = "BUNDLE|HF_DIR|MODEL.onnx|FILE",
            description = "A directory with a bundle or a checkpoint, an ONNX file, a vector or soft-prompt file.")
    private Path path = Path.of("");

    @Mixin
    private OutputMixin output = new OutputMixin();

    @Override
    public Integer call() {
        Inspection inspection = Inspector.inspect(path);
        PrintWriter out = output.text();
        InspectText.print(out, inspection);
        out.flush();
        output.print(() -> InspectJson.of(inspection));
        return ExitCodes.SUCCESS;
    }
}
