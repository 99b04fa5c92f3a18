package dev.steering.cli.commands;

import dev.steering.cli.terminal.WrongUsage;
import dev.steering.core.bundle.Bundle;
import dev.steering.core.origin.VectorOrigin;
import dev.steering.core.origin.VectorOrigin.ImpliedUse;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.format.ReadingOptions;
import dev.steering.core.vector.format.VectorFiles;
import dev.steering.core.vector.format.VectorFormat;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
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
     * The same, and what another tool's does not say of its model is filled in from one.
     *
     * @param file the file
     * @param model the bundle that it is used with; whether it fits is looked at by those who use it
     * @param spec of the command
     * @return the vector
     */
    static SteeringVector of(Path file, Bundle model, CommandSpec spec) {
        int layers = model.manifest().layers();
        SteeringVector vector = read(file, layers, spec).fitted(layers);
        boolean fits =
                vector.layers() == layers && vector.hidden() == model.manifest().hidden();
        return fits ? ModelBinding.of(model).bound(vector) : vector;
    }

    /**
     * @param file a vector that something is measured of
     * @param copy where it is to be written with that; null for back into its file
     * @return where it is written
     * @throws WrongUsage if that is another tool's file, which cannot hold it
     */
    static Path target(Path file, @Nullable Path copy) {
        if (copy != null) {
            VectorTarget.requireOwn(copy);
        }
        VectorFormat format = copy == null ? VectorFiles.format(file) : null;
        if (format != null) {
            throw new WrongUsage(file + " is " + format.words()
                    + ", which does not hold what is measured of a vector: name a vector file to write with -o.");
        }
        return copy == null ? file : copy;
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
