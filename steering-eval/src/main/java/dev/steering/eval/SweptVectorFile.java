package dev.steering.eval;

import dev.steering.core.BadFile;
import dev.steering.core.BadRequest;
import dev.steering.core.IoReason;
import dev.steering.core.SteeringException;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorFile;
import dev.steering.core.vector.format.VectorFiles;
import dev.steering.eval.report.SweepText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A vector file that a sweep begins with and that gets the recommended setting in place of its own. What it held is kept in the
 * sweep's directory, so that the same sweep can be run again. Immutable.
 *
 * @param file the vector's file
 * @param directory the sweep's directory, which need not be there yet
 */
public record SweptVectorFile(Path file, Path directory) {
    /**
     * @return the vector as it was before this sweep updated it
     * @throws SteeringException if it cannot be read
     */
    public SteeringVector beginning() {
        SteeringVector vector = VectorFiles.read(file);
        boolean updated = Files.exists(previous()) && Files.exists(made()) && vector.equals(VectorFile.read(made()));
        return updated ? VectorFile.read(previous()) : vector;
    }

    /**
     * @return whether it is the very file that the sweep writes, which must not be the one that it begins with
     * @throws SteeringException if that cannot be told
     */
    public boolean isMadeBySweep() {
        try {
            return Files.exists(made()) && Files.isSameFile(made(), file);
        } catch (IOException e) {
            throw new BadFile("Cannot read " + made() + ": " + IoReason.of(e) + ".", e);
        }
    }

    /**
     * Writes the recommended vector in place of the one that the sweep began with.
     *
     * @param beginning what to keep: {@link #beginning} from before the sweep
     * @param result what came of the sweep
     * @return the file that holds what was kept
     * @throws SteeringException if steering does not pay, or one of the files cannot be written
     */
    public Path update(SteeringVector beginning, SweepResult result) {
        if (!result.pays()) {
            throw new BadRequest(file + " was not updated. " + SweepText.doesNotPay(result.development())
                    + " The recommended setting is in " + result.vectorFile() + ".");
        }
        VectorFile.write(previous(), beginning);
        VectorFile.write(file, result.recommended());
        return previous();
    }

    private Path made() {
        return directory.resolve(SweepFiles.VECTOR);
    }

    private Path previous() {
        return directory.resolve(SweepFiles.PREVIOUS);
    }
}
