package dev.steering.cli.commands;

import dev.steering.cli.json.ReportPageJson;
import dev.steering.cli.report.ReportInputs;
import dev.steering.cli.terminal.ExitCodes;
import dev.steering.core.AtomicFiles;
import dev.steering.core.files.FileMark;
import dev.steering.viz.ChartWindow;
import dev.steering.viz.page.ReportPage;
import java.awt.Desktop;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code steer report}. */
@Command(
        name = "report",
        mixinStandardHelpOptions = true,
        description = {
            "Make one page of what other commands have left: which layers, how sure, what strength, what steering does and",
            "costs, on what data; charts, tables, a slider over the strengths that were tried, and every answer before and",
            "after. The page is one file that loads nothing. Needs no model.",
            "",
            "It holds the prompts and answers of the runs: whoever gets it can read them.",
            "",
            "Example:  steer report refusal.safetensors evaluation -o report.html"
        })
public final class ReportCommand implements Callable<Integer> {
    /** What a report may replace. */
    static final FileMark PAGE = FileMark.beginning("a page", "<!DOCTYPE html>", "<!doctype html>", "<html");

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Parameters(
            arity = "1..*",
            paramLabel = "FILE|DIR",
            description =
                    "Vector files, and directories of 'steer eval', 'steer sweep', 'steer compare' and 'steer demo'.")
    private List<Path> inputs = List.of();

    @Option(names = "-o", required = true, paramLabel = "FILE", description = "The page, such as report.html.")
    private Path file = Path.of("");

    @Option(names = "--title", paramLabel = "TEXT", description = "The page's title. Default: of the model's name.")
    private @Nullable String title;

    @Option(names = "--open", description = "Open the page in a browser, where there is one.")
    private boolean open;

    @Mixin
    private OutputRuleMixin outputs = new OutputRuleMixin();

    @Mixin
    private OutputMixin output = new OutputMixin();

    @Override
    public Integer call() {
        outputs.rule("-o").requireFile(file, PAGE);
        ReportInputs read = ReportInputs.read(inputs, path -> GivenVector.read(path, 0, spec));
        ReportPage page = new ReportPage(
                title == null ? "Steering report: " + read.model() : title,
                read.vectors(),
                read.runs(),
                List.of(GivenCommand.line(spec)),
                spec.root().version()[0]);
        byte[] bytes = page.html().getBytes(StandardCharsets.UTF_8);
        AtomicFiles.write(file, out -> out.write(bytes));
        page.verdict().forEach((question, answer) -> output.text().println(question + " " + answer));
        output.text().flush();
        output.print(() -> ReportPageJson.of(file, bytes.length, page));
        output.notes().println("written to " + file);
        if (open) {
            show();
        }
        return ExitCodes.SUCCESS;
    }

    private void show() {
        try {
            if (ChartWindow.hasDisplay()
                    && Desktop.isDesktopSupported()
                    && Desktop.getDesktop().isSupported(Desktop.Action.BROWSE)) {
                Desktop.getDesktop().browse(file.toAbsolutePath().toUri());
                return;
            }
        } catch (IOException | UnsupportedOperationException e) {
            // Said below.
        }
        OutputMixin.note(
                spec,
                "no browser could be started here: open "
                        + file.toAbsolutePath().normalize() + " in one.");
    }
}
