package dev.steering.model.ort.internal;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import dev.steering.core.SteeringException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** ONNX Runtime's environment, of which a process has one: made here and nowhere else, when it is first needed. */
final class Environment {
    /** A class of its own: the thread that makes it needs this one to be initialised. */
    private static final class Holder {
        static final OrtEnvironment ONLY = make();

        private Holder() {}
    }

    private static final long STACK = 4L << 20;

    private static final long STACK_PER_BYTE = 1L << 10;

    private Environment() {}

    static OrtEnvironment only() {
        return Holder.ONLY;
    }

    /**
     * On Linux, ONNX Runtime 1.29 matches the process's command line with a recursive regular expression, for reports to its makers. It
     * needs about 260 bytes of stack for each byte of the line, and ends the process where a class path on the command line is too
     * long for the stack: so it gets a stack that is large enough.
     */
    private static OrtEnvironment make() {
        CompletableFuture<OrtEnvironment> made = new CompletableFuture<>();
        Thread thread =
                new Thread(null, () -> create(made), "onnxruntime-start", STACK + STACK_PER_BYTE * commandLine());
        thread.setDaemon(true);
        thread.start();
        try {
            return made.join();
        } catch (CompletionException e) {
            throw new SteeringException("ONNX Runtime cannot be started: " + e.getCause() + ".", e.getCause());
        }
    }

    private static void create(CompletableFuture<OrtEnvironment> made) {
        try {
            // Its errors reach us as exceptions: it need not log them too.
            OrtEnvironment environment =
                    OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, "steering");
            environment.setTelemetry(false);
            made.complete(environment);
        } catch (OrtException | RuntimeException | LinkageError e) {
            made.completeExceptionally(e);
        }
    }

    /** Bytes of the command line; 0 where the system does not tell. */
    private static long commandLine() {
        try {
            return Files.readAllBytes(Path.of("/proc/self/cmdline")).length;
        } catch (IOException | SecurityException e) {
            return 0;
        }
    }
}
