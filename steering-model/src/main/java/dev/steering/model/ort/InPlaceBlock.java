package dev.steering.model.ort;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import dev.steering.core.BadRequest;
import dev.steering.core.SteeringException;
import dev.steering.core.bundle.GraphSignature;
import dev.steering.core.bundle.GraphSignature.CacheEntry;
import dev.steering.model.ort.internal.ElementTypes;
import dev.steering.model.ort.internal.PassMemory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Memory of rows that are run together, which is past and present at once: one buffer per cache tensor, the rows one after the
 * other. There may be room for more rows than there are: fewer rows are a shorter tensor over the same memory. Not thread-safe.
 */
final class InPlaceBlock implements Past {
    private static final ByteBuffer NOTHING = ByteBuffer.allocateDirect(0);

    private final OrtEnvironment environment;
    private final List<CacheEntry> entries;
    private final int capacity;
    private final SpareMemory spare;
    private final ByteBuffer[] memory;
    private final Map<String, OnnxTensor> past = new LinkedHashMap<>();
    private final Map<String, OnnxTensor> present = new LinkedHashMap<>();
    private int room;
    private int count;

    InPlaceBlock(OrtEnvironment environment, GraphSignature signature, int capacity, int rows, SpareMemory spare) {
        this.environment = environment;
        this.entries = signature.cache().entries();
        this.capacity = capacity;
        this.spare = spare;
        this.memory = new ByteBuffer[entries.size()];
        Arrays.fill(memory, NOTHING);
        resize(rows);
    }

    int rows() {
        return count;
    }

    /** Changes the number of rows; those that remain keep what they hold. */
    void resize(int rows) {
        if (rows > room) {
            closeTensors();
            for (int i = 0; i < memory.length; i++) {
                ByteBuffer larger = take(entries.get(i), rows);
                if (count > 0) {
                    larger.put(0, memory[i], 0, bytes(entries.get(i), count));
                }
                spare.give(memory[i]);
                memory[i] = larger;
            }
            room = rows;
        }
        if (rows != count) {
            closeTensors();
        }
        count = rows;
    }

    private ByteBuffer take(CacheEntry entry, int rows) {
        int bytes = bytes(entry, rows);
        try {
            return spare.take(bytes);
        } catch (OutOfMemoryError e) {
            throw new SteeringException(
                    "There is no memory for a cache of " + rows + " rows and " + capacity + " positions: "
                            + entries.size()
                            + " tensors of up to " + bytes
                            + " bytes. Run fewer rows at once, or allow more with"
                            + " the JVM's option -XX:MaxDirectMemorySize.",
                    e);
        }
    }

    private int bytes(CacheEntry entry, int rows) {
        long bytes = entry.type().bytes();
        for (long size : entry.sizes(rows, capacity)) {
            bytes = size > 0 && bytes > Long.MAX_VALUE / size ? Long.MAX_VALUE : bytes * size;
        }
        if (bytes > Integer.MAX_VALUE) {
            throw new BadRequest("A cache of " + rows + " rows and " + capacity + " positions needs " + bytes
                    + " bytes per layer, more than one tensor can have. Use fewer rows at once.");
        }
        return (int) bytes;
    }

    /**
     * Copies what a block holds of a row, this one or another of the same model.
     *
     * @param length positions that it holds
     */
    void copy(int row, InPlaceBlock from, int fromRow, int length) {
        for (int i = 0; i < memory.length; i++) {
            CacheEntry entry = entries.get(i);
            requireRowsFirst(entry);
            if (entry.holdsState()) {
                int bytes = bytes(entry, 1);
                memory[i].put(row * bytes, from.memory[i], fromRow * bytes, bytes);
                continue;
            }
            int axis = entry.shape().indexOf(CacheEntry.LENGTH);
            long[] row1 = entry.sizes(1, 1);
            int runs = 1;
            int positionBytes = entry.type().bytes();
            for (int a = 0; a < row1.length; a++) {
                if (a < axis) {
                    runs *= (int) row1[a];
                } else {
                    positionBytes *= (int) row1[a];
                }
            }
            for (int run = 0; run < runs; run++) {
                int to = (row * runs + run) * capacity * positionBytes;
                int source = (fromRow * runs + run) * from.capacity * positionBytes;
                memory[i].put(to, from.memory[i], source, length * positionBytes);
            }
        }
    }

    /** The fused attention that updates in place has them so; other layouts could not be cut into rows. */
    private static void requireRowsFirst(CacheEntry entry) {
        String first = entry.shape().get(0);
        if (!first.equals(CacheEntry.BATCH) && first.indexOf('*') < 0) {
            throw new SteeringException("The cache tensor '" + entry.past() + "' is " + entry.shape()
                    + ": rows can only be moved in a cache whose first axis is the batch.");
        }
    }

    private void makeTensors() throws OrtException {
        for (int i = 0; i < memory.length; i++) {
            CacheEntry entry = entries.get(i);
            ByteBuffer rows = memory[i].slice(0, bytes(entry, count)).order(ByteOrder.nativeOrder());
            OnnxTensor tensor = OnnxTensor.createTensor(
                    environment, rows, entry.sizes(count, capacity), ElementTypes.java(entry.type()));
            past.put(entry.past(), tensor);
            present.put(entry.present(), tensor);
        }
    }

    private void closeTensors() {
        past.values().forEach(OnnxTensor::close);
        past.clear();
        present.clear();
    }

    @Override
    public void feed(PassMemory pass, int rows) throws OrtException {
        if (past.isEmpty()) {
            makeTensors();
        }
        pass.inputs(past);
        pass.outputs(present);
    }

    void close() {
        closeTensors();
        for (int i = 0; i < memory.length; i++) {
            spare.give(memory[i]);
            memory[i] = NOTHING;
        }
        room = 0;
        count = 0;
    }
}
