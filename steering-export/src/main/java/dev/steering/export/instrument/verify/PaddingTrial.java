package dev.steering.export.instrument.verify;

import dev.steering.core.SteeringException;
import dev.steering.core.bundle.GraphSignature;
import dev.steering.core.bundle.GraphSignature.CacheMode;
import dev.steering.core.bundle.GraphSignature.Padding;
import dev.steering.core.bundle.GraphSignature.Role;
import dev.steering.model.ort.ForwardResult;
import dev.steering.model.ort.KeyValueCache;
import dev.steering.model.ort.LanguageModel;
import dev.steering.model.pass.Capture;
import dev.steering.model.pass.ForwardRequest;
import java.util.List;

/**
 * Finds out by trying whether a graph takes rows of different lengths: a ragged batch has to equal its rows alone, and so has what
 * follows it from the cache. Rows alone need no padding, so they are right whatever is tried.
 */
public final class PaddingTrial {
    private static final int LONG = 7;
    private static final int SHORT = 3;
    private static final int STEPS = 2;

    private final LanguageModel model;
    private final Tolerance tolerance;
    private final List<int[]> rows;

    public PaddingTrial(LanguageModel model, Tolerance tolerance) {
        this.model = model;
        this.tolerance = tolerance;
        int vocabulary = model.manifest().vocabulary();
        this.rows = List.of(SelfCheck.tokens(vocabulary, LONG, 2), SelfCheck.tokens(vocabulary, SHORT, 3));
    }

    /** What is worth trying, the likeliest first. */
    public static List<Padding> candidates(GraphSignature signature) {
        if (signature.input(Role.ATTENTION_MASK) == null) {
            return List.of(Padding.NONE);
        }
        return signature.cache().mode() == CacheMode.IN_PLACE
                ? List.of(Padding.RIGHT, Padding.NONE)
                : List.of(Padding.LEFT, Padding.RIGHT, Padding.NONE);
    }

    /**
     * @throws SteeringException if the padding that the manifest says does not fit the graph
     */
    public void run() {
        compare("a ragged batch differs from its rows alone", together(rows), alone(rows));
        try (KeyValueCache cache = model.newCache(2, LONG + STEPS);
                KeyValueCache first = model.newCache(1, LONG + STEPS);
                KeyValueCache second = model.newCache(1, LONG + STEPS)) {
            model.forward(request(rows), cache);
            model.forward(request(rows.subList(0, 1)), first);
            model.forward(request(rows.subList(1, 2)), second);
            for (int step = 0; step < STEPS; step++) {
                int[] next = {rows.get(0)[step]};
                ForwardResult both = model.forward(request(List.of(next, next)), cache);
                List<ForwardResult> each = List.of(
                        model.forward(request(List.of(next)), first), model.forward(request(List.of(next)), second));
                compare("after a ragged batch, the next token differs from its rows alone", both, each);
            }
        }
    }

    private ForwardResult together(List<int[]> tokens) {
        return model.forward(request(tokens));
    }

    private List<ForwardResult> alone(List<int[]> tokens) {
        return tokens.stream().map(row -> together(List.of(row))).toList();
    }

    private void compare(String rule, ForwardResult both, List<ForwardResult> each) {
        for (int row = 0; row < each.size(); row++) {
            tolerance.require(rule, each.get(row).logits(0, 0), both.logits(row, 0));
            for (int p = 0; p < model.manifest().points(); p++) {
                tolerance.require(rule, each.get(row).captured(0, p, 0), both.captured(row, p, 0));
            }
        }
    }

    private static ForwardRequest request(List<int[]> tokens) {
        return ForwardRequest.of(tokens)
                .withLastLogits()
                .withCaptures(tokens.stream()
                        .map(row -> List.of(Capture.token(row.length - 1)))
                        .toList());
    }
}
