package dev.steering.bench.workload;

import dev.steering.export.traffic.WeightTraffic;
import dev.steering.model.ort.KeyValueCache;
import dev.steering.model.ort.LanguageModel;
import dev.steering.model.pass.Capture;
import dev.steering.model.pass.ForwardRequest;
import java.util.List;

/** The prompt of one row into an empty cache, with the logits of its last token: what comes before the first word. */
final class PrefillWorkload implements Workload {
    private final LanguageModel model;
    private final int tokens;
    private final KeyValueCache cache;
    private final ForwardRequest request;
    private final WeightTraffic weights;

    PrefillWorkload(LanguageModel model, WeightTraffic weights, int tokens, Variant variant) {
        SyntheticInput input = new SyntheticInput(model.manifest());
        this.model = model;
        this.weights = weights;
        this.tokens = tokens;
        this.cache = model.newCache(1, tokens);
        ForwardRequest plain = ForwardRequest.of(input.rows(1, tokens))
                .withLastLogits()
                .withSteering(input.steering(variant, 1, tokens / 2));
        this.request =
                variant == Variant.CAPTURED ? plain.withCaptures(List.of(List.of(Capture.token(tokens - 1)))) : plain;
    }

    @Override
    public void run() {
        cache.rewind(0, 0);
        model.forward(request, cache);
    }

    @Override
    public int tokens() {
        return tokens;
    }

    @Override
    public int prompts() {
        return 1;
    }

    @Override
    public Cost cost() {
        return new Cost(Limit.COMPUTE, 2.0 * weights.blockParameters() * tokens, weights.bytes());
    }

    @Override
    public void close() {
        cache.close();
    }
}
