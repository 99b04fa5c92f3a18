package dev.steering.cli.commands;

import dev.steering.cli.demo.Demo;
import dev.steering.cli.json.DemoJson;
import dev.steering.cli.terminal.ExitCodes;
import dev.steering.cli.terminal.LongWork;
import dev.steering.cli.terminal.ProgressBar;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code steer demo}. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description = {
            "The whole path on the embedded demo model: export, extract, anchor the layers, chart, and the table of refusal",
            "rates on held-out prompts: over-refusal and harmful refusal side by side.",
            "",
            "Example:  steer demo -o steer-demo"
        })
public final class DemoCommand implements Callable<Integer>, LongWork {
    @Option(names = "-o", paramLabel = "DIR", description = "Directory for everything it makes. Default: steer-demo.")
    private Path directory = Path.of("steer-demo");

    @Mixin
    private OutputMixin output = new OutputMixin();

    @Override
    public String kept() {
        return "What is done so far is in " + directory + "; the same command begins again and writes over it.";
    }

    @Override
    public Integer call() {
        Demo.Result result = new Demo(directory, output.text(), output.notes(), ProgressBar.onTerminal()).run();
        output.print(() -> DemoJson.of(result));
        return ExitCodes.SUCCESS;
    }
}
