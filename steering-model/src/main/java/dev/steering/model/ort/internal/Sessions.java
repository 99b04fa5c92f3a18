package dev.steering.model.ort.internal;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import dev.steering.core.BadFile;
import dev.steering.core.SteeringException;
import dev.steering.model.pass.RuntimeOptions;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Opens ONNX Runtime sessions with the options that were measured to be best, on the GPU where there is one. */
public final class Sessions {
    /** Where a model that is in memory has its weights. */
    private static final String WEIGHTS_FOLDER = "session.model_external_initializers_file_folder_path";

    /** Longer than the gap between two operators of a pass, shorter than anybody's work on a prompt. */
    private static final String SPIN_MICROSECONDS = "50";

    private static final System.Logger LOG = System.getLogger("dev.steering.model");

    private static final AtomicBoolean FALLBACK_REPORTED = new AtomicBoolean();

    /** Makes a session of a graph. */
    @FunctionalInterface
    private interface Loader {
        OrtSession load(OrtEnvironment environment, SessionOptions options) throws OrtException;
    }

    private Sessions() {}

    /** ONNX Runtime's only environment. */
    public static OrtEnvironment environment() {
        return Environment.only();
    }

    public static OrtSession open(Path graph, RuntimeOptions options) {
        return open(graph, options, (environment, session) -> environment.createSession(graph.toString(), session));
    }

    /**
     * @param graph a model in memory
     * @param folder where the files are that its weights lie in
     */
    public static OrtSession open(byte[] graph, Path folder, RuntimeOptions options) {
        return open(folder, options, (environment, session) -> {
            session.addConfigEntry(WEIGHTS_FOLDER, folder.toAbsolutePath().toString());
            return environment.createSession(graph, session);
        });
    }

    private static OrtSession open(Path where, RuntimeOptions options, Loader loader) {
        long begun = System.nanoTime();
        @Nullable MemoryMap before = options.weights() == RuntimeOptions.Weights.HUGE_PAGES ? MemoryMap.now() : null;
        OrtSession opened = onAnyDevice(where, options, loader);
        if (before != null) {
            HugePages.takeNewSince(before, where);
        }
        LOG.log(
                System.Logger.Level.DEBUG,
                () -> String.format(
                        Locale.ROOT,
                        "graph %s: loaded in %.2f s",
                        where.toAbsolutePath(),
                        (System.nanoTime() - begun) / 1e9));
        return opened;
    }

    private static OrtSession onAnyDevice(Path where, RuntimeOptions options, Loader loader) {
        OrtEnvironment environment = environment();
        if (options.device() == RuntimeOptions.Device.AUTO
                && OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA)) {
            try {
                return open(environment, loader, options, true);
            } catch (OrtException e) {
                reportFallback(e);
            }
        }
        try {
            return open(environment, loader, options, false);
        } catch (OrtException e) {
            throw new BadFile(
                    "ONNX Runtime cannot load " + where + ": " + reason(e) + ". "
                            + (e.getCode() == OrtException.OrtErrorCode.ORT_NOT_IMPLEMENTED
                                    ? "This build of ONNX Runtime does not have that operator for these types on this device."
                                    : "Is the bundle complete? Export it again if in doubt."),
                    e);
        }
    }

    /** A session on the CPU that leaves the graph as it is: for looking at it, not for speed. */
    public static OrtSession openAsIs(Path graph) throws OrtException {
        try (SessionOptions session = new SessionOptions()) {
            session.setOptimizationLevel(OptLevel.NO_OPT);
            return environment().createSession(graph.toString(), session);
        }
    }

    /**
     * @param what what it runs, for the message
     * @throws SteeringException if ONNX Runtime cannot free it
     */
    public static void close(OrtSession session, Object what) {
        try {
            session.close();
        } catch (OrtException e) {
            throw new SteeringException("Cannot close " + what + ": " + reason(e) + ".", e);
        }
    }

    /** What ONNX Runtime says: the first line, without what it puts before and without the full stop. */
    public static String reason(OrtException e) {
        String line = String.valueOf(e.getMessage()).lines().findFirst().orElse("no reason given");
        return line.replaceFirst("^Error code - \\w+ - message: ", "").replaceFirst("[.\\s]+$", "");
    }

    private static OrtSession open(OrtEnvironment environment, Loader loader, RuntimeOptions options, boolean cuda)
            throws OrtException {
        try (SessionOptions session = new SessionOptions()) {
            session.setOptimizationLevel(OptLevel.ALL_OPT);
            if (options.threads() > 0) {
                session.setIntraOpNumThreads(options.threads());
            }
            // Threads that spin for long take the cores from others on shared machines; those that never do are put to
            // sleep between any two operators, which costs a fifth of decoding. docs/performance-log.md has both.
            session.addConfigEntry("session.intra_op.allow_spinning", "1");
            session.addConfigEntry("session.intra_op.spin_duration_us", SPIN_MICROSECONDS);
            if (options.weights() == RuntimeOptions.Weights.MAPPED) {
                session.addConfigEntry("session.disable_prepacking", "1");
            }
            if (cuda) {
                session.addCUDA(0);
            }
            return loader.load(environment, session);
        }
    }

    private static void reportFallback(OrtException e) {
        if (!FALLBACK_REPORTED.getAndSet(true)) {
            LOG.log(System.Logger.Level.WARNING, "running on the CPU, the GPU cannot be used: " + reason(e));
        }
    }
}
