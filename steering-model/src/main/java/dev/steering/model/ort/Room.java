package dev.steering.model.ort;

import dev.steering.core.BadRequest;
import dev.steering.core.ContextExceeded;
import dev.steering.core.SteeringException;
import dev.steering.core.bundle.BundleManifest;
import dev.steering.model.pass.ForwardRequest;
import org.jspecify.annotations.Nullable;

/** Whether what a pass adds to its rows fits the model's context and the cache. */
final class Room {
    private Room() {}

    /**
     * @throws ContextExceeded if a row that matters becomes longer than the context
     * @throws SteeringException if one becomes longer than the cache
     * @throws BadRequest if a token is not in the vocabulary: a graph takes negative ones for others, counted from the end
     */
    static void require(BundleManifest model, ForwardRequest request, @Nullable KeyValueCache cache) {
        int context = model.context();
        for (int row = 0; row < request.rows(); row++) {
            if (cache != null && !cache.isLive(row)) {
                continue;
            }
            request.requireTokens(row);
            requireKnown(model, request.tokens().get(row));
            long total = request.tokens().get(row).length + (cache == null ? 0L : cache.length(row));
            if (total > context) {
                throw new ContextExceeded(
                        "A sequence of " + total + " tokens does not fit the context of " + model.name() + ", which is "
                                + context + " tokens. Shorten the prompt or the answer.",
                        Math.toIntExact(total),
                        context);
            }
            if (cache != null && total > cache.capacity()) {
                throw new ContextExceeded(
                        "A sequence of " + total + " tokens does not fit a cache of " + cache.capacity() + ".",
                        Math.toIntExact(total),
                        cache.capacity());
            }
        }
    }

    private static void requireKnown(BundleManifest model, int[] tokens) {
        for (int token : tokens) {
            if (token < 0 || token >= model.vocabulary()) {
                throw new BadRequest("There is no token " + token + " in the vocabulary of " + model.name()
                        + ", which has 0 to " + (model.vocabulary() - 1)
                        + ". Does the tokenizer belong to the model?");
            }
        }
    }
}
