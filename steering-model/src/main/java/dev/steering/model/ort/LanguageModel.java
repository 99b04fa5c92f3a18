package dev.steering.model.ort;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.steering.core.ContextExceeded;
import dev.steering.core.ModelClosed;
import dev.steering.core.SteeringException;
import dev.steering.core.bundle.Bundle;
import dev.steering.core.bundle.BundleManifest;
import dev.steering.core.bundle.GraphSignature;
import dev.steering.model.internal.UseCount;
import dev.steering.model.ort.internal.OpenGraph;
import dev.steering.model.ort.internal.PassMemory;
import dev.steering.model.ort.internal.PassPlan;
import dev.steering.model.ort.internal.Sessions;
import dev.steering.model.pass.DirectionSet;
import dev.steering.model.pass.ForwardRequest;
import dev.steering.model.pass.LengthBatches;
import dev.steering.model.pass.RuntimeOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * An open model: a bundle's graph in ONNX Runtime.
 *
 * <p>Thread-safe: many threads may run forward passes at once, each with its own cache. The graph that can project directions
 * out is loaded when it is first needed.
 *
 * <p>It may be closed at any time. From then on it refuses new work with {@link ModelClosed}, and so do its caches; native memory
 * is freed when the last pass has ended. Only a {@link dev.steering.model.pass.Schedule} that a pass is asking cannot close it.
 */
public final class LanguageModel implements AutoCloseable {
    private final Bundle bundle;
    private final RuntimeOptions options;
    private final LoadedGraphs graphs;
    private final UseCount uses;
    private final DirectionSet noDirections;
    private final Queue<PassMemory> spare = new ConcurrentLinkedQueue<>();
    private final SpareMemory spareCaches = new SpareMemory();
    private volatile boolean cutShort;

