package dev.steering.export.stored;

import dev.steering.core.BadFile;
import dev.steering.core.safetensors.DType;
import dev.steering.core.safetensors.SafetensorsFile;
import dev.steering.core.safetensors.TensorInfo;
import dev.steering.export.checkpoint.Checkpoint;
import dev.steering.export.checkpoint.ConfigReader;
import dev.steering.export.stored.IntegerMatrix.Scales;
import dev.steering.export.stored.PackedIntegers.Packing;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Checkpoints of the compressed-tensors library, as llm-compressor writes them: {@code pack-quantized} (integers in
 * 32-bit numbers), {@code int-quantized} and {@code naive-quantized} (integers in bytes) and {@code float-quantized} (8-bit floats).
 */
final class CompressedTensors {
    private static final String PACKED = ".weight_packed";
    private static final String PLAIN = ".weight";
    private static final String SCALE = ".weight_scale";
    private static final String ZERO_POINT = ".weight_zero_point";
    private static final List<String> FORMATS =
            List.of("pack-quantized", "int-quantized", "naive-quantized", "float-quantized");
    private static final List<String> BYTES = List.of("int-quantized", "naive-quantized");

    private CompressedTensors() {}

    /** How the weights of a group of modules are stored. */
    private record Scheme(ConfigReader weights, String format, int bits, boolean floats) {}

    static Map<String, StoredTensor> read(Checkpoint checkpoint, ConfigReader config) {
        refuseOthers(config);
        List<Scheme> schemes = schemes(config);
        Scheme scheme = schemes.get(0);
        if (scheme.floats()) {
            return Formats.fp8(checkpoint, block(scheme));
        }
        boolean bytes = BYTES.contains(scheme.format());
        Map<String, StoredTensor> found = new LinkedHashMap<>();
        for (String module : modules(checkpoint, bytes)) {
            found.put(module + PLAIN, matrix(checkpoint, module, scheme, bytes));
        }
        return found;
    }

    static boolean isSpare(String name) {
        return name.endsWith(".weight_shape")
                || name.endsWith(".weight_g_idx")
                || name.endsWith(".input_scale")
                || name.endsWith(".input_zero_point");
    }

    private static void refuseOthers(ConfigReader config) {
        ConfigReader sparsity = config.objectOrEmpty("sparsity_config");
        if (!sparsity.text("format", "dense").equals("dense")) {
            throw config.error("sparsity_config is not supported: use a checkpoint that is stored dense.");
        }
        if (!config.objectOrEmpty("transform_config").keys().isEmpty()) {
            throw config.error("transform_config is not supported: the model turns its activations, which nobody has"
                    + " written here. Use the unquantised checkpoint.");
        }
        if (config.has("kv_cache_scheme")) {
            throw config.error("kv_cache_scheme is not supported: use a checkpoint whose cache is not quantised.");
        }
    }

    private static List<Scheme> schemes(ConfigReader config) {
        ConfigReader groups = config.object("config_groups");
        List<Scheme> schemes = groups.keys().stream()
                .map(key -> scheme(config, groups.object(key)))
                .toList();
        if (schemes.isEmpty()) {
            throw config.error("config_groups is empty: there is no telling how the weights are stored.");
        }
        Scheme first = schemes.get(0);
        for (Scheme other : schemes) {
            if (!other.weights().sameAs(first.weights()) || !other.format().equals(first.format())) {
                throw config.error("config_groups has several ways to store weights, which is not supported: use a"
                        + " checkpoint with one, or the unquantised one.");
            }
        }
        return schemes;
    }

    private static Scheme scheme(ConfigReader config, ConfigReader group) {
        ConfigReader weights = group.object("weights");
        String format = group.text("format", config.text("format", ""));
        if (!FORMATS.contains(format)) {
            throw (group.has("format") ? group : config).unsupported("format", String.join(", ", FORMATS));
        }
        int bits = weights.positive("num_bits");
        boolean floats = weights.text("type", "int").equals("float");
        if (floats ? bits != 8 : bits != 4 && bits != 8) {
            throw weights.unsupported("num_bits", floats ? "8" : "4, 8");
        }
        return new Scheme(weights, format, bits, floats);
    }

