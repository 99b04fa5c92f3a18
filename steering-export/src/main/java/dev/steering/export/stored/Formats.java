package dev.steering.export.stored;

import com.fasterxml.jackson.databind.JsonNode;
import dev.steering.core.BadFile;
import dev.steering.core.safetensors.DType;
import dev.steering.core.safetensors.SafetensorsFile;
import dev.steering.core.safetensors.TensorInfo;
import dev.steering.export.checkpoint.Checkpoint;
import dev.steering.export.checkpoint.ConfigReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The formats by what {@code quantization_config} calls them, and what they have in common. */
final class Formats {
    private static final int[] WHOLE = {0, 0};
    /** Files of AutoGPTQ and AutoAWQ, and what they mean. */
    private static final SortedMap<String, String> OLDER =
            new TreeMap<>(Map.of("quantize_config.json", "gptq", "quant_config.json", "awq"));

    private Formats() {}

    /** Stored tensors by the names that the model's mathematics has for them; null if the method is none that is known. */
    static @Nullable Map<String, StoredTensor> read(Checkpoint checkpoint, ConfigReader config) {
        return switch (config.text("quant_method", "").toLowerCase(Locale.ROOT)) {
            case "gptq" -> GroupedFormats.gptq(checkpoint, config);
            case "awq" -> GroupedFormats.awq(checkpoint, config);
            case "compressed-tensors" -> CompressedTensors.read(checkpoint, config);
            case "fp8", "fbgemm_fp8" -> fp8(checkpoint, config);
            case "mxfp4" -> mxfp4(checkpoint);
            default -> null;
        };
    }

    /** What older quantisers write beside config.json instead of into it; null if there is none. */
    static @Nullable ConfigReader besideConfig(Checkpoint checkpoint) {
        if (checkpoint.tensorNames().stream().noneMatch(name -> name.endsWith(".qweight"))) {
            return null;
        }
        for (Map.Entry<String, String> older : OLDER.entrySet()) {
            Path file = checkpoint.directory().resolve(older.getKey());
            if (Files.isRegularFile(file)) {
                return new ConfigReader(Checkpoint.readJson(file, ""), older.getKey())
                        .withDefaults(Map.of("quant_method", older.getValue()));
            }
        }
        throw new BadFile("The checkpoint " + checkpoint.directory() + " has integers ('.qweight'), but config.json has"
                + " no quantization_config, and there is neither " + String.join(" nor ", OLDER.keySet())
                + ": there is no telling how they are stored. Put its quantization_config into config.json, or use"
                + " the unquantised checkpoint.");
    }

    static Map<String, StoredTensor> fp8(Checkpoint checkpoint, ConfigReader config) {
        if (config.has("fmt") && !config.text("fmt", "").startsWith("e4m3")) {
            throw config.unsupported("fmt", "e4m3");
        }
        int[] block = WHOLE;
        if (config.has("weight_block_size")) {
            double[] sizes = config.positiveNumbers("weight_block_size", 2);
            block = new int[] {(int) sizes[0], (int) sizes[1]};
        }
        return fp8(checkpoint, block);
    }

    /** Matrices of 8-bit floats with the scale beside them. */
    static Map<String, StoredTensor> fp8(Checkpoint checkpoint, int[] block) {
        Map<String, StoredTensor> found = new LinkedHashMap<>();
        for (String name : checkpoint.tensorNames().stream().sorted().toList()) {
            if (checkpoint.tensor(name).dtype() == DType.F8_E4M3) {
                TensorInfo weight = matrix(checkpoint, name);
                String scale = List.of(name + "_scale_inv", name + "_scale").stream()
                        .filter(checkpoint::has)
                        .findFirst()
                        .orElseThrow(() -> new BadFile("The checkpoint " + checkpoint.directory() + " has '" + name
                                + "' in 8-bit floats, but neither '" + name + "_scale_inv' nor '" + name + "_scale'."));
                found.put(
                        name,
                        new Fp8Matrix(
                                checkpoint.open(name),
                                weight,
                                checkpoint.open(scale),
                                checkpoint.tensor(scale),
                                block));
            }
        }
        return found;
    }

    private static Map<String, StoredTensor> mxfp4(Checkpoint checkpoint) {
        Map<String, StoredTensor> found = new LinkedHashMap<>();
        for (String name : checkpoint.tensorNames().stream().sorted().toList()) {
            if (name.endsWith("_blocks")) {
                String whole = name.substring(0, name.length() - "_blocks".length());
                String scales = whole + "_scales";
                found.put(
                        whole,
                        new Mxfp4Experts(
                                checkpoint.open(name),
                                checkpoint.tensor(name),
                                checkpoint.open(scales),
                                checkpoint.tensor(scales)));
            }
        }
        return found;
    }

    /** Refuses scales that are no floats, before anything is written. */
    static void requireScales(SafetensorsFile file, TensorInfo scale) {
        DType type = scale.dtype();
        if (type != DType.F32 && type != DType.F16 && type != DType.BF16) {
            throw new BadFile(file.path() + ": the scales '" + scale.name() + "' are " + type.safetensorsName()
                    + ", expected F32, F16 or BF16.");
        }
    }

    static TensorInfo matrix(Checkpoint checkpoint, String name) {
        TensorInfo tensor = checkpoint.tensor(name);
        if (tensor.rank() != 2 || tensor.size(0) < 1 || tensor.size(1) < 1) {
            throw new BadFile("The checkpoint " + checkpoint.directory() + ": tensor '" + name + "' is "
                    + tensor.shape() + ", expected a matrix.");
        }
        return tensor;
    }

    /** How many neighbouring weights share a scale; all of a row for -1. */
    static long groupSize(ConfigReader config, String key, long columns) {
        JsonNode given = config.value(key);
        if (given.isMissingNode() || given.isNull() || given.asLong(0) == -1) {
            return columns;
        }
        int size = config.positive(key);
        if (!IntegerMatrix.divides(size, columns)) {
            throw config.unsupported(key, "multiples of 16, -1");
        }
        return Math.min(size, columns);
    }
}
