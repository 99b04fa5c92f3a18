package dev.steering.cli.commands;

import dev.steering.cli.demo.Demo;
import dev.steering.cli.json.DemoJson;
import dev.steering.cli.report.ReportInputs;
import dev.steering.cli.terminal.ExitCodes;
import dev.steering.cli.terminal.LongWork;
import dev.steering.cli.terminal.ProgressBar;
import dev.steering.core.AtomicFiles;
import dev.steering.core.vector.VectorFile;
import dev.steering.viz.page.ReportPage;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code steer demo}. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description = {
            "The whole path on the embedded demo model: export, extract, anchor the layers, chart, and the table of refusal",
            "rates on held-out prompts: over-refusal and harmful refusal side by side; then all of it as one page.",
            "",
            "Example:  steer demo -o steer-demo"
        })
public final class DemoCommand implements Callable<Integer>, LongWork {
    private static final String REPORT = "report.html";

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

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
        GivenCommand.keep(spec, directory);
        Path page = directory.resolve(REPORT);
        ReportInputs made = ReportInputs.read(List.of(directory), VectorFile::read);
        List<String> commands = List.of(GivenCommand.line(spec));
        ReportPage report = new ReportPage(
                "Steering report: " + made.model() + ", a toy of 1.6 million parameters",
                made.vectors(),
                made.runs(),
                commands,
                spec.root().version()[0]);
        AtomicFiles.writeText(page, report.html());
        output.notes().println("Open " + page + " in a browser: what was found, on one page.");
        output.print(() -> DemoJson.of(result, page));
        return ExitCodes.SUCCESS;
    }
}
