package dev.steering.core.bundle;

import dev.steering.core.safetensors.DType;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How one graph wants to be fed beside the steering contract: every exporter names, types and pads differently. Read from the
 * graph when a bundle is made, never guessed when it is run. Immutable and thread-safe.
 *
 * @param inputs the inputs that are neither steering nor cache, in the graph's order
 * @param logits name of the output with logits; {@code f32[B,J,V]} whatever the graph's own precision
 * @param cache the key/value cache
 * @param padding where rows that are shorter than the longest are filled up
 */
public record GraphSignature(List<Input> inputs, String logits, Cache cache, Padding padding) {
    public GraphSignature {
        inputs = List.copyOf(inputs);
        Present.require("logits", logits);
        Present.require("cache", cache);
        Present.require("padding", padding);
    }

    /** What an input is for. */
    public enum Role {
        /** The new tokens, {@code [B,S]}. */
        TOKEN_IDS,
        /** 1 for every real token, past ones included, 0 for padding: {@code [B,T]}. */
        ATTENTION_MASK,
        /** 0-based positions of the new tokens, {@code [B,S]}; padding has 1. */
        POSITION_IDS,
        /** 0-based indices of the new tokens in the cache, {@code [S]}. */
        CACHE_POSITION,
        /** Segment of every new token, {@code [B,S]}: all 0. */
        TOKEN_TYPE_IDS,
        /** Whether a merged decoder takes its branch with a past: one boolean. */
        USE_CACHE_BRANCH,
        /** How many last positions get logits; 0 for all. */
        LOGITS_TO_KEEP
    }

    /** Where short rows are filled up. */
    public enum Padding {
        /** Before the tokens: rows end together. */
        LEFT,
        /** After the tokens: rows begin together. */
        RIGHT,
        /** The graph does not tell padding from tokens: rows of different lengths have to be run apart. */
        NONE
    }

    /** How the cache gets from one pass to the next. */
    public enum CacheMode {
        /** There is none: everything is computed again. */
        NONE,
        /** The same memory is past and present, with room for all that is to come; the graph is told lengths. */
        IN_PLACE,
        /** Present is past and the new tokens, one after the other, in new memory. */
        GROWING
    }

    /**
     * An input.
     *
     * @param name its name
     * @param role what it is for
     * @param type element type, e.g. {@code I64}
     * @param rank number of axes; 0 for a scalar
     */
    public record Input(String name, Role role, DType type, int rank) {
        /** @throws IllegalArgumentException if something is missing, or the rank is negative */
        public Input {
            Present.require("name", name);
            Present.require("role", role);
            Present.require("type", type);
            if (rank < 0) {
                throw new IllegalArgumentException("the rank of " + name + " is " + rank);
            }
        }
    }

    /**
     * The cache.
     *
     * @param mode how it gets from pass to pass
     * @param entries its tensors, in the graph's order; empty for {@link CacheMode#NONE}
     */
    public record Cache(CacheMode mode, List<CacheEntry> entries) {
        /** No cache. */
        public static final Cache ABSENT = new Cache(CacheMode.NONE, List.of());

        /** @throws IllegalArgumentException if a cache that grows has a tensor without an axis of positions */
        public Cache {
            entries = List.copyOf(entries);
            Present.require("mode", mode);
            for (CacheEntry entry : entries) {
                if (entry.holdsState() && mode != CacheMode.IN_PLACE) {
                    throw new IllegalArgumentException(
                            entry.past() + ": expected one axis of positions, found " + entry.shape());
                }
            }
        }

        /**
         * @return whether some tensors hold what a recurrence or a convolution left behind a row's last token: then a row that is rewound is run
         *     again from its beginning
         */
        public boolean hasStates() {
            return entries.stream().anyMatch(CacheEntry::holdsState);
        }
    }

    /**
     * One tensor of the cache.
     *
     * @param past name of the input
     * @param present name of the output
     * @param type element type
     * @param shape one per axis: {@value #BATCH}, {@value #LENGTH}, a number, or {@code N*batch} for rows and heads in one
     *     axis; without {@value #LENGTH} it is a state, which holds all that came before in one piece
     */
    public record CacheEntry(String past, String present, DType type, List<String> shape) {
        /** The axis of rows. */
        public static final String BATCH = "batch";

        /** The axis of positions; one, or none in a state. */
        public static final String LENGTH = "length";

        private static final Pattern AXIS = Pattern.compile(BATCH + "|" + LENGTH + "|[0-9]{1,9}(\\*" + BATCH + ")?");

        /**
         * Copies the list and checks it.
         *
         * @throws IllegalArgumentException if there is more than one axis of positions, a state does not begin with the axis of rows, or an axis
         *     is nothing of the above
         */
        public CacheEntry {
            shape = List.copyOf(shape);
            Present.require("past", past);
            Present.require("present", present);
            Present.require("type", type);
            for (String axis : shape) {
                if (!AXIS.matcher(axis).matches()) {
                    throw new IllegalArgumentException(past + ": expected an axis " + BATCH + ", " + LENGTH
                            + ", a number of at most nine digits, or N*" + BATCH + ", found '" + axis + "'");
                }
            }
            long lengths = shape.stream().filter(LENGTH::equals).count();
            boolean state = lengths == 0 && !shape.isEmpty() && shape.get(0).equals(BATCH);
            if (lengths != 1 && !state) {
                throw new IllegalArgumentException(past + ": expected one axis of positions, found " + shape);
            }
        }

        /** @return whether it has no axis of positions */
        public boolean holdsState() {
            return !shape.contains(LENGTH);
        }

        /**
         * @param rows rows of the batch
         * @param length positions
         * @return the sizes
         */
        public long[] sizes(long rows, long length) {
            return shape.stream().mapToLong(axis -> size(axis, rows, length)).toArray();
        }

        private static long size(String axis, long rows, long length) {
            if (axis.equals(LENGTH)) {
                return length;
            }
            int times = axis.indexOf('*');
            if (times >= 0) {
                return Math.multiplyExact(Long.parseLong(axis.substring(0, times)), rows);
            }
            return axis.equals(BATCH) ? rows : Long.parseLong(axis);
        }
    }

    /**
     * @param newPadding where short rows are filled up
     * @return a copy with it
     */
    public GraphSignature withPadding(Padding newPadding) {
        return new GraphSignature(inputs, logits, cache, newPadding);
    }

    /**
     * @param role a role
     * @return the input that has it; null if the graph has none
     */
    public @Nullable Input input(Role role) {
        Optional<Input> found =
                inputs.stream().filter(input -> input.role() == role).findFirst();
        return found.orElse(null);
    }
}