    private static int[] block(Scheme scheme) {
        if (!scheme.weights().has("block_structure")) {
            return new int[] {1, scheme.weights().positive("group_size", 0)};
        }
        double[] sizes = scheme.weights().positiveNumbers("block_structure", 2);
        return new int[] {(int) sizes[0], (int) sizes[1]};
    }

    private static Set<String> modules(Checkpoint checkpoint, boolean bytes) {
        String ending = bytes ? PLAIN : PACKED;
        Set<String> modules = new TreeSet<>();
        for (String name : checkpoint.tensorNames()) {
            if (name.endsWith(ending) && (!bytes || checkpoint.tensor(name).dtype() == DType.I8)) {
                modules.add(name.substring(0, name.length() - ending.length()));
            }
        }
        return modules;
    }

    private static StoredTensor matrix(Checkpoint checkpoint, String module, Scheme scheme, boolean bytes) {
        String name = module + (bytes ? PLAIN : PACKED);
        TensorInfo weight = Formats.matrix(checkpoint, name);
        long out = weight.size(0);
        long in = bytes ? weight.size(1) : shape(checkpoint, module, out);
        ConfigReader weights = scheme.weights();
        String strategy = weights.text("strategy", weights.has("group_size") ? "group" : "tensor");
        if (!List.of("group", "channel", "tensor").contains(strategy)) {
            throw weights.unsupported("strategy", "group, channel, tensor");
        }
        long size = strategy.equals("group") ? Formats.groupSize(weights, "group_size", in) : in;
        int groups = Math.toIntExact((in + size - 1) / size);
        TensorInfo scale = checkpoint.tensor(module + SCALE);
        boolean single = strategy.equals("tensor") && scale.elements() == 1;
        if (!single && (scale.elements() != out * groups || scale.rank() < 1 || scale.size(0) != out)) {
            throw weights.error("the scales '" + scale.name() + "' are " + scale.shape() + ", expected [" + out + ", "
                    + groups + "] for "
                    + (strategy.equals("tensor") ? "one scale" : size == in ? "one scale a row" : "groups of " + size)
                    + ".");
        }
        // Bytes are signed, packed numbers are not; both have zero in the middle.
        int added = bytes ? 1 << (scheme.bits() - 1) : 0;
        return new IntegerMatrix(
                new PackedIntegers(
                        checkpoint.fileOf(name),
                        weight,
                        scheme.bits(),
                        bytes ? Packing.BYTES : Packing.COLUMNS,
                        out,
                        in,
                        added),
                new Scales(checkpoint.open(scale.name()), scale, groups, size),
                weights.flag("symmetric", true) ? null : zeroPoints(checkpoint, module, scheme, out, groups),
                false,
                order(checkpoint, module, size, in));
    }

    /** Older versions of the library leave zero points in bytes. */
    private static @Nullable PackedIntegers zeroPoints(
            Checkpoint checkpoint, String module, Scheme scheme, long out, int groups) {
        TensorInfo tensor = checkpoint.tensor(module + ZERO_POINT);
        boolean bytes = tensor.dtype() == DType.I8;
        return new PackedIntegers(
                checkpoint.fileOf(tensor.name()),
                tensor,
                scheme.bits(),
                bytes ? Packing.BYTES : Packing.ROWS,
                out,
                groups,
                bytes ? 1 << (scheme.bits() - 1) : 0);
    }

    private static long shape(Checkpoint checkpoint, String module, long out) {
        String name = module + ".weight_shape";
        long[] shape = checkpoint.open(name).longs(name, 2);
        if (shape[0] != out || shape[1] < 1 || shape[1] > Integer.MAX_VALUE) {
            throw new BadFile("The checkpoint " + checkpoint.directory() + ": '" + name + "' is [" + shape[0] + ", "
                    + shape[1] + "], expected the sizes of its matrix, which has " + out + " rows.");
        }
        return shape[1];
    }

    private static @Nullable InputOrder order(Checkpoint checkpoint, String module, long size, long in) {
        String name = module + ".weight_g_idx";
        if (!checkpoint.has(name)) {
            return null;
        }
        SafetensorsFile file = checkpoint.open(name);
        long[] groups = file.longs(name, in);
        // -1 stands for the order in which they come.
        return Arrays.stream(groups).anyMatch(group -> group == -1)
                ? null
                : InputOrder.of(groups, size, file.path() + ": tensor '" + name + "'");
    }
}
