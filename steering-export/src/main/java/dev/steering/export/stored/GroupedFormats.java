package dev.steering.export.stored;

import dev.steering.core.safetensors.SafetensorsFile;
import dev.steering.core.safetensors.TensorInfo;
import dev.steering.export.checkpoint.Checkpoint;
import dev.steering.export.checkpoint.ConfigReader;
import dev.steering.export.stored.IntegerMatrix.Scales;
import dev.steering.export.stored.PackedIntegers.Packing;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * GPTQ (Frantar et al. 2022, arXiv 2210.17323) as AutoGPTQ and GPTQModel store it, and AWQ (Lin et al. 2023, arXiv 2306.00978) as
 * AutoAWQ does: {@code qweight}, {@code qzeros} and {@code scales} with a row for every input or group of inputs.
 */
final class GroupedFormats {
    private static final String WEIGHTS = ".qweight";
    private static final String ZEROS = ".qzeros";
    private static final String SCALES = ".scales";
    private static final String ORDER = ".g_idx";

    private GroupedFormats() {}

    static Map<String, StoredTensor> gptq(Checkpoint checkpoint, ConfigReader config) {
        int bits = bits(config, "bits", true);
        String format = config.text("checkpoint_format", config.text("format", "gptq"));
        if (!format.equals("gptq") && !format.equals("gptq_v2")) {
            throw config.unsupported(config.has("checkpoint_format") ? "checkpoint_format" : "format", "gptq, gptq_v2");
        }
        if (config.has("dynamic") && !config.object("dynamic").keys().isEmpty()) {
            throw config.error("dynamic, which gives modules settings of their own, is not supported.");
        }
        // The first version of the format stores zero points less one.
        int added = format.equals("gptq") ? 1 : 0;
        Map<String, StoredTensor> found = new LinkedHashMap<>();
        for (String module : modules(checkpoint)) {
            TensorInfo weight = matrix(checkpoint, module + WEIGHTS);
            long in = weight.size(0) * (Integer.SIZE / bits);
            long out = weight.size(1);
            Scales scales = scales(checkpoint, config, module, in, out);
            found.put(
                    module + ".weight",
                    new IntegerMatrix(
                            new PackedIntegers(
                                    checkpoint.fileOf(weight.name()), weight, bits, Packing.ROWS, in, out, 0),
                            scales,
                            new PackedIntegers(
                                    checkpoint.fileOf(module + ZEROS),
                                    checkpoint.tensor(module + ZEROS),
                                    bits,
                                    Packing.COLUMNS,
                                    scales.groups(),
                                    out,
                                    added),
                            true,
                            order(checkpoint, config, module, scales, in)));
        }
        return found;
    }

    static Map<String, StoredTensor> awq(Checkpoint checkpoint, ConfigReader config) {
        int bits = bits(config, config.has("w_bit") ? "w_bit" : "bits", false);
        String key = config.has("version") || !config.has("format") ? "version" : "format";
        if (!config.text(key, "gemm").equalsIgnoreCase("gemm") || "llm-awq".equals(config.text("backend", ""))) {
            throw config.unsupported("llm-awq".equals(config.text("backend", "")) ? "backend" : key, "gemm");
        }
        if (!config.flag("zero_point", true)) {
            throw config.unsupported("zero_point", "true");
        }
        Map<String, StoredTensor> found = new LinkedHashMap<>();
        for (String module : modules(checkpoint)) {
            TensorInfo weight = matrix(checkpoint, module + WEIGHTS);
            long in = weight.size(0);
            long out = weight.size(1) * (Integer.SIZE / bits);
            Scales scales = scales(checkpoint, config, module, in, out);
            found.put(
                    module + ".weight",
                    new IntegerMatrix(
                            evenFirst(checkpoint, module + WEIGHTS, bits, in, out),
                            scales,
                            evenFirst(checkpoint, module + ZEROS, bits, scales.groups(), out),
                            true,
                            null));
        }
        return found;
    }

    /** What a format keeps beside its parts, and a kernel does not need. */
    static boolean isSpare(String name) {
        return name.endsWith(ORDER);
    }

    private static PackedIntegers evenFirst(Checkpoint checkpoint, String name, int bits, long rows, long columns) {
        return new PackedIntegers(
                checkpoint.fileOf(name), checkpoint.tensor(name), bits, Packing.EVEN_COLUMNS_FIRST, rows, columns, 0);
    }

    private static int bits(ConfigReader config, String key, boolean eight) {
        int bits = config.positive(key);
        if (bits != 4 && !(eight && bits == 8)) {
            throw config.unsupported(key, eight ? "4, 8" : "4");
        }
        return bits;
    }

    private static Set<String> modules(Checkpoint checkpoint) {
        Set<String> modules = new TreeSet<>();
        for (String name : checkpoint.tensorNames()) {
            if (name.endsWith(WEIGHTS)) {
                modules.add(name.substring(0, name.length() - WEIGHTS.length()));
            }
        }
        return modules;
    }

    private static TensorInfo matrix(Checkpoint checkpoint, String name) {
        return Formats.matrix(checkpoint, name);
    }

    private static Scales scales(Checkpoint checkpoint, ConfigReader config, String module, long in, long out) {
        String key = config.has("q_group_size") ? "q_group_size" : "group_size";
        long size = Formats.groupSize(config, key, in);
        int groups = Math.toIntExact((in + size - 1) / size);
        SafetensorsFile file = checkpoint.open(module + SCALES);
        return new Scales(file, checkpoint.tensor(module + SCALES, groups, out), groups, size);
    }

    private static @Nullable InputOrder order(
            Checkpoint checkpoint, ConfigReader config, String module, Scales scales, long in) {
        String name = module + ORDER;
        if (!checkpoint.has(name)) {
            if (config.flag("desc_act", false)) {
                throw config.error("desc_act is true, but '" + name + "' is missing.");
            }
            return null;
        }
        SafetensorsFile file = checkpoint.open(name);
        return InputOrder.of(file.longs(name, in), scales.size(), file.path() + ": tensor '" + name + "'");
    }
}
