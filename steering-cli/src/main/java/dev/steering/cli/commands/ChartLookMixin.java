package dev.steering.cli.commands;

import dev.steering.cli.terminal.WrongUsage;
import dev.steering.viz.ChartLook;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What charts are drawn for. */
final class ChartLookMixin {
    @Option(
            names = "--size",
            paramLabel = "SIZE",
            description = "screen (default), column (3.3 inches of a two-column paper), page (6.5 inches) or slide.")
    private ChartLook.Size size = ChartLook.Size.SCREEN;

    @Option(
            names = "--font-size",
            paramLabel = "POINTS",
            description = "Smallest letters, 4 to 40 points. Default: screen 12.75, column 7, page 8, slide 16.")
    private @Nullable Double fontSize;

    @Option(
            names = "--no-title",
            description = "Leave out title, the line under it and the one at the bottom: a paper's caption says these.")
    private boolean untitled;

    @Option(names = "--dark", description = "On dark paper.")
    private boolean dark;

    @Option(
            names = "--pixels",
            paramLabel = "1|2",
            converter = NumberConverters.Positive.class,
            description =
                    "Pixels of PNG pictures: 1 (default: 150 an inch for column and page) or 2 for twice as many.")
    private int pixels = 1;

    ChartLook look() {
        try {
            return new ChartLook(size, fontSize, !untitled, dark, pixels);
        } catch (IllegalArgumentException e) {
            throw new WrongUsage((pixels > 2 ? "--pixels: " : "--font-size: ") + e.getMessage());
        }
    }
}
