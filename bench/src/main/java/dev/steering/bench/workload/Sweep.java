package dev.steering.bench.workload;

import dev.steering.core.generation.Logits;
import dev.steering.core.runtime.ForwardRequest;
import dev.steering.core.runtime.ForwardResult;
import dev.steering.core.runtime.KeyValueCache;
import dev.steering.core.runtime.LanguageModel;
import dev.steering.core.runtime.Steering;
import dev.steering.export.instrument.WeightTraffic;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Eight strengths for each of 64 short prompts: 512 texts in one batch, every row with its own coefficient. Every prompt is read once,
 * up to its last token, and what is held of it is copied for its eight rows.
 *
 * <p>What it is compared with, {@link Variant#PLAIN}, is the writing alone: the same rows, not steered, their prompts read beforehand.
 */
final class Sweep implements Workload {
    static final int STRENGTHS = 8;
    static final int PROMPTS = 64;
    static final int SHORTEST = 10;
    static final int LONGEST = 16;

    /** Tokens written per row and run. */
    static final int STEPS = 16;

    private final LanguageModel model;
    private final WeightTraffic weights;
    private final List<int[]> beginnings;
    private final List<int[]> last = new ArrayList<>();
    private final KeyValueCache read;
    private final KeyValueCache cache;
    private final @Nullable Steering steering;
    private final float[] logits;
    private @Nullable ForwardResult result;

    Sweep(LanguageModel model, WeightTraffic weights, Variant variant) {
        SyntheticInput input = new SyntheticInput(model.manifest());
        List<int[]> prompts = input.prompts(PROMPTS, SHORTEST, LONGEST);
        this.model = model;
        this.weights = weights;
        this.beginnings = prompts.stream()
                .map(prompt -> Arrays.copyOf(prompt, prompt.length - 1))
                .toList();
        for (int row = 0; row < PROMPTS * STRENGTHS; row++) {
            int[] prompt = prompts.get(row / STRENGTHS);
            last.add(new int[] {prompt[prompt.length - 1]});
        }
        this.read = model.newCache(0, LONGEST);
        this.cache = model.newCache(0, LONGEST + STEPS);
        this.steering = input.steering(variant, last.size(), 0);
        this.logits = new float[model.manifest().vocabulary()];
        readPrompts();
    }

    private void readPrompts() {
        read.reset(PROMPTS);
        result = model.forward(ForwardRequest.of(beginnings), read, result);
        cache.reset(0);
        cache.append(
                read,
                IntStream.range(0, last.size()).map(row -> row / STRENGTHS).toArray());
    }

    @Override
    public void run() {
        if (steering != null) {
            readPrompts();
        } else {
            for (int row = 0; row < last.size(); row++) {
                cache.rewind(row, beginnings.get(row / STRENGTHS).length);
            }
        }
        List<int[]> next = last.stream().map(int[]::clone).toList();
        for (int step = 0; step < STEPS; step++) {
            ForwardResult now =
                    model.forward(ForwardRequest.of(next).withSteering(steering).withLastLogits(), cache, result);
            result = now;
            for (int row = 0; row < next.size(); row++) {
                now.logits(row, 0, logits);
                next.get(row)[0] = Logits.argmax(logits);
            }
        }
    }

    @Override
    public int tokens() {
        return last.size() * STEPS;
    }

    @Override
    public int prompts() {
        return 0;
    }

    @Override
    public Cost cost() {
        double written = 2.0 * weights.parameters() * tokens();
        int passes = STEPS;
        double reading = 0;
        if (steering != null) {
            reading = 2.0
                    * weights.blockParameters()
                    * beginnings.stream().mapToInt(prompt -> prompt.length).sum();
            passes++;
        }
        return new Cost(Limit.COMPUTE, written + reading, (double) weights.bytes() * passes);
    }

    @Override
    public void close() {
        read.close();
        cache.close();
    }
}
