package dev.steering.core.vector.format;

import dev.steering.core.BadRequest;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a file beside what it says. Immutable.
 *
 * @param source the tool that wrote it; null for what the file tells
 * @param keep what rows keep that were measured at one place and added at another; null for the format's own rule
 * @param firstLayer 0-based layer of an array's first row; null where the array says it, or begins at layer 0
 */
public record ReadingOptions(@Nullable Source source, @Nullable Keep keep, @Nullable Integer firstLayer) {
    /** Nothing is known beside what the file says. */
    public static final ReadingOptions NONE = new ReadingOptions(null, null, null);

    /** Refuses the layer of a first row where a file names all of its layers. */
    void requireNoLayer(Path file) {
        if (firstLayer != null) {
            throw new BadRequest(file + " says itself of which layers its rows are: leave the layer out.");
        }
    }

    /** Tools whose files look alike and do not mean the same. */
    public enum Source {
        /** vgel's repeng: measured at the output of block k, added there. */
        REPENG("repeng"),
        /** EasySteer: as repeng, and layer 0 is there. */
        EASYSTEER("EasySteer"),
        /** llama.cpp's llama-cvector-generator: measured at the output of block k - 1, added at that of block k. */
        LLAMA_CPP_GENERATOR("llama.cpp-generator"),
        /** IBM's activation-steering: measured at the output of block k, added at its input, the output of block k - 1. */
        ACTIVATION_STEERING("activation-steering");

        private final String words;

        Source(String words) {
            this.words = words;
        }

        /** The tool's name. */
        @Override
        public String toString() {
            return words;
        }
    }

    /** What a row keeps. */
    public enum Keep {
        /** It is added where its own tool adds it. */
        EFFECT,
        /** It belongs to the layer where it was measured. */
        MEANING
    }
}
