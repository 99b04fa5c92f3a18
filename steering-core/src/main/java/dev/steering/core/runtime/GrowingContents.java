package dev.steering.core.runtime;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import dev.steering.core.bundle.GraphSignature;
import dev.steering.core.bundle.GraphSignature.Padding;
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
    private final GraphSignature signature;
    private List<GrowingBlock> blocks = new ArrayList<>();

    GrowingContents(OrtEnvironment environment, GraphSignature signature, boolean movable, int rows) {
        this.signature = signature;
        blocks.add(new GrowingBlock(
                environment, signature, movable, IntStream.range(0, rows).toArray()));
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
            if (kinds.size() < 2) {
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

    /** Rows of one kind can be run together. */
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
    public void close() {
        blocks.forEach(GrowingBlock::clear);
        blocks = List.of();
    }
}
