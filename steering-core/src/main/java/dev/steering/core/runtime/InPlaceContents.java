package dev.steering.core.runtime;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import dev.steering.core.bundle.GraphSignature;
import dev.steering.core.bundle.GraphSignature.CacheEntry;
import dev.steering.core.bundle.GraphSignature.Padding;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Memory with room for all that is to come, which is past and present at once: a step copies nothing. What lies behind a row's
 * length is overwritten.
 */
final class InPlaceContents implements CacheContents {
    private final List<Block> blocks = new ArrayList<>();

    InPlaceContents(OrtEnvironment environment, GraphSignature signature, int rows, int capacity) throws OrtException {
        // Where the graph cannot tell padding from tokens, every row has memory of its own and is run alone.
        if (signature.padding() == Padding.NONE) {
            for (int row = 0; row < rows; row++) {
                blocks.add(Block.allocate(environment, signature, new int[] {row}, capacity));
            }
        } else {
            int[] all = IntStream.range(0, rows).toArray();
            blocks.add(Block.allocate(environment, signature, all, capacity));
        }
    }

    @Override
    public List<RowGroup> groups(List<int[]> tokens, CacheRows rows) {
        List<RowGroup> groups = new ArrayList<>();
        for (Block block : blocks) {
            int[] live = rows.live(block.rows);
            if (live.length > 0) {
                requireOneToken(block.rows, live, tokens, rows);
                groups.add(CacheContents.group(block.rows, tokens, rows, PassPlan::inPlace, block));
            }
        }
        return groups;
    }

    /** The fused attention that updates in place takes several new tokens after a past for a batch of one only. */
    private static void requireOneToken(int[] members, int[] live, List<int[]> tokens, CacheRows rows) {
        boolean past = IntStream.of(live).anyMatch(row -> rows.length(row) > 0);
        boolean several = IntStream.of(live).anyMatch(row -> tokens.get(row).length > 1);
        if (past && several && members.length > 1) {
            throw new IllegalArgumentException("several new tokens after a past need a batch of one row");
        }
    }

    @Override
    public void rewind(int row, int from, int to) {
        // The graph is told lengths: what lies behind is not looked at.
    }

    @Override
    public void close() {
        blocks.forEach(Block::close);
        blocks.clear();
    }

    /** Memory of some rows: the same tensors by input and by output name. */
    private static final class Block implements Past {
        private final int[] rows;
        private final Map<String, OnnxTensor> past;
        private final Map<String, OnnxTensor> present;

        private Block(int[] rows, Map<String, OnnxTensor> past, Map<String, OnnxTensor> present) {
            this.rows = rows;
            this.past = past;
            this.present = present;
        }

        static Block allocate(OrtEnvironment environment, GraphSignature signature, int[] rows, int capacity)
                throws OrtException {
            Map<String, OnnxTensor> past = new LinkedHashMap<>();
            Map<String, OnnxTensor> present = new LinkedHashMap<>();
            for (CacheEntry entry : signature.cache().entries()) {
                OnnxTensor tensor = tensor(environment, entry, rows.length, capacity);
                past.put(entry.past(), tensor);
                present.put(entry.present(), tensor);
            }
            return new Block(rows, past, present);
        }

        private static OnnxTensor tensor(OrtEnvironment environment, CacheEntry entry, int rows, int capacity)
                throws OrtException {
            long[] shape = entry.sizes(rows, capacity);
            long bytes = entry.type().bytes();
            for (long size : shape) {
                bytes = Math.multiplyExact(bytes, size);
            }
            if (bytes > Integer.MAX_VALUE) {
                throw new IllegalArgumentException("a cache of " + rows + " rows and " + capacity + " positions needs "
                        + bytes + " bytes per layer; use fewer rows at once");
            }
            ByteBuffer memory = ByteBuffer.allocateDirect((int) bytes).order(ByteOrder.nativeOrder());
            return OnnxTensor.createTensor(environment, memory, shape, ElementTypes.java(entry.type()));
        }

        @Override
        public void feed(Map<String, OnnxTensor> inputs, Tensors tensors, int count) {
            inputs.putAll(past);
        }

        @Override
        public Map<String, OnnxTensor> pinned() {
            return present;
        }

        void close() {
            past.values().forEach(OnnxTensor::close);
        }
    }
}
