package dev.steering.model.ort;

import ai.onnxruntime.OrtException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * For models of which what is held of a row is good for some lengths alone: a pass that needs it at another length runs all rows again
 * from their beginning, so that decoding with a cache equals decoding without one.
 *
 * <ul>
 *   <li>Models that turn all of a row by other rotary frequencies as soon as it is longer than a boundary (LongRoPE), as
 *       transformers' {@code generate} does it.
 *   <li>Models with states of a recurrence or a convolution, which stand for all that came before a position, and for no other one.
 * </ul>
 */
final class RestartingContents implements CacheContents {
    private final CacheContents contents;
    private final int boundary;
    private int[][] held;
    private final BitSet beyond = new BitSet();
    private final boolean states;

    /** At which length the states of each row are; {@link #UNKNOWN} while a pass is changing them, and if it failed. */
    private int[] at;

    private static final int UNKNOWN = -1;

    /**
     * @param boundary tokens of the longest row that is turned by the frequencies of short rows
     * @param states whether there are states
     */
    RestartingContents(CacheContents contents, int boundary, boolean states, int rows) {
        this.contents = contents;
        this.boundary = boundary;
        this.states = states;
        this.held = new int[rows][0];
        this.at = new int[rows];
    }

    @Override
    public List<RowGroup> groups(List<int[]> tokens, CacheRows rows) throws OrtException {
        boolean stale =
                Arrays.stream(rows.live()).anyMatch(row -> isStale(row, rows.length(row), tokens.get(row).length));
        if (!stale) {
            List<RowGroup> groups = contents.groups(tokens, rows);
            Arrays.fill(at, UNKNOWN);
            return groups;
        }
        List<int[]> whole = new ArrayList<>(tokens);
        for (int row : rows.live()) {
            whole.set(row, TokenContents.join(held[row], rows.length(row), tokens.get(row)));
        }
        List<RowGroup> groups = contents.groups(whole, rows.emptied()).stream()
                .map(group -> group.withOffsets(rows.lengths(group.rows())))
                .toList();
        Arrays.fill(at, UNKNOWN);
        return groups;
    }

    private boolean isStale(int row, int length, int added) {
        return length > 0 && (beyond.get(row) != length + added > boundary || (states && at[row] != length));
    }

    @Override
    public void rewind(int row, int from, int to) {
        contents.rewind(row, from, to);
    }

    @Override
    public void advance(int row, int length, int[] tokens) {
        contents.advance(row, length, tokens);
        held[row] = TokenContents.join(held[row], length, tokens);
        beyond.set(row, length + tokens.length > boundary);
        at[row] = length + tokens.length;
    }

    @Override
    public void reset(int rows) {
        contents.reset(rows);
        held = new int[rows][0];
        at = new int[rows];
        beyond.clear();
    }

    @Override
    public void remove(int row, CacheRows rows) {
        contents.remove(row, rows);
        int last = rows.count() - 1;
        held[row] = held[last];
        beyond.set(row, beyond.get(last));
        at[row] = at[last];
    }

    @Override
    public void append(CacheContents other, int[] sources, CacheRows otherRows, CacheRows rows) throws OrtException {
        RestartingContents from = (RestartingContents) other;
        contents.append(from.contents, sources, otherRows, rows);
        int first = rows.count();
        held = Arrays.copyOf(held, Math.max(held.length, first + sources.length));
        at = Arrays.copyOf(at, held.length);
        for (int i = 0; i < sources.length; i++) {
            held[first + i] = from.held[sources[i]];
            beyond.set(first + i, from.beyond.get(sources[i]));
            at[first + i] = from.at[sources[i]];
        }
    }

    @Override
    public boolean joins() {
        return contents.joins();
    }

    @Override
    public void close() {
        contents.close();
    }
}
