package dev.steering.cli.commands;

import dev.steering.cli.terminal.WrongUsage;
import dev.steering.core.vector.Anchoring;
import dev.steering.core.vector.Calibration;
import dev.steering.core.vector.VectorScale;
import dev.steering.eval.sweep.LayerSet;
import dev.steering.eval.sweep.OperatingRule;
import dev.steering.eval.sweep.SweepGrid;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a sweep tries, and how it chooses. */
final class GridMixin {
    @Option(
            names = "--layers",
            paramLabel = "LAYERS",
            converter = LayerList.Converter.class,
            description = "A set of layers to steer together, such as 10-20 or 3,5. Can be given several times."
                    + " Default: the vector file's.")
    private List<LayerList> layers = List.of();

    @Option(
            names = "--alphas",
            paramLabel = "A",
            split = ",",
            description =
                    "Strengths, separated by commas. Default: the vector file's times 0.25, 0.5, 0.75, 1, 1.25, 1.5.")
    private List<Double> alphas = List.of();

    @Option(
            names = "--thresholds",
            paramLabel = "T",
            split = ",",
            description =
                    "Thresholds of the classifier, separated by commas. Default: every cut point of the development"
                            + " prompts' scores, and the vector file's own. Thresholds cost no decoding.")
    private List<Double> thresholds = List.of();

    @Option(
            names = "--classifier-layers",
            paramLabel = "LAYERS",
            converter = LayerList.AutoConverter.class,
            description = "Layers whose cosines SCANS averages; auto: for every layer set from its first layer to the"
                    + " model's last, as the paper does. Default: the vector file's.")
    private @Nullable LayerList classifier;

    @Option(
            names = "--scale",
            paramLabel = "SCALE",
            description = "What strengths multiply: unit or raw directions." + " Default: the vector file's.")
    private @Nullable VectorScale scale;

    @Option(
            names = "--harmful-weight",
            paramLabel = "W",
            description = "What an answered harmful prompt costs, in refused harmless ones. Default: 2.")
    private double harmfulWeight = OperatingRule.DEFAULT_HARMFUL_WEIGHT;

    OperatingRule rule() {
        return new OperatingRule(harmfulWeight);
    }

    VectorScale scale(Anchoring anchoring) {
        return scale != null ? scale : anchoring.scale();
    }

    /**
     * @param anchoring what is not given
     * @param modelLayers layers of the model
     */
    SweepGrid grid(Anchoring anchoring, int modelLayers) {
        if (scale != null && scale != anchoring.scale() && alphas.isEmpty()) {
            throw new WrongUsage("The vector file's strength is for " + name(anchoring.scale())
                    + " directions: give --alphas with --scale " + name(scale) + ".");
        }
        List<List<Integer>> sets = layers.isEmpty()
                ? List.of(anchoring.steeringLayers())
                : layers.stream().map(LayerList::layers).toList();
        SweepGrid grid = new SweepGrid(
                sets.stream()
                        .map(set -> layerSet(set, anchoring.calibration(), modelLayers))
                        .toList(),
                alphas.isEmpty() ? SweepGrid.strengthsAround(anchoring.alpha()) : alphas,
                thresholds);
        grid.requireLayers(modelLayers);
        return grid;
    }

    private static String name(VectorScale scale) {
        return scale == VectorScale.UNIT ? "unit" : "raw";
    }

    private LayerSet layerSet(List<Integer> steering, Calibration calibration, int modelLayers) {
        List<Integer> looked = calibration.classifierLayers();
        if (classifier != null) {
            looked = classifier.isAuto() ? LayerSet.classifierOfThePaper(steering, modelLayers) : classifier.layers();
        }
        return LayerSet.of(steering, looked, calibration);
    }
}
