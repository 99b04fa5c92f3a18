package dev.steering.core.runtime;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.steering.core.SteeringException;
import dev.steering.core.bundle.Bundle;
import dev.steering.core.bundle.BundleManifest;
import dev.steering.core.bundle.GraphContract;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An open model: a bundle's graph in ONNX Runtime.
 *
 * <p>Thread-safe: many threads may run forward passes at once, each with its own cache. The graph that can project directions
 * out is loaded when it is first needed. Close it when no pass is running.
 */
public final class LanguageModel implements AutoCloseable {
    private final Bundle bundle;
    private final RuntimeOptions options;
    private final OrtSession session;
    private final DirectionSet noDirections;
    private @Nullable OrtSession projectionSession;
    private boolean closed;

    private LanguageModel(Bundle bundle, RuntimeOptions options) {
        this.bundle = bundle;
        this.options = options;
        this.session = Sessions.open(bundle.file(bundle.manifest().graph()), options);
        this.noDirections =
                DirectionSet.zero(bundle.manifest().points(), bundle.manifest().hidden());
    }

    /**
     * @param bundle directory of a model bundle
     * @return the model on the best device with all cores
     * @throws SteeringException if it is not a bundle or ONNX Runtime cannot load it
     */
    public static LanguageModel open(Path bundle) {
        return open(Bundle.open(bundle), RuntimeOptions.defaults());
    }

    /**
     * @param bundle a model bundle
     * @param options threads and device
     * @return the model
     * @throws SteeringException if ONNX Runtime cannot load it
     */
    public static LanguageModel open(Bundle bundle, RuntimeOptions options) {
        return new LanguageModel(bundle, options);
    }

    /** @return the bundle that it was opened from */
    public Bundle bundle() {
        return bundle;
    }

    /** @return what the bundle says about the model */
    public BundleManifest manifest() {
        return bundle.manifest();
    }

    /**
     * @param rows rows of the batch
     * @param capacity positions for prompt and answer together
     * @return an empty cache; to be closed by the caller
     */
    public KeyValueCache newCache(int rows, int capacity) {
        try {
            return KeyValueCache.allocate(Sessions.environment(), manifest(), rows, capacity);
        } catch (OrtException e) {
            throw new SteeringException(
                    "Cannot allocate a cache of " + rows + " x " + capacity + ": " + e.getMessage(), e);
        }
    }

    /**
     * Runs the rows from their beginning, without a cache.
     *
     * @param request what to run and what to return
     * @return logits and captures as asked for
     * @throws SteeringException if a row is longer than the model's context
     */
    public ForwardResult forward(ForwardRequest request) {
        return run(request, null);
    }

    /**
     * Runs the rows' new tokens after what the cache holds, and adds them to it.
     *
     * @param request what to run and what to return; as many rows as the cache. With a cache that holds something, all rows
     *     have one new token, or there is one row
     * @param cache the rows' past
     * @return logits and captures as asked for
     * @throws SteeringException if a row becomes longer than the cache or the model's context
     */
    public ForwardResult forward(ForwardRequest request, KeyValueCache cache) {
        if (request.rows() != cache.rows()) {
            throw new IllegalArgumentException(request.rows() + " rows for a cache of " + cache.rows());
        }
        if (!cache.isEmpty() && request.rows() > 1 && request.width() > 1) {
            throw new IllegalArgumentException("several new tokens after a past need a batch of one row");
        }
        ForwardResult result = run(request, cache);
        for (int row = 0; row < cache.rows(); row++) {
            cache.advance(row, request.tokens().get(row).length);
        }
        return result;
    }

    private ForwardResult run(ForwardRequest request, @Nullable KeyValueCache cache) {
        BundleManifest model = manifest();
        requireRoom(request, cache);
        int positions = request.logitsPerRow();
        int captures = request.capturesPerRow();
        FloatBuffer logits = Tensors.floats(request.rows(), positions, model.vocabulary());
        FloatBuffer captured = Tensors.floats(request.rows(), model.points(), captures, model.hidden());
        try (Tensors tensors = new Tensors(Sessions.environment())) {
            Map<String, OnnxTensor> inputs = new LinkedHashMap<>();
            tensors.tokens(inputs, request, cache);
            tensors.steering(inputs, request, cache, noDirections);
            tensors.wanted(inputs, request);
            Map<String, OnnxTensor> outputs = new LinkedHashMap<>();
            if (positions > 0) {
                outputs.put(GraphContract.LOGITS, tensors.wrap(logits, request.rows(), positions, model.vocabulary()));
            }
            if (captures > 0 || positions == 0) {
                outputs.put(
                        GraphContract.CAPTURED,
                        tensors.wrap(captured, request.rows(), model.points(), captures, model.hidden()));
            }
            if (cache == null) {
                tensors.noPast(inputs, model.signature(), request.rows());
            } else {
                inputs.putAll(cache.past());
                outputs.putAll(cache.present());
            }
            execute(sessionFor(request), inputs, outputs);
        } catch (OrtException e) {
            throw new SteeringException(
                    "The model " + model.name() + " failed on " + request.rows() + " rows of up to " + request.width()
                            + " tokens: " + e.getMessage(),
                    e);
        }
        return new ForwardResult(
                logits, positions, model.vocabulary(), captured, model.points(), captures, model.hidden());
    }

    private static void execute(OrtSession session, Map<String, OnnxTensor> inputs, Map<String, OnnxTensor> outputs)
            throws OrtException {
        // Closing the result leaves pinned outputs alone: they belong to whoever made them.
        session.run(inputs, Set.of(), outputs).close();
    }

    private void requireRoom(ForwardRequest request, @Nullable KeyValueCache cache) {
        int context = manifest().context();
        for (int row = 0; row < request.rows(); row++) {
            int tokens = request.tokens().get(row).length;
            int total = tokens + (cache == null ? 0 : cache.length(row));
            if (total > context) {
                throw new SteeringException("A sequence of " + total + " tokens does not fit the context of "
                        + manifest().name() + ", which is " + context + " tokens. Shorten the prompt or the answer.");
            }
            if (cache != null && total > cache.capacity()) {
                throw new SteeringException(
                        "A sequence of " + total + " tokens does not fit a cache of " + cache.capacity() + ".");
            }
        }
    }

    private synchronized OrtSession sessionFor(ForwardRequest request) {
        if (closed) {
            throw new IllegalStateException("the model is closed");
        }
        Steering steering = request.steering();
        if (steering == null || steering.projection() == null) {
            return session;
        }
        if (projectionSession == null) {
            projectionSession = Sessions.open(bundle.file(manifest().projectionGraph()), options);
        }
        return projectionSession;
    }

    @Override
    public synchronized void close() {
        closed = true;
        try {
            session.close();
            if (projectionSession != null) {
                projectionSession.close();
            }
        } catch (OrtException e) {
            throw new SteeringException("Cannot close the model: " + e.getMessage(), e);
        }
    }
}
