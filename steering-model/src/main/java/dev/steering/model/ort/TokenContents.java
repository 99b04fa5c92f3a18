package dev.steering.model.ort;

import dev.steering.core.bundle.GraphSignature;
import dev.steering.model.ort.internal.PassPlan;
import dev.steering.model.pass.LengthBatches;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** For graphs without a cache: the rows' tokens, all of which are run in every pass. */
final class TokenContents implements CacheContents {
    private final GraphSignature signature;
    private final List<int[]> held = new ArrayList<>();

    TokenContents(GraphSignature signature, int rows) {
        this.signature = signature;
        for (int row = 0; row < rows; row++) {
            held.add(new int[0]);
        }
    }

    @Override
    public List<RowGroup> groups(List<int[]> tokens, CacheRows rows) {
        int[] live = rows.live();
        List<int[]> whole = new ArrayList<>();
        for (int row : live) {
            whole.add(join(held.get(row), rows.length(row), tokens.get(row)));
        }
        List<RowGroup> groups = new ArrayList<>();
        for (int[] together : LengthBatches.together(signature.padding(), whole)) {
            int[] members = Arrays.stream(together).map(i -> live[i]).toArray();
            int[] offsets = Arrays.stream(members).map(rows::length).toArray();
            PassPlan plan = PassPlan.fresh(signature.padding(), LengthBatches.pick(whole, together));
            groups.add(RowGroup.of(members, plan, Past.empty(signature)).withOffsets(offsets));
        }
        return groups;
    }

    /** What is held of a row, up to a length, and then new tokens. */
    static int[] join(int[] first, int length, int[] then) {
        int[] both = Arrays.copyOf(first, length + then.length);
        System.arraycopy(then, 0, both, length, then.length);
        return both;
    }

    @Override
    public void rewind(int row, int from, int to) {
        // The length that is kept beside the tokens says how many of them count.
    }

    @Override
    public void advance(int row, int length, int[] tokens) {
        held.set(row, join(held.get(row), length, tokens));
    }

    @Override
    public void reset(int rows) {
        held.clear();
        held.addAll(Collections.nCopies(rows, new int[0]));
    }

    @Override
    public void remove(int row, CacheRows rows) {
        int[] last = held.remove(held.size() - 1);
        if (row < held.size()) {
            held.set(row, last);
        }
    }

    @Override
    public void append(CacheContents other, int[] sources, CacheRows otherRows, CacheRows rows) {
        for (int row : sources) {
            held.add(Arrays.copyOf(((TokenContents) other).held.get(row), otherRows.length(row)));
        }
    }

    @Override
    public boolean joins() {
        return true;
    }

    @Override
    public void close() {
        held.clear();
    }
}
