package dev.steering.core.runtime;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.steering.core.SteeringException;
import dev.steering.core.bundle.GraphSignature;
import dev.steering.core.bundle.GraphSignature.CacheEntry;
import dev.steering.core.runtime.CacheSlots.Range;
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
 * so before it every row has to end there: see {@link #align}.
 */
final class GrowingBlock implements Past {
    private final OrtEnvironment environment;
    private final GraphSignature signature;
    private final int[] rows;
    private final int[] ends;
    private final Map<String, OnnxTensor> past = new LinkedHashMap<>();
    private int slots;

    GrowingBlock(OrtEnvironment environment, GraphSignature signature, int[] rows) {
        this.environment = environment;
        this.signature = signature;
        this.rows = rows;
        this.ends = new int[rows.length];
    }

    int[] rows() {
        return rows;
    }

    int slots() {
        return slots;
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
     * @param state the lengths of the rows, at least one of which is live
     */
    void align(CacheRows state) throws OrtException {
        int[] live = livePlaces(state);
        if (longest(live, state) == 0) {
            clear();
        } else if (Arrays.stream(live).anyMatch(place -> ends[place] != slots)) {
            // Retired rows become copies of a live one: anything that is long enough will do.
            int[] sources = IntStream.range(0, rows.length)
                    .map(place -> state.isLive(rows[place]) ? place : live[0])
                    .toArray();
            replace(copy(sources, state), longest(live, state));
        }
    }

    /**
     * @param places some of the rows, by place
     * @param state the lengths of the rows
     * @return a block with a copy of what is held of them
     */
    GrowingBlock pick(int[] places, CacheRows state) throws OrtException {
        int[] picked = Arrays.stream(places).map(place -> rows[place]).toArray();
        GrowingBlock block = new GrowingBlock(environment, signature, picked);
        if (longest(places, state) > 0) {
            block.replace(copy(places, state), longest(places, state));
        }
        return block;
    }

    private int[] livePlaces(CacheRows state) {
        return IntStream.range(0, rows.length)
                .filter(place -> state.isLive(rows[place]))
                .toArray();
    }

    private int longest(int[] places, CacheRows state) {
        return Arrays.stream(places)
                .map(place -> state.length(rows[place]))
                .max()
                .orElse(0);
    }

    private Map<String, OnnxTensor> copy(int[] places, CacheRows state) throws OrtException {
        List<Range> ranges = new ArrayList<>();
        for (int place : places) {
            ranges.add(new Range(place, ends[place], state.length(rows[place])));
        }
        int longest = longest(places, state);
        Map<String, OnnxTensor> copies = new LinkedHashMap<>();
        for (CacheEntry entry : signature.cache().entries()) {
            ByteBuffer source = tensor(entry).getByteBuffer();
            ByteBuffer moved = CacheSlots.endTogether(source, entry, rows.length, slots, ranges, longest);
            long[] shape = entry.sizes(places.length, longest);
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
    public void feed(Map<String, OnnxTensor> inputs, Tensors tensors, int count) throws OrtException {
        if (slots == 0) {
            tensors.noPast(inputs, signature, count);
        } else {
            inputs.putAll(past);
        }
    }

    @Override
    public Set<String> kept() {
        return signature.cache().entries().stream().map(CacheEntry::present).collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public void accept(OrtSession.Result result, PassPlan plan) {
        Map<String, OnnxTensor> present = new LinkedHashMap<>();
        for (CacheEntry entry : signature.cache().entries()) {
            OnnxTensor tensor = (OnnxTensor) result.get(entry.present()).orElseThrow();
            long[] expected = entry.sizes(rows.length, plan.total());
            if (!Arrays.equals(tensor.getInfo().getShape(), expected)) {
                throw new SteeringException("The cache output '" + entry.present() + "' has the shape "
                        + Arrays.toString(tensor.getInfo().getShape()) + ", expected " + Arrays.toString(expected)
                        + ": past and new positions one after the other. Use the bundle without a cache.");
            }
            present.put(entry.past(), tensor);
        }
        replace(present, plan.total());
        Arrays.setAll(ends, plan::end);
    }
}
