package dev.steering.extract.moments;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.core.BadFile;
import dev.steering.core.json.JsonFields;
import dev.steering.core.safetensors.DType;
import dev.steering.core.safetensors.SafetensorsFile;
import dev.steering.core.safetensors.SafetensorsWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** {@link Moments} as tensors and a few numbers. Stateless and thread-safe. */
public final class MomentsTensors {
    private static final String TRANSITIONS = "transitions";

    private MomentsTensors() {}

    /**
     * @param node where the numbers go
     * @param moments what to write
     */
    public static void put(ObjectNode node, Moments moments) {
        node.put("transitions", moments.transitionCount());
        for (boolean harmful : new boolean[] {true, false}) {
            ClassUnits units = moments.units(harmful);
            node.putObject(name(harmful))
                    .put("key_bits", units.bits())
                    .put("singles", units.singles().size())
                    .put("sums", units.sums().size());
        }
    }

    private static String name(boolean harmful) {
        return harmful ? "harmful" : "harmless";
    }

    /**
     * @param writer where the tensors go
     * @param moments what to write
     */
    public static void add(SafetensorsWriter writer, Moments moments) {
        long[] shape = {moments.layers(), moments.hidden()};
        writer.doubles(TRANSITIONS, moments.transitions(), shape);
        List<Runnable> narrow = new ArrayList<>();
        for (boolean harmful : new boolean[] {true, false}) {
            ClassUnits units = moments.units(harmful);
            String name = name(harmful);
            List<Long> keys = new ArrayList<>(units.singles().keySet());
            keys.addAll(units.sums().keySet());
            List<Unit> all = units.units();
            writer.longs(name + ".keys", longs(keys), all.size());
            writer.longs(name + ".counts", all.stream().mapToLong(Unit::count).toArray(), all.size());
            double[] squares = new double[all.size() * moments.layers()];
            for (int u = 0; u < all.size(); u++) {
                System.arraycopy(all.get(u).squares(), 0, squares, u * moments.layers(), moments.layers());
            }
            writer.doubles(name + ".squares", squares, all.size(), moments.layers());
            for (int u = 0; u < all.size(); u++) {
                Unit unit = all.get(u);
                String tensor = name + "." + u;
                float[] single = unit.single();
                if (single == null) {
                    writer.doubles(tensor, unit.sum(), shape);
                } else {
                    narrow.add(() -> writer.floats(tensor, single, shape));
                }
            }
        }
        // Wide types before narrow ones, so that all are aligned.
        narrow.forEach(Runnable::run);
    }

    private static long[] longs(List<Long> values) {
        return values.stream().mapToLong(v -> v).toArray();
    }

    /**
     * @param file the tensors
     * @param layers number of layers
     * @param hidden length of an activation
     * @throws dev.steering.core.BadFile if they are of another size
     */
    public static void requireSize(SafetensorsFile file, int layers, int hidden) {
        file.tensor(TRANSITIONS, layers, hidden);
    }

    /**
     * @param moments empty ones, of the size that the file is of
     * @param json the numbers
     * @param file the tensors
     * @throws dev.steering.core.BadFile if something is missing or is not what it should be
     */
    public static void restore(Moments moments, JsonFields json, SafetensorsFile file) {
        long[] shape = {moments.layers(), moments.hidden()};
        moments.restoreTransitions(file.doubles(TRANSITIONS, shape), json.longInteger(TRANSITIONS));
        for (boolean harmful : new boolean[] {true, false}) {
            String name = name(harmful);
            json.object(name, numbers -> {
                restore(moments, harmful, numbers, file);
                return name;
            });
        }
    }

    private static void restore(Moments moments, boolean harmful, JsonFields json, SafetensorsFile file) {
        String name = name(harmful);
        int bits = json.integer("key_bits");
        int singles = json.integer("singles");
        int sums = json.integer("sums");
        if (bits < 0 || bits > ClassUnits.WHOLE || singles < 0 || sums < 0 || (bits == ClassUnits.WHOLE && sums > 0)) {
            throw json.damaged("its moments have " + singles + " activations and " + sums + " sums by " + bits
                    + " bits, which cannot be");
        }
        int all = (int) Math.min(Integer.MAX_VALUE, (long) singles + sums);
        long[] keys = file.longs(name + ".keys", all);
        long[] counts = file.longs(name + ".counts", all);
        double[] squares = file.doubles(name + ".squares", all, moments.layers());
        Map<Long, Unit> single = new TreeMap<>();
        Map<Long, Unit> summed = new TreeMap<>();
        for (int u = 0; u < all; u++) {
            double[] own = Arrays.copyOfRange(squares, u * moments.layers(), (u + 1) * moments.layers());
            String problem = counts[u] < 1 ? "an activation counts " + counts[u] + " times" : null;
            problem = Arrays.stream(own).allMatch(Double::isFinite) ? problem : "a norm is not finite";
            Unit unit = unit(file, name + "." + u, counts[u], own, moments);
            @Nullable Unit before = (u < singles ? single : summed).put(keys[u], unit);
            if (problem != null || before != null) {
                throw json.damaged("in its moments " + (problem == null ? "a prompt is there twice" : problem));
            }
        }
        moments.units(harmful).restore(bits, single, summed);
    }

    private static Unit unit(SafetensorsFile file, String tensor, long count, double[] squares, Moments moments) {
        long[] shape = {moments.layers(), moments.hidden()};
        Unit unit = file.tensor(tensor).dtype() == DType.F32
                ? new Unit(count, file.floats(tensor, shape), null, squares)
                : new Unit(count, null, file.doubles(tensor, shape), squares);
        if (!unit.isFinite()) {
            throw new BadFile(
                    file.path() + ": tensor '" + tensor + "' has values that are not finite. The model's activations"
                            + " overflowed or the file is damaged; extract the part again.");
        }
        return unit;
    }
}
