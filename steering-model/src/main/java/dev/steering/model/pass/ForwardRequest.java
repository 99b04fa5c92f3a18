package dev.steering.model.pass;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One forward pass over a batch of rows: their new tokens and what is wanted of them. Immutable; the token arrays are not
 * copied and must not change.
 */
public final class ForwardRequest {
    private static final int[] NO_POSITIONS = {};
    private static final int[] FIRST_POSITION = {0};

    private final List<int[]> tokens;
    private final @Nullable PassSteering steering;
    private final List<List<Capture>> captures;
    private final List<int[]> logits;

    private ForwardRequest(
            List<int[]> tokens, @Nullable PassSteering steering, List<List<Capture>> captures, List<int[]> logits) {
        this.tokens = List.copyOf(tokens);
        this.steering = steering;
        this.captures = captures;
        this.logits = logits;
    }

    /**
     * @param tokens new tokens of every row, at least one each; rows may differ in length
     * @return a request for nothing yet
     */
    public static ForwardRequest of(List<int[]> tokens) {
        int rows = tokens.size();
        boolean complete = rows > 0;
        for (int row = 0; row < rows; row++) {
            complete &= tokens.get(row).length > 0;
        }
        if (!complete) {
            throw new IllegalArgumentException("a forward pass needs at least one row and one token in each");
        }
        return new ForwardRequest(
                tokens, null, Collections.nCopies(rows, List.of()), Collections.nCopies(rows, NO_POSITIONS));
    }

    /**
     * @param newSteering what to do to the residual stream
     * @return a copy with it
     */
    public ForwardRequest withSteering(@Nullable PassSteering newSteering) {
        return new ForwardRequest(tokens, newSteering, captures, logits);
    }

    /**
     * @param newCaptures per row, equally many
     * @return a copy that captures them
     */
    public ForwardRequest withCaptures(List<List<Capture>> newCaptures) {
        requireRectangle(newCaptures.stream().map(List::size).toList());
        return new ForwardRequest(tokens, steering, newCaptures, logits);
    }

    /**
     * @param positions per row, equally many: indices of the new tokens whose logits are wanted
     * @return a copy that computes them
     */
    public ForwardRequest withLogits(List<int[]> positions) {
        requireRectangle(positions.stream().map(p -> p.length).toList());
        return new ForwardRequest(tokens, steering, captures, positions);
    }

    /** @return a copy that computes the logits of every row's last token */
    public ForwardRequest withLastLogits() {
        List<int[]> last = new ArrayList<>(tokens.size());
        for (int[] row : tokens) {
            last.add(row.length == 1 ? FIRST_POSITION : new int[] {row.length - 1});
        }
        return new ForwardRequest(tokens, steering, captures, last);
    }

    /** @throws IllegalArgumentException if something is wanted of a token that a row does not have */
    public void requireTokens(int row) {
        int length = tokens.get(row).length;
        for (Capture capture : captures.get(row)) {
            if (capture.last() >= length) {
                throw new IllegalArgumentException(capture + " of a row of " + length + " tokens");
            }
        }
        for (int position : logits.get(row)) {
            if (position < 0 || position >= length) {
                throw new IllegalArgumentException("logits of token " + position + " of a row of " + length);
            }
        }
    }

    private void requireRectangle(List<Integer> sizes) {
        if (sizes.size() != tokens.size() || sizes.stream().distinct().count() != 1) {
            throw new IllegalArgumentException(
                    "expected equally many for each of the " + tokens.size() + " rows, found " + sizes);
        }
    }

    /** @return number of rows */
    public int rows() {
        return tokens.size();
    }

    /** @return longest row of new tokens */
    public int width() {
        int width = 0;
        for (int[] row : tokens) {
            width = Math.max(width, row.length);
        }
        return width;
    }

    public List<int[]> tokens() {
        return tokens;
    }

    @Nullable
    public PassSteering steering() {
        return steering;
    }

    public List<List<Capture>> captures() {
        return captures;
    }

    public int capturesPerRow() {
        return captures.get(0).size();
    }

    public List<int[]> logits() {
        return logits;
    }

    public int logitsPerRow() {
        return logits.get(0).length;
    }
}
