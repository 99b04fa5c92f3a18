package dev.steering.model.ort;

import ai.onnxruntime.OrtException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * For models that turn all of a row by other rotary frequencies as soon as it is longer than a boundary (LongRoPE): what is held
 * of a row was turned for the length that it had. A pass after which a row is on the other side runs all rows again from
 * their beginning, as transformers' {@code generate} does, so that decoding with a cache equals decoding without one.
 */
final class RestartingContents implements CacheContents {
    private final CacheContents contents;
    private final int boundary;
    private int[][] held;
    private final BitSet beyond = new BitSet();

    /**
     * @param boundary tokens of the longest row that is turned by the frequencies of short rows
     */
    RestartingContents(CacheContents contents, int boundary, int rows) {
        this.contents = contents;
        this.boundary = boundary;
        this.held = new int[rows][0];
    }

    @Override
    public List<RowGroup> groups(List<int[]> tokens, CacheRows rows) throws OrtException {
        if (Arrays.stream(rows.live()).noneMatch(row -> isStale(row, rows.length(row), tokens.get(row).length))) {
            return contents.groups(tokens, rows);
        }
        List<int[]> whole = new ArrayList<>(tokens);
        for (int row : rows.live()) {
            whole.set(row, TokenContents.join(held[row], rows.length(row), tokens.get(row)));
        }
        return contents.groups(whole, rows.emptied()).stream()
                .map(group -> group.withOffsets(rows.lengths(group.rows())))
                .toList();
    }

    private boolean isStale(int row, int length, int added) {
        return length > 0 && beyond.get(row) != length + added > boundary;
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
    }

    @Override
    public void reset(int rows) {
        contents.reset(rows);
        held = new int[rows][0];
        beyond.clear();
    }

    @Override
    public void remove(int row, CacheRows rows) {
        contents.remove(row, rows);
        int last = rows.count() - 1;
        held[row] = held[last];
        beyond.set(row, beyond.get(last));
    }

    @Override
    public void append(CacheContents other, int[] sources, CacheRows otherRows, CacheRows rows) throws OrtException {
        RestartingContents from = (RestartingContents) other;
        contents.append(from.contents, sources, otherRows, rows);
        int first = rows.count();
        held = Arrays.copyOf(held, Math.max(held.length, first + sources.length));
        for (int i = 0; i < sources.length; i++) {
            held[first + i] = from.held[sources[i]];
            beyond.set(first + i, from.beyond.get(sources[i]));
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
