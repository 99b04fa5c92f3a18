package dev.steering.export.instrument;

import dev.steering.core.BadFile;
import dev.steering.core.SteeringException;
import java.nio.file.Path;

/** A model that ONNX Runtime cannot run as its exporter left it: nothing that could be said about its graph would help. */
final class Unrunnable extends BadFile {
    private static final long serialVersionUID = 1;

    Unrunnable(Path model, SteeringException reason) {
        super("Cannot instrument " + model + ", which does not run as it is either: " + reason.getMessage(), reason);
    }
}
