package dev.steering.model.ort;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession.RunOptions;
import dev.steering.core.BadFile;
import dev.steering.core.SteeringException;
import dev.steering.core.bundle.Bundle;
import dev.steering.core.bundle.GraphContract;
import dev.steering.model.ort.internal.ManifestCheck;
import dev.steering.model.ort.internal.OpenGraph;
import dev.steering.model.ort.internal.Sessions;
import dev.steering.model.pass.PassSteering;
import dev.steering.model.pass.RuntimeOptions;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of an open model: the graph that adds, and those that can also project and also gate, which are loaded when they are
 * first needed.
 * Thread-safe, but for {@link #close}, which must come after all passes.
 */
final class LoadedGraphs implements AutoCloseable {
    private final Bundle bundle;
    private final RuntimeOptions options;
    private final OpenGraph adding;
    private final RunOptions runOptions;
    private @Nullable OpenGraph projecting;
    private @Nullable OpenGraph gating;
    private boolean closed;

    LoadedGraphs(Bundle bundle, RuntimeOptions options) {
        this.bundle = bundle;
        this.options = options;
        this.adding = open(bundle.manifest().graph());
        try {
            this.runOptions = new RunOptions();
        } catch (OrtException e) {
            adding.close();
            throw new SteeringException(
                    "Cannot set up passes of " + adding.file() + ": " + Sessions.reason(e) + ".", e);
        }
    }

    private OpenGraph open(String file) {
        OpenGraph graph = OpenGraph.open(bundle.file(file), bundle.manifest().signature(), options);
        try {
            ManifestCheck.require(graph, bundle.manifest());
            return graph;
        } catch (SteeringException e) {
            graph.close();
            throw e;
        }
    }

    /** The graph that adds. */
    OpenGraph adding() {
        return adding;
    }

    /** The smallest graph that can do it. */
    OpenGraph forSteering(@Nullable PassSteering steering) {
        if (steering == null || steering.onlyAdds()) {
            return adding;
        }
        return steering.gating() == null ? projecting(steering) : gating();
    }

    private synchronized OpenGraph gating() {
        OpenGraph loaded = gating;
        if (loaded == null) {
            String file = bundle.manifest().gatedGraph();
            if (file == null) {
                throw new BadFile(
                        "The bundle " + bundle.directory() + " was made before what is written could depend on what is"
                                + " read: its manifest names no gated graph. Export or instrument the model again, which takes seconds and"
                                + " leaves vectors valid.");
            }
            loaded = open(file);
            gating = loaded;
        }
        return loaded;
    }

    private synchronized OpenGraph projecting(PassSteering steering) {
        if (projecting == null) {
            projecting = open(bundle.manifest().projectionGraph());
        }
        if (!steering.keptNorms().isEmpty() && !projecting.declared().contains(GraphContract.KEPT_NORMS)) {
            throw new BadFile("The bundle " + bundle.directory() + " was made before norms could be kept: its "
                    + bundle.manifest().projectionGraph() + " has no input '" + GraphContract.KEPT_NORMS
                    + "'. Export or instrument the model again, or steer without keeping norms.");
        }
        return projecting;
    }

    /** To be given to every pass, so that {@link #cutShort} reaches it. */
    RunOptions runOptions() {
        return runOptions;
    }

    /** Has all passes fail before their next operator. Does nothing once closed. */
    synchronized void cutShort() {
        if (closed) {
            return;
        }
        try {
            runOptions.setTerminate(true);
        } catch (OrtException e) {
            throw new SteeringException(
                    "Cannot cut passes of " + adding.file() + " short: " + Sessions.reason(e) + ".", e);
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        runOptions.close();
        try {
            adding.close();
        } finally {
            closeOthers();
        }
    }

    private synchronized void closeOthers() {
        try {
            if (projecting != null) {
                projecting.close();
            }
        } finally {
            if (gating != null) {
                gating.close();
            }
        }
    }
}
