package dev.steering.cli.commands;

import dev.steering.cli.json.VectorCompareJson;
import dev.steering.cli.terminal.ExitCodes;
import dev.steering.core.arithmetic.VectorComparison;
import dev.steering.core.vector.LayerStatistics;
import dev.steering.core.vector.ModelCheck;
import dev.steering.core.vector.SteeringVector;
import dev.steering.viz.Chart;
import dev.steering.viz.VectorComparisonChart;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code steer vector compare}. */
@Command(
        name = "compare",
        mixinStandardHelpOptions = true,
        description = {
            "Compare vectors layer by layer: the cosine of every two, their norms, and what was measured of them.",
            "",
            "Example:  steer vector compare a.safetensors b.safetensors --charts charts"
        })
public final class VectorCompareCommand implements Callable<Integer> {
    @Parameters(arity = "2..*", paramLabel = "VECTOR", description = "Vector files, at least two.")
    private List<Path> files = List.of();

    @Option(
            names = "--charts",
            paramLabel = "DIR",
            description = "Directory for pictures of it. Default: none are drawn.")
    private @Nullable Path charts;

    @Mixin
    private VectorModelMixin model = new VectorModelMixin();

    @Option(
            names = "--any-model",
            description = "Compare vectors of different models all the same, if their sizes agree.")
    private boolean anyModel;

    @Mixin
    private OutputMixin output = new OutputMixin();

    @Override
    public Integer call() {
        if (charts != null) {
            output.rule("--charts").requireDirectory(charts, List.of());
        }
        ModelCheck check = anyModel ? ModelCheck.ANY_MODEL : ModelCheck.SAME_MODEL;
        List<SteeringVector> vectors = model.read(files, check);
        VectorComparison comparison = VectorComparison.of(vectors, check);
        PrintWriter out = output.text();
        for (int v = 0; v < files.size(); v++) {
            out.printf(
                    Locale.ROOT,
                    "%d: %s, %s of %s%n",
                    v + 1,
                    files.get(v),
                    vectors.get(v).provenance().method(),
                    vectors.get(v).provenance().modelName());
        }
        table(out, vectors, comparison);
        List<Path> drawn = charts == null
                ? List.of()
                : write(
                        VectorComparisonChart.of(
                                files.stream().map(Path::toString).toList(), comparison),
                        charts);
        drawn.forEach(out::println);
        out.flush();
        output.print(() -> VectorCompareJson.of(files, vectors, comparison, drawn));
        return ExitCodes.SUCCESS;
    }

    private static List<Path> write(List<Chart> drawn, Path directory) {
        return drawn.stream().flatMap(chart -> chart.write(directory).stream()).toList();
    }

    private static void table(PrintWriter out, List<SteeringVector> vectors, VectorComparison comparison) {
        StringBuilder head = new StringBuilder(String.format(Locale.ROOT, "%5s", "layer"));
        comparison
                .pairs()
                .forEach(pair -> head.append(
                        String.format(Locale.ROOT, "  %9s", "cos " + (pair.first() + 1) + "," + (pair.second() + 1))));
        for (int v = 0; v < vectors.size(); v++) {
            head.append(String.format(Locale.ROOT, "  %10s", "norm " + (v + 1)));
            if (vectors.get(v).statistics() != null) {
                head.append(String.format(Locale.ROOT, "  %14s", "separability " + (v + 1)));
            }
        }
        out.println(head);
        for (int l = 0; l < vectors.get(0).layers(); l++) {
            StringBuilder row = new StringBuilder(String.format(Locale.ROOT, "%5d", l));
            for (VectorComparison.Pair pair : comparison.pairs()) {
                row.append(String.format(Locale.ROOT, "  %9.4f", pair.cosines().get(l)));
            }
            for (int v = 0; v < vectors.size(); v++) {
                row.append(String.format(
                        Locale.ROOT, "  %10.4f", comparison.norms().get(v).get(l)));
                List<LayerStatistics> statistics = vectors.get(v).statistics();
                if (statistics != null) {
                    row.append(String.format(
                            Locale.ROOT, "  %14.3f", statistics.get(l).separability()));
                }
            }
            out.println(row);
        }
    }
}
