package dev.steering.model.ort.internal;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.steering.core.BadFile;
import dev.steering.core.bundle.GraphSignature;
import dev.steering.core.bundle.GraphSignature.CacheMode;
import dev.steering.core.bundle.GraphSignature.Padding;
import dev.steering.core.bundle.GraphSignature.Role;
import dev.steering.model.pass.RuntimeOptions;
import java.nio.file.Path;
import java.util.Set;

/**
 * A graph that ONNX Runtime has loaded. Thread-safe.
 *
 * @param file where it was loaded from
 * @param session the session
 * @param ownInputs feeds the inputs that are neither steering nor cache
 * @param declared names of all inputs that it has
 */
public record OpenGraph(Path file, OrtSession session, GraphInputs ownInputs, Set<String> declared)
        implements AutoCloseable {
    public static OpenGraph open(Path file, GraphSignature signature, RuntimeOptions options) {
        requireSupported(file, signature);
        OrtSession session = Sessions.open(file, options);
        try {
            return new OpenGraph(
                    file, session, GraphInputs.of(signature, session), Set.copyOf(session.getInputNames()));
        } catch (OrtException e) {
            throw new BadFile("Cannot read the inputs of " + file + ": " + Sessions.reason(e) + ".", e);
        }
    }

    private static void requireSupported(Path file, GraphSignature signature) {
        if (signature.input(Role.TOKEN_IDS) == null) {
            throw new BadFile("The signature of " + file + " names no input for token ids. Found " + signature.inputs()
                    + ". Make the bundle again.");
        }
        if (signature.cache().mode() == CacheMode.IN_PLACE && signature.padding() == Padding.LEFT) {
            throw new BadFile("The signature of " + file + " has a cache that is updated in place and rows padded"
                    + " on the left. Such a cache begins with a row's first token: pad on the right, or not at all.");
        }
    }

    @Override
    public void close() {
        Sessions.close(session, file);
    }
}
