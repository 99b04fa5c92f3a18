package dev.steering.model.ort;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import dev.steering.core.bundle.GraphSignature;
import dev.steering.core.bundle.GraphSignature.Padding;
import dev.steering.model.ort.internal.PassPlan;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Cache tensors that every run returns anew. Rows stay together as long as one run can take them exactly: where the graph
 * cannot pad, rows of one length; after a past, rows with equally many new tokens; where it is not given positions, rows that
 * end at the same slot. Rows that part never come together again.
 */
final class GrowingContents implements CacheContents {
    private final OrtEnvironment environment;
    private final GraphSignature signature;
    private final boolean movable;
    private List<GrowingBlock> blocks = new ArrayList<>();

    GrowingContents(OrtEnvironment environment, GraphSignature signature, boolean movable, int rows) {
        this.environment = environment;
        this.signature = signature;
        this.movable = movable;
        blocks.add(empty(rows));
    }

    private GrowingBlock empty(int rows) {
        return new GrowingBlock(
                environment, signature, movable, IntStream.range(0, rows).toArray());
    }

    @Override
    public List<RowGroup> groups(List<int[]> tokens, CacheRows rows) throws OrtException {
        part(tokens, rows);
        List<RowGroup> groups = new ArrayList<>();
        for (GrowingBlock block : blocks) {
            int[] live = rows.live(block.rows());
            if (live.length > 0) {
                block.align(rows);
                groups.add(CacheContents.group(
                        block.rows(),
                        tokens,
                        rows,
                        (run, lengths) -> PassPlan.growing(signature.padding(), run, lengths, block.slots()),
                        block));
            }
        }
        return groups;
    }

    private void part(List<int[]> tokens, CacheRows rows) throws OrtException {
        List<GrowingBlock> parted = new ArrayList<>();
        for (GrowingBlock block : blocks) {
            Map<List<Integer>, List<Integer>> kinds = new LinkedHashMap<>();
            for (int place = 0; place < block.rows().length; place++) {
                int row = block.rows()[place];
                if (rows.isLive(row)) {
                    kinds.computeIfAbsent(kind(block, place, tokens.get(row).length, rows), k -> new ArrayList<>())
                            .add(place);
                }
            }
            int live = kinds.values().stream().mapToInt(List::size).sum();
            // Rows that do not matter run along: from half of the block on, moving the others is cheaper.
            if (kinds.size() == 1 && 2 * live > block.rows().length) {
                parted.add(block);
                continue;
            }
            for (List<Integer> places : kinds.values()) {
                int[] picked = places.stream().mapToInt(Integer::intValue).toArray();
                parted.add(block.pick(picked, rows));
            }
            block.clear();
        }
        blocks = parted;
    }

    /** What rows must have in common to be run together. */
    private List<Integer> kind(GrowingBlock block, int place, int newTokens, CacheRows rows) {
        if (signature.padding() == Padding.NONE) {
            return List.of(newTokens, rows.length(block.rows()[place]));
        }
        if (block.slots() == 0) {
            return List.of();
        }
        return block.isMovable() ? List.of(newTokens) : List.of(newTokens, block.end(place, rows));
    }

    @Override
    public void rewind(int row, int from, int to) {
        blocks.forEach(block -> block.drop(row, from - to));
    }

    @Override
    public void reset(int rows) {
        close();
        blocks = new ArrayList<>(List.of(empty(rows)));
    }

    @Override
    public void remove(int row, CacheRows rows) {
        int last = rows.count() - 1;
        blocks.forEach(block -> block.rename(row, CacheRows.GONE));
        blocks.forEach(block -> block.rename(last, row));
    }

    /** Rows that the other can run together stay together; they do not join the blocks that are here. */
    @Override
    public void append(CacheContents other, int[] sources, CacheRows otherRows, CacheRows rows) throws OrtException {
        List<GrowingBlock> added = new ArrayList<>();
        try {
            copy((GrowingContents) other, sources, otherRows, rows, added);
        } catch (OrtException | RuntimeException e) {
            added.forEach(GrowingBlock::clear);
            throw e;
        }
        blocks.addAll(added);
    }

    private void copy(
            GrowingContents from, int[] sources, CacheRows otherRows, CacheRows rows, List<GrowingBlock> added)
            throws OrtException {
        for (GrowingBlock block : from.blocks) {
            Map<Integer, List<Integer>> byEnd = new LinkedHashMap<>();
            for (int i = 0; i < sources.length; i++) {
                int place = block.place(sources[i]);
                if (place >= 0) {
                    int end = movable ? 0 : block.end(place, otherRows);
                    byEnd.computeIfAbsent(end, e -> new ArrayList<>()).add(i);
                }
            }
            for (List<Integer> together : byEnd.values()) {
                int[] places =
                        together.stream().mapToInt(i -> block.place(sources[i])).toArray();
                GrowingBlock copy = block.pick(places, otherRows);
                copy.name(together.stream().map(i -> rows.count() + i).toList());
                added.add(copy);
            }
        }
    }

    @Override
    public boolean joins() {
        return false;
    }

    @Override
    public void close() {
        blocks.forEach(GrowingBlock::clear);
        blocks = List.of();
    }
}