    private LanguageModel(Bundle bundle, RuntimeOptions options) {
        this.bundle = bundle;
        this.options = options;
        this.graphs = new LoadedGraphs(bundle, options);
        this.uses = new UseCount("The model " + bundle.manifest().name(), this::free);
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

    /** @return how it is run */
    public RuntimeOptions options() {
        return options;
    }

    /** @return what the bundle says about the model */
    public BundleManifest manifest() {
        return bundle.manifest();
    }

    /**
     * @param rows rows of the batch, none if they are to be added
     * @param capacity positions for prompt and answer together
     * @return an empty cache; to be closed by the caller, before this model or after it
     * @throws ModelClosed if this model is closed
     */
    public KeyValueCache newCache(int rows, int capacity) {
        uses.begin();
        try {
            boolean movable = graphs.adding().ownInputs().givePositions();
            return KeyValueCache.allocate(Sessions.environment(), this, movable, rows, capacity, spareCaches);
        } finally {
            uses.end();
        }
    }

    /**
     * Runs the rows from their beginning, without a cache.
     *
     * @param request what to run and what to return
     * @return logits and captures as asked for
     * @throws ContextExceeded if a row is longer than the model's context
     */
    public ForwardResult forward(ForwardRequest request) {
        return forward(request, (ForwardResult) null);
    }

    /**
     * Runs the rows from their beginning, without a cache.
     *
     * @param request what to run and what to return
     * @param previous a result that is not needed any more, or null: if it is large enough, its memory is used again
     * @return logits and captures as asked for
     * @throws ContextExceeded if a row is longer than the model's context
     * @throws ModelClosed if this model is closed
     */
    public ForwardResult forward(ForwardRequest request, @Nullable ForwardResult previous) {
        Room.require(manifest(), request, null);
        uses.begin();
        try {
            return fresh(request, previous);
        } finally {
            uses.end();
        }
    }

    private ForwardResult fresh(ForwardRequest request, @Nullable ForwardResult previous) {
        GraphSignature signature = manifest().signature();
        List<RowGroup> groups = new ArrayList<>();
        for (int[] rows : LengthBatches.together(signature.padding(), request.tokens())) {
            PassPlan plan = PassPlan.fresh(signature.padding(), LengthBatches.pick(request.tokens(), rows));
            groups.add(RowGroup.of(rows, plan, Past.empty(signature)));
        }
        PassMemory found = spare.poll();
        PassMemory memory = found == null ? new PassMemory(Sessions.environment()) : found;
        try {
            return run(request, groups, null, memory, previous);
        } finally {
            memory.release();
            spare.add(memory);
        }
    }

    /**
     * Runs the rows' new tokens after what the cache holds, and adds them to it.
     *
     * @param request what to run and what to return; as many rows as the cache. With a cache that is updated in place and holds
     *     something, all rows have one new token, or there is one row
     * @param cache the rows' past
     * @return logits and captures as asked for
     * @throws ContextExceeded if a row becomes longer than the cache or the model's context
     */
    public ForwardResult forward(ForwardRequest request, KeyValueCache cache) {
        return forward(request, cache, null);
    }

    /**
     * Runs the rows' new tokens after what the cache holds, and adds them to it.
     *
     * @param request what to run and what to return; as many rows as the cache. With a cache that is updated in place and holds
     *     something, all rows have one new token, or there is one row
     * @param cache the rows' past
     * @param previous a result that is not needed any more, or null: if it is large enough, its memory is used again, so that a
     *     step of decoding allocates next to nothing where all rows are run together
     * @return logits and captures as asked for
     * @throws ContextExceeded if a row becomes longer than the cache or the model's context
     * @throws ModelClosed if this model is closed
     * @throws IllegalStateException if the cache is closed or another thread is using it
     */
    public ForwardResult forward(ForwardRequest request, KeyValueCache cache, @Nullable ForwardResult previous) {
        cache.requireModel(this);
        cache.enter();
        try {
            if (request.rows() != cache.rows()) {
                throw new IllegalArgumentException(request.rows() + " rows for a cache of " + cache.rows());
            }
            Room.require(manifest(), request, cache);
            return run(request, cache.groups(request), cache, cache.memory(), previous);
        } catch (OrtException e) {
            throw failed(request, e);
        } finally {
            cache.leave();
        }
    }

    private ForwardResult run(
            ForwardRequest request,
            List<RowGroup> groups,
            @Nullable KeyValueCache cache,
            PassMemory memory,
            @Nullable ForwardResult previous) {
        ForwardResult all = ForwardResult.in(previous, manifest(), request.rows(), request);
        all.steeredBy(request.steering());
        OpenGraph graph = graphs.forSteering(request.steering());
        for (RowGroup group : groups) {
            boolean whole = group.isWhole(request.rows());
            ForwardResult part = whole ? all : ForwardResult.allocate(manifest(), group.size(), request);
            try {
                run(graph, request, group, memory, part);
            } catch (OrtException e) {
                throw failed(request, e);
            }
            for (int place = 0; place < group.size() && !whole; place++) {
                if (!group.isIdle(place)) {
                    all.take(group.row(place), part, place);
                }
            }
            if (cache != null) {
                cache.advance(group, request);
            }
        }
        return all;
    }

    private void run(OpenGraph graph, ForwardRequest request, RowGroup group, PassMemory memory, ForwardResult into)
            throws OrtException {
        memory.begin(graph);
        graph.ownInputs().feed(group.plan(), memory);
        SteeringInputs steering = new SteeringInputs(request, group, graph.declared(), memory);
        steering.steering(noDirections);
        steering.wanted();
        group.past().feed(memory, group.plan().rows());
        into.pin(memory, manifest().signature().logits());
        // Not closed when it is accepted: pinned outputs belong to whoever made them, and the others are taken over.
        OrtSession.Result result =
                graph.session().run(memory.inputs(), group.past().kept(), memory.outputs(), graphs.runOptions());
        try {
            group.past().accept(result, group.plan());
        } catch (RuntimeException e) {
            result.close();
            throw e;
        }
    }

    private SteeringException failed(ForwardRequest request, OrtException e) {
        if (cutShort && uses.isClosed()) {
            return new ModelClosed("The model " + manifest().name()
                    + " was closed during this pass, which did not end in the time that was left to it.");
        }
        return new SteeringException(
                "The model " + manifest().name() + " failed on " + request.rows() + " rows of up to " + request.width()
                        + " tokens: " + e.getMessage(),
                e);
    }

    /** Begins a use of native memory: it is not freed before {@link #end}. */
    void begin() {
        uses.begin();
    }

    void end() {
        uses.end();
    }

    private void free() {
        spare.forEach(PassMemory::close);
        spare.clear();
        spareCaches.close();
        graphs.close();
    }

    /**
     * Refuses new work, waits for running passes, and frees native memory. Does nothing more when called again.
     *
     * @throws IllegalStateException if a pass of this thread is running: it would wait for itself
     */
    @Override
    public void close() {
        uses.close();
    }

    /**
     * Refuses new work and waits for running passes, but not for ever. Passes that go on after that are cut short: they end with
     * {@link ModelClosed} before their next operator, and native memory is freed when the last of them has.
     *
     * @param drain how long to wait; zero does not wait
     * @return whether all passes had ended in that time; false too if this thread was interrupted, which it then still is
     * @throws IllegalStateException if a pass of this thread is running
     */
    public boolean close(Duration drain) {
        if (uses.close(drain)) {
            return true;
        }
        cutShort = true;
        graphs.cutShort();
        return false;
    }
}
