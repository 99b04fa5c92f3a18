package dev.steering.bench.workload;

import dev.steering.export.traffic.WeightTraffic;
import dev.steering.model.activation.ActivationReader;
import dev.steering.model.ort.ForwardResult;
import dev.steering.model.ort.LanguageModel;
import dev.steering.model.pass.Capture;
import dev.steering.model.pass.ForwardRequest;
import dev.steering.model.pass.LengthBatches;
import dev.steering.model.pass.PassSteering;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Activations of many short prompts at all layers, without the vocabulary head, through {@link ActivationReader} as extraction
 * reads them: of the last token of each, or captured: of three tokens, as for the harmful prompts of a contrast set. Steered
 * passes, which extraction does not need, run the same batches.
 */
final class Extraction implements Workload {
    /** Prompts of one run. */
    static final int PROMPTS = 128;

    /** Tokens of the shortest. */
    static final int SHORTEST = 10;

    /** Tokens of the longest: 13 on average. */
    static final int LONGEST = 16;

    /** Tokens of all prompts. */
    static final int TOKENS = PROMPTS * (SHORTEST + LONGEST) / 2;

    private static final int CAPTURED_TOKENS = 3;

    private final LanguageModel model;
    private final WeightTraffic weights;
    private final int batch;
    private final List<int[]> prompts;
    private final List<List<Capture>> captures;
    private final @Nullable PassSteering steering;
    private final List<double[]> sums;

    Extraction(LanguageModel model, WeightTraffic weights, int batch, Variant variant) {
        SyntheticInput input = new SyntheticInput(model.manifest());
        this.model = model;
        this.weights = weights;
        this.batch = batch;
        this.prompts = input.prompts(PROMPTS, SHORTEST, LONGEST);
        int count = variant == Variant.CAPTURED ? CAPTURED_TOKENS : 1;
        this.captures = prompts.stream().map(tokens -> last(tokens, count)).toList();
        this.steering = input.steering(variant, PROMPTS, SHORTEST / 2);
        this.sums = IntStream.range(0, model.manifest().layers())
                .mapToObj(layer -> new double[model.manifest().hidden()])
                .toList();
    }

    private static List<Capture> last(int[] tokens, int count) {
        return IntStream.range(tokens.length - count, tokens.length)
                .mapToObj(Capture::token)
                .toList();
    }

    @Override
    public void run() {
        if (steering == null) {
            ActivationReader.of(model)
                    .withBatchSize(batch)
                    .read("bench", prompts, captures, (prompt, h) -> Arrays.stream(h)
                            .forEach(layers -> {
                                for (int l = 0; l < layers.length; l++) {
                                    add(l, layers[l]);
                                }
                            }));
        } else {
            steered(steering);
        }
    }

    private void steered(PassSteering moved) {
        for (int[] rows : batches()) {
            ForwardResult result = model.forward(ForwardRequest.of(pick(prompts, rows))
                    .withSteering(of(rows, moved))
                    .withCaptures(pick(captures, rows)));
            for (int row = 0; row < rows.length; row++) {
                for (int l = 0; l < sums.size(); l++) {
                    add(l, result.captured(row, l + 1, 0));
                }
            }
        }
    }

    private static PassSteering of(int[] rows, PassSteering all) {
        return all.schedules().size() == 1 ? all : PassSteering.adding(all.added(), pick(all.schedules(), rows));
    }

    private static <T> List<T> pick(List<T> all, int[] indices) {
        return Arrays.stream(indices).mapToObj(all::get).toList();
    }

    private void add(int layer, float[] activation) {
        double[] sum = sums.get(layer);
        for (int i = 0; i < sum.length; i++) {
            sum[i] += activation[i];
        }
    }

    private List<int[]> batches() {
        return LengthBatches.of(prompts.stream().mapToInt(p -> p.length).toArray(), batch);
    }

    @Override
    public int tokens() {
        return prompts.stream().mapToInt(p -> p.length).sum();
    }

    @Override
    public int prompts() {
        return PROMPTS;
    }

    @Override
    public Cost cost() {
        return new Cost(
                Limit.COMPUTE,
                2.0 * weights.blockParameters() * tokens(),
                (double) weights.blockBytes() * batches().size());
    }
}
