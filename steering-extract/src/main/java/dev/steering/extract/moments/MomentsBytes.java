package dev.steering.extract.moments;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * {@link Moments} on their way between processes of the same program: binary, exact, without a version. What is to be kept goes into files.
 * Stateless and thread-safe.
 */
public final class MomentsBytes {
    private MomentsBytes() {}

    /**
     * @param out where they go
     * @param moments what to write
     * @throws IOException if it cannot be written
     */
    public static void write(DataOutput out, Moments moments) throws IOException {
        out.writeInt(moments.layers());
        out.writeInt(moments.hidden());
        out.writeInt(moments.units(true).limit());
        out.writeLong(moments.transitionCount());
        write(out, moments.transitions());
        for (boolean harmful : new boolean[] {true, false}) {
            ClassUnits units = moments.units(harmful);
            out.writeInt(units.bits());
            write(out, units.singles());
            write(out, units.sums());
        }
    }

    private static void write(DataOutput out, Map<Long, Unit> units) throws IOException {
        out.writeInt(units.size());
        for (Map.Entry<Long, Unit> entry : units.entrySet()) {
            Unit unit = entry.getValue();
            out.writeLong(entry.getKey());
            out.writeLong(unit.count());
            write(out, unit.squares());
            float[] single = unit.single();
            out.writeBoolean(single != null);
            if (single == null) {
                write(out, unit.sum());
            } else {
                for (float value : single) {
                    out.writeFloat(value);
                }
            }
        }
    }

    private static void write(DataOutput out, double[] values) throws IOException {
        for (double value : values) {
            out.writeDouble(value);
        }
    }

    /**
     * @param in what {@link #write} wrote
     * @return equal moments
     * @throws IOException if it ends too early, or is something else
     */
    public static Moments read(DataInput in) throws IOException {
        int layers = in.readInt();
        int hidden = in.readInt();
        int limit = in.readInt();
        if (layers < 1 || hidden < 1 || limit < 2) {
            throw new IOException("no moments: " + layers + " x " + hidden + ", at most " + limit);
        }
        Moments moments = new Moments(layers, hidden, limit);
        long count = in.readLong();
        moments.restoreTransitions(doubles(in, layers * hidden), count);
        for (boolean harmful : new boolean[] {true, false}) {
            int bits = in.readInt();
            Map<Long, Unit> singles = units(in, layers, hidden);
            moments.units(harmful).restore(bits, singles, units(in, layers, hidden));
        }
        return moments;
    }

    private static Map<Long, Unit> units(DataInput in, int layers, int hidden) throws IOException {
        Map<Long, Unit> units = new TreeMap<>();
        int size = in.readInt();
        for (int u = 0; u < size; u++) {
            long key = in.readLong();
            long count = in.readLong();
            double[] squares = doubles(in, layers);
            boolean isSingle = in.readBoolean();
            float @Nullable [] single = isSingle ? floats(in, layers * hidden) : null;
            double @Nullable [] sum = isSingle ? null : doubles(in, layers * hidden);
            units.put(key, new Unit(count, single, sum, squares));
        }
        return units;
    }

    private static double[] doubles(DataInput in, int size) throws IOException {
        double[] values = new double[size];
        for (int i = 0; i < size; i++) {
            values[i] = in.readDouble();
        }
        return values;
    }

    private static float[] floats(DataInput in, int size) throws IOException {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = in.readFloat();
        }
        return values;
    }
}
