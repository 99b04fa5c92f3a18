package dev.steering.model.ort;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.steering.core.BadFile;
import dev.steering.core.bundle.GraphSignature;
import dev.steering.core.bundle.GraphSignature.CacheEntry;
import dev.steering.model.ort.CacheSlots.Range;
import dev.steering.model.ort.internal.ElementTypes;
import dev.steering.model.ort.internal.PassMemory;
import dev.steering.model.ort.internal.PassPlan;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Cache tensors of rows that are run together: the outputs of the last run, given to the next as they are. Not thread-safe.
 *
 * <p>A row's positions are contiguous slots; {@code ends} says where they end. A run appends right after the last slot of all,
 * so before it every row has to end there: see {@link #align}. Where the graph is given positions, a row may be moved to other
 * slots. Where it counts slots instead, it may not: its keys were rotated for the slots that they are in.
 */
final class GrowingBlock implements Past {
    private final OrtEnvironment environment;
    private final GraphSignature signature;
    private final boolean movable;
    private final int[] rows;
    private final int[] ends;
    private final Set<String> kept;
    private final Map<String, OnnxTensor> past = new LinkedHashMap<>();
    private int slots;

    GrowingBlock(OrtEnvironment environment, GraphSignature signature, boolean movable, int[] rows) {
        this.environment = environment;
        this.signature = signature;
        this.movable = movable;
        this.rows = rows;
        this.ends = new int[rows.length];
        this.kept =
                signature.cache().entries().stream().map(CacheEntry::present).collect(Collectors.toUnmodifiableSet());
    }

    int[] rows() {
        return rows;
    }

    /** Where a row is; negative if it is not here. */
    int place(int row) {
        for (int place = 0; place < rows.length; place++) {
            if (rows[place] == row) {
                return place;
            }
        }
        return -1;
    }

    /** Gives a row another number, if it is here. */
    void rename(int row, int newRow) {
        int place = place(row);
        if (place >= 0) {
            rows[place] = newRow;
        }
    }

    /** Gives every row a number. */
    void name(List<Integer> numbers) {
        Arrays.setAll(rows, numbers::get);
    }

    int slots() {
        return slots;
    }

    /** Whether a row's slots may change. */
    boolean isMovable() {
        return movable;
    }

    /** The slot after the last that is held of a row; 0 if none is. */
    int end(int place, CacheRows state) {
        return state.length(rows[place]) == 0 ? 0 : ends[place];
    }

    /** Forgets a row's last positions, without touching the memory yet. */
    void drop(int row, int positions) {
        for (int place = 0; place < rows.length; place++) {
            if (rows[place] == row) {
                ends[place] -= positions;
            }
        }
    }

    /**
     * Makes all rows that matter end at the last slot. Nothing to do after a run; after rewinding, the memory is cut, or moved
     * where rows were rewound by different amounts: one copy of what remains.
     *
     * @param state the lengths of the rows, at least one of which is live; those that are end at the same slot, or may be moved
     */
    void align(CacheRows state) throws OrtException {
        int[] live = IntStream.range(0, rows.length)
                .filter(place -> state.isLive(rows[place]))
                .toArray();
        int needed = needed(live, state);
        if (needed == 0) {
            clear();
        } else if (Arrays.stream(live).anyMatch(place -> ends[place] != slots)) {
            // Retired rows become copies of a live one: anything that is long enough will do.
            int[] sources = IntStream.range(0, rows.length)
                    .map(place -> state.isLive(rows[place]) ? place : live[0])
                    .toArray();
            replace(copy(sources, state, needed), needed);
        }
    }

    /**
     * @param places some of the rows, by place; they end at the same slot, or may be moved
     * @param state the lengths of the rows
     * @return a block with a copy of what is held of them
     */
    GrowingBlock pick(int[] places, CacheRows state) throws OrtException {
        int[] picked = Arrays.stream(places).map(place -> rows[place]).toArray();
        GrowingBlock block = new GrowingBlock(environment, signature, movable, picked);
        int needed = needed(places, state);
        if (needed > 0) {
            block.replace(copy(places, state, needed), needed);
        }
        return block;
    }

    /** Slots for these rows: those of the longest, or all up to their end where none may be moved. */
    private int needed(int[] places, CacheRows state) {
        return Arrays.stream(places)
                .map(place -> movable ? state.length(rows[place]) : end(place, state))
                .max()
                .orElse(0);
    }

    private Map<String, OnnxTensor> copy(int[] places, CacheRows state, int length) throws OrtException {
        List<Range> ranges = new ArrayList<>();
        for (int place : places) {
            ranges.add(new Range(place, ends[place], state.length(rows[place])));
        }
        Map<String, OnnxTensor> copies = new LinkedHashMap<>();
        for (CacheEntry entry : signature.cache().entries()) {
            ByteBuffer source = tensor(entry).getByteBuffer();
            ByteBuffer moved = CacheSlots.endTogether(source, entry, rows.length, slots, ranges, length);
            long[] shape = entry.sizes(places.length, length);
            copies.put(
                    entry.past(), OnnxTensor.createTensor(environment, moved, shape, ElementTypes.java(entry.type())));
        }
        return copies;
    }

    private OnnxTensor tensor(CacheEntry entry) {
        OnnxTensor tensor = past.get(entry.past());
        if (tensor == null) {
            throw new IllegalStateException("the cache holds nothing");
        }
        return tensor;
    }

    private void replace(Map<String, OnnxTensor> tensors, int newSlots) {
        clear();
        past.putAll(tensors);
        slots = newSlots;
        Arrays.fill(ends, newSlots);
    }

    /** Forgets everything and frees the memory. */
    void clear() {
        past.values().forEach(OnnxTensor::close);
        past.clear();
        slots = 0;
        Arrays.fill(ends, 0);
    }

    @Override
    public void feed(PassMemory memory, int count) throws OrtException {
        if (slots == 0) {
            memory.noPast(signature, count);
        } else {
            memory.inputs(past);
        }
    }

    @Override
    public Set<String> kept() {
        return kept;
    }

    @Override
    public void accept(OrtSession.Result result, PassPlan plan) {
        Map<String, OnnxTensor> present = new LinkedHashMap<>();
        for (CacheEntry entry : signature.cache().entries()) {
            OnnxTensor tensor = (OnnxTensor) result.get(entry.present()).orElseThrow();
            long[] expected = entry.sizes(rows.length, plan.total());
            if (!Arrays.equals(tensor.getInfo().getShape(), expected)) {
                throw new BadFile(
                        "The cache output '" + entry.present() + "' has the shape "
                                + Arrays.toString(tensor.getInfo().getShape()) + ", expected "
                                + Arrays.toString(expected)
                                + ": past and new positions one after the other. Graphs that drop positions are not supported.");
            }
            present.put(entry.past(), tensor);
        }
        replace(present, plan.total());
        Arrays.setAll(ends, plan::end);
    }
}
