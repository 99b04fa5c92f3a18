package dev.steering.cli.commands;

import dev.steering.core.SteeringException;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a vector file holds that is written over: a vector may replace a vector, and nobody has to find out later what it had. */
final class ReplacedVector {
    private ReplacedVector() {}

    /**
     * @param target a file that is going to be written
     * @param written what will be in it; null for nothing that a vector file has beside directions
     * @return what is lost by that, in a sentence; null if nothing is
     */
    static @Nullable String lost(Path target, @Nullable SteeringVector written) {
        SteeringVector old = old(target);
        if (old == null) {
            return null;
        }
        List<String> lost = new ArrayList<>();
        if (old.anchoring() != null && (written == null || written.anchoring() == null)) {
            lost.add("chosen layers, strength and threshold");
        }
        if (old.certificate() != null && (written == null || written.certificate() == null)) {
            lost.add("a certificate");
        }
        if (old.transitionReference() != null && (written == null || written.transitionReference() == null)) {
            lost.add("the transition reference by which SCANS tells prompts");
        }
        return lost.isEmpty()
                ? null
                : target + " was a vector file with " + String.join(", ", lost)
                        + ", which what has replaced it does not have.";
    }

    private static @Nullable SteeringVector old(Path target) {
        try {
            return Files.isRegularFile(target) ? VectorFile.read(target) : null;
        } catch (SteeringException e) {
            return null; // not one of ours
        }
    }
}
