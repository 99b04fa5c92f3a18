package dev.steering.model.ort;

import ai.onnxruntime.OrtEnvironment;
import dev.steering.core.bundle.GraphSignature;
import dev.steering.core.bundle.GraphSignature.Padding;
import dev.steering.model.ort.internal.PassPlan;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Memory with room for all that is to come, which is past and present at once: a step copies nothing. What lies behind a row's
 * length is overwritten.
 *
 * <p>All rows are in one block, unless the graph cannot tell padding from tokens: then every row has a block of its own and is
 * run alone.
 */
final class InPlaceContents implements CacheContents {
    private final OrtEnvironment environment;
    private final GraphSignature signature;
    private final int capacity;
    private final SpareMemory spare;
    private final boolean apart;
    private final List<InPlaceBlock> blocks = new ArrayList<>();

    InPlaceContents(OrtEnvironment environment, GraphSignature signature, int rows, int capacity, SpareMemory spare) {
        this.environment = environment;
        this.signature = signature;
        this.capacity = capacity;
        this.spare = spare;
        this.apart = signature.padding() == Padding.NONE;
        reset(rows);
    }

    @Override
    public List<RowGroup> groups(List<int[]> tokens, CacheRows rows) {
        List<RowGroup> groups = new ArrayList<>(blocks.size());
        for (int b = 0; b < blocks.size(); b++) {
            int[] members = members(b);
            int[] live = rows.live(members);
            if (live.length > 0) {
                requireOneToken(members, live, tokens, rows);
                groups.add(CacheContents.group(members, tokens, rows, PassPlan::inPlace, blocks.get(b)));
            }
        }
        return groups;
    }

    private int[] members(int block) {
        if (apart) {
            return new int[] {block};
        }
        int[] members = new int[blocks.get(block).rows()];
        Arrays.setAll(members, row -> row);
        return members;
    }

    /** The fused attention that updates in place takes several new tokens after a past for a batch of one only. */
    private static void requireOneToken(int[] members, int[] live, List<int[]> tokens, CacheRows rows) {
        boolean past = false;
        boolean several = false;
        for (int row : live) {
            past |= rows.length(row) > 0;
            several |= tokens.get(row).length > 1;
        }
        if (past && several && members.length > 1) {
            throw new IllegalArgumentException("several new tokens after a past need a batch of one row");
        }
    }

    @Override
    public void rewind(int row, int from, int to) {
        // The graph is told lengths: what lies behind is not looked at.
    }

    @Override
    public void reset(int rows) {
        if (apart) {
            close();
            for (int row = 0; row < rows; row++) {
                blocks.add(block(1));
            }
        } else if (blocks.isEmpty()) {
            blocks.add(block(rows));
        } else {
            blocks.get(0).resize(rows);
        }
    }

    private InPlaceBlock block(int rows) {
        return new InPlaceBlock(environment, signature, capacity, rows, spare);
    }

    @Override
    public void remove(int row, CacheRows rows) {
        int last = rows.count() - 1;
        if (apart) {
            blocks.get(row).close();
            blocks.set(row, blocks.get(last));
            blocks.remove(last);
            return;
        }
        InPlaceBlock block = blocks.get(0);
        if (row != last) {
            block.copy(row, block, last, rows.length(last));
        }
        block.resize(last);
    }

    @Override
    public void append(CacheContents other, int[] sources, CacheRows otherRows, CacheRows rows) {
        InPlaceContents from = (InPlaceContents) other;
        int before = blocks.size();
        try {
            copy(from, sources, otherRows, rows.count());
        } catch (RuntimeException e) {
            // As it was: the rows that are here must not be lost with those that could not be added.
            blocks.subList(before, blocks.size()).forEach(InPlaceBlock::close);
            blocks.subList(before, blocks.size()).clear();
            if (!apart) {
                blocks.get(0).resize(rows.count());
            }
            throw e;
        }
    }

    private void copy(InPlaceContents from, int[] sources, CacheRows otherRows, int count) {
        if (!apart) {
            blocks.get(0).resize(count + sources.length);
        }
        for (int i = 0; i < sources.length; i++) {
            int length = otherRows.length(sources[i]);
            if (apart) {
                InPlaceBlock block = block(1);
                blocks.add(block);
                block.copy(0, from.blocks.get(sources[i]), 0, length);
            } else {
                blocks.get(0).copy(count + i, from.blocks.get(0), sources[i], length);
            }
        }
    }

    @Override
    public boolean joins() {
        return true;
    }

    @Override
    public void close() {
        blocks.forEach(InPlaceBlock::close);
        blocks.clear();
    }
}
