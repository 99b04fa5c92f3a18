package dev.steering.bench.workload;

import dev.steering.export.traffic.WeightTraffic;
import dev.steering.model.decode.Logits;
import dev.steering.model.ort.ForwardResult;
import dev.steering.model.ort.KeyValueCache;
import dev.steering.model.ort.LanguageModel;
import dev.steering.model.pass.Capture;
import dev.steering.model.pass.ForwardRequest;
import dev.steering.model.pass.PassSteering;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One token after the other of one or several rows, each the most likely one, behind a prompt. */
final class Decoding implements Workload {
    /** Tokens of each row's prompt. */
    static final int PROMPT = 32;

    /** Tokens written per row and run. */
    static final int STEPS = 16;

    /** Tokens of a long prompt: with the answer, all that a context of 2,048 has room for. */
    static final int LONG_PROMPT = 2000;

    private final LanguageModel model;
    private final WeightTraffic weights;
    private final int length;
    private final List<int[]> prompts;
    private final KeyValueCache cache;
    private final @Nullable PassSteering steering;
    private final List<List<Capture>> captures;
    private final float[] logits;
    private @Nullable ForwardResult result;

    Decoding(LanguageModel model, WeightTraffic weights, int rows, int length, Variant variant) {
        SyntheticInput input = new SyntheticInput(model.manifest());
        this.model = model;
        this.weights = weights;
        this.length = length;
        this.prompts = input.rows(rows, length);
        this.cache = model.newCache(rows, length + STEPS);
        this.steering = input.steering(variant, rows, length);
        this.captures = Collections.nCopies(rows, variant == Variant.CAPTURED ? List.of(Capture.token(0)) : List.of());
        this.logits = new float[model.manifest().vocabulary()];
        model.forward(ForwardRequest.of(prompts), cache);
    }

    @Override
    public void run() {
        List<int[]> next = new ArrayList<>();
        for (int row = 0; row < prompts.size(); row++) {
            cache.rewind(row, length);
            next.add(new int[] {prompts.get(row)[0]});
        }
        for (int step = 0; step < STEPS; step++) {
            ForwardResult now = model.forward(
                    ForwardRequest.of(next)
                            .withSteering(steering)
                            .withCaptures(captures)
                            .withLastLogits(),
                    cache,
                    result);
            result = now;
            for (int row = 0; row < next.size(); row++) {
                now.logits(row, 0, logits);
                next.get(row)[0] = Logits.argmax(logits);
            }
        }
    }

    @Override
    public int tokens() {
        return prompts.size() * STEPS;
    }

    @Override
    public int prompts() {
        return 0;
    }

    @Override
    public Cost cost() {
        return new Cost(Limit.BANDWIDTH, 2.0 * weights.parameters() * tokens(), (double) weights.bytes() * STEPS);
    }

    @Override
    public void close() {
        cache.close();
    }
}
