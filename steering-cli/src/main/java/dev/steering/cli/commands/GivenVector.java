package dev.steering.cli.commands;

import dev.steering.core.origin.VectorOrigin;
import dev.steering.core.origin.VectorOrigin.ImpliedUse;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.format.ReadingOptions;
import dev.steering.core.vector.format.VectorFiles;
import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;

/** A vector file that a command was given, of whatever tool; what is to be known of another tool's is said. */
final class GivenVector {
    private GivenVector() {}

    /**
     * @param file the file
     * @param layers number of layers of the model that it is used with; 0 if there is none yet
     * @param spec of the command
     * @return the vector
     */
    static SteeringVector read(Path file, int layers, CommandSpec spec) {
        VectorFiles.Opened opened = VectorFiles.open(file, layers, ReadingOptions.NONE);
        opened.remarks().forEach(remark -> OutputMixin.note(spec, file + ": " + remark));
        return opened.vector();
    }

    /**
     * The same for a vector that is going to steer: how it does unless told otherwise is said, if that is as another tool has it.
     *
     * @param file the file
     * @param layers number of layers of the model; 0 if it is not open yet
     * @param spec of the command
     * @return the vector
     */
    static SteeringVector steering(Path file, int layers, CommandSpec spec) {
        SteeringVector vector = read(file, layers, spec);
        VectorOrigin origin = vector.origin();
        ImpliedUse use = origin == null ? null : origin.use();
        if (use != null && vector.anchoring() == null) {
            OutputMixin.note(spec, file + ": " + words(use));
        }
        return vector;
    }

    /** How a tool applies a vector, which is how it is applied here, in words. */
    static String words(ImpliedUse use) {
        return "unless told otherwise it is added as its tool adds it: "
                + (use.everyPosition() ? "at every position, " : "")
                + (use.layers().isEmpty() ? "" : "after layers " + VectorOrigin.words(use.layers()) + ", ")
                + "with strength " + use.strength() + " of the rows as they are.";
    }
}
