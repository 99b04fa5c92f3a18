package dev.steering.testkit.conformance;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A runtime with one model, as {@link ConformanceSuite} asks it. Whoever wants to know whether a runtime steers rightly implements this over
 * it. Calls may come from several threads at once.
 */
public interface SteeringRuntime extends AutoCloseable {
    /** @return number of decoder blocks */
    int layers();

    /** @return width of the residual stream */
    int hidden();

    /** @return number of tokens */
    int vocabulary();

    /** @return largest difference of two numbers, relative to the largest of them or 1, that counts as rounding */
    default double tolerance() {
        return 1e-4;
    }

    /**
     * Reads whole rows in one batch.
     *
     * @param rows rows of different lengths, each with a steering of its own
     * @return what came out of each
     */
    List<Reading> read(List<Row> rows);

    /**
     * @param token a token
     * @return whether a text ends in front of it; none does unless the runtime says so
     */
    default boolean ends(int token) {
        return false;
    }

    /**
     * Writes greedily behind every row, all rows in one batch.
     *
     * @param rows rows whose tokens are all prompt, each with a steering of its own
     * @param tokens how many to write; fewer where a text {@linkplain #ends ends}
     * @return the written tokens of each row
     */
    List<int[]> write(List<Row> rows, int tokens);

    /**
     * Saves directions the way the runtime saves them, and loads them again.
     *
     * @param directions {@code [layers][hidden]}
     * @param directory an empty directory
     * @return what was loaded
     * @throws IOException if a file cannot be written or read
     */
    float[][] saveAndLoad(float[][] directions, Path directory) throws IOException;

    /** @return names of the file formats of others that it writes and reads */
    default List<String> formats() {
        return List.of();
    }

    /**
     * Writes directions in a format and reads them again.
     *
     * @param format one of {@link #formats}
     * @param directions {@code [layers][hidden]}; null for a layer without a direction
     * @param directory an empty directory
     * @return what was read; null or zeros for a layer without a direction
     * @throws IOException if a file cannot be written or read
     */
    default float[] @Nullable [] throughFormat(String format, float[] @Nullable [] directions, Path directory)
            throws IOException {
        throw new IllegalArgumentException("there is no format " + format);
    }

    @Override
    default void close() {}

    /** At which tokens directions are added. */
    enum Tokens {
        /** At all. */
        ALL,
        /** At the prompt's. */
        PROMPT,
        /** At the prompt's last and all written ones. */
        LAST_PROMPT_TOKEN_ON,
        /** At the written ones. */
        WRITTEN;

        /**
         * @param position 0-based place of a token in its row
         * @param prompt number of prompt tokens
         * @return whether directions are added there
         */
        public boolean includes(int position, int prompt) {
            return switch (this) {
                case ALL -> true;
                case PROMPT -> position < prompt;
                case LAST_PROMPT_TOKEN_ON -> position >= prompt - 1;
                case WRITTEN -> position >= prompt;
            };
        }
    }

    /**
     * What is added to the residual stream: {@code strength * directions[layer]} to the output of each block.
     *
     * @param directions {@code [layers][hidden]}; zeros where nothing is added; not copied
     * @param strength factor, with its sign
     * @param tokens at which tokens
     */
    @SuppressWarnings("ArrayRecordComponent") // made for one question
    record Push(float[][] directions, double strength, Tokens tokens) {}

    /**
     * One row of a batch.
     *
     * @param tokens its tokens; not copied
     * @param prompt how many of them are prompt, at least 1
     * @param push what is added; null for nothing
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Row(int[] tokens, int prompt, @Nullable Push push) {
        /**
         * @param newPush what is added; null for nothing
         * @return a copy with it
         */
        public Row with(@Nullable Push newPush) {
            return new Row(tokens, prompt, newPush);
        }
    }

    /**
     * What came out of a row.
     *
     * @param states output of each block behind the steering, before the final norm: {@code [layers][tokens][hidden]}
     * @param logits {@code [tokens][vocabulary]}
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Reading(float[][][] states, float[][] logits) {}
}
