package dev.steering.export.adapter;

import dev.steering.core.BadFile;
import dev.steering.core.SteeringException;
import dev.steering.core.safetensors.SafetensorsFile;
import dev.steering.core.safetensors.TensorInfo;
import dev.steering.export.checkpoint.Checkpoint;
import dev.steering.export.checkpoint.ConfigReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A LoRA adapter (Hu et al. 2021, arXiv 2106.09685) as Hugging Face's PEFT writes it: {@code W + alpha / r * B A} for the matrices that it
 * has, {@code alpha / sqrt(r)} where it is rank-stabilised. What computes something else is refused by name. Immutable.
 */
public final class LoraAdapter {
    private static final String CONFIG = "adapter_config.json";
    private static final String WEIGHTS = "adapter_model.safetensors";
    private static final String PREFIX = "base_model.model.";
    private static final String DOWN = ".lora_A.weight";
    private static final String UP = ".lora_B.weight";

    private final Path directory;
    private final SafetensorsFile file;
    private final Map<String, Update> updates;
    private final Map<String, TensorInfo> replaced;

    /**
     * What is added to a matrix.
     *
     * @param down name of A, {@code [r, in]}
     * @param up name of B, {@code [out, r]}
     * @param factor of the product
     */
    record Update(TensorInfo down, TensorInfo up, double factor) {}

    private LoraAdapter(
            Path directory, SafetensorsFile file, Map<String, Update> updates, Map<String, TensorInfo> replaced) {
        this.directory = directory;
        this.file = file;
        this.updates = updates;
        this.replaced = replaced;
    }

    /**
     * @param directory with {@code adapter_config.json} and {@code adapter_model.safetensors}
     * @param base the checkpoint that it belongs to
     * @return the adapter
     * @throws SteeringException if it is no such adapter, or not of this checkpoint
     */
    public static LoraAdapter open(Path directory, Checkpoint base) {
        for (String name : List.of(CONFIG, WEIGHTS)) {
            if (!Files.isRegularFile(directory.resolve(name))) {
                throw new BadFile("No LoRA adapter at " + directory + ": there is no " + name
                        + ". Expected what PEFT's save_pretrained writes, with " + CONFIG + " and " + WEIGHTS + ".");
            }
        }
        ConfigReader config = new ConfigReader(
                Checkpoint.readJson(directory.resolve(CONFIG), ""),
                directory.resolve(CONFIG).toString());
        requireExact(config);
        SafetensorsFile file = SafetensorsFile.open(directory.resolve(WEIGHTS));
        Map<String, Update> updates = new TreeMap<>();
        Map<String, TensorInfo> replaced = new TreeMap<>();
        List<String> unknown = new ArrayList<>();
        for (TensorInfo tensor : file.tensors().values()) {
            String name = tensor.name();
            if (name.startsWith(PREFIX) && name.endsWith(DOWN)) {
                String module = name.substring(PREFIX.length(), name.length() - DOWN.length());
                updates.put(target(base, module, directory) + ".weight", update(config, file, tensor, module));
            } else if (name.startsWith(PREFIX) && !name.contains("lora_")) {
                String target = name.substring(PREFIX.length()).replace(".modules_to_save.", ".");
                replaced.put(existing(base, target, directory), tensor);
            } else if (!name.endsWith(UP)) {
                unknown.add(name);
            }
        }
        if (!unknown.isEmpty() || updates.isEmpty()) {
            throw new BadFile(directory.resolve(WEIGHTS) + " has "
                    + (updates.isEmpty()
                            ? "no pair of lora_A and lora_B"
                            : "tensors that are no pair of lora_A and lora_B")
                    + (unknown.isEmpty() ? "." : ", first '" + unknown.get(0) + "'.")
                    + " Adapters of embeddings, convolutions and other methods than LoRA are not merged.");
        }
        return new LoraAdapter(directory, file, updates, replaced).fitting(base);
    }

    /** @return where it is */
    public Path directory() {
        return directory;
    }

    /** @return the file of its tensors */
    public Path weights() {
        return file.path();
    }

    SafetensorsFile file() {
        return file;
    }

    Map<String, Update> updates() {
        return updates;
    }

    Map<String, TensorInfo> replaced() {
        return replaced;
    }

    private static void requireExact(ConfigReader config) {
        String type = config.text("peft_type", "LORA");
        if (!type.equals("LORA")) {
            throw config.unsupported("peft_type", "LORA");
        }
        config.refuse(
                "use_dora", "its magnitudes belong to every matrix as a whole. Merge it in PEFT (merge_and_unload).");
        config.refuse("fan_in_fan_out", "matrices with a row for every input are not merged.");
        config.refuse("lora_bias", "biases of the update are not merged.");
        config.refuse("use_qalora", "the update of a quantised matrix is not merged.");
        for (String key : List.of("loftq_config", "corda_config", "eva_config")) {
            if (config.has(key) && !config.object(key).keys().isEmpty()) {
                throw config.error(key + " is not supported: the base matrices may be others than the checkpoint's."
                        + " Merge the adapter in PEFT (merge_and_unload) and export the result.");
            }
        }
        if (!config.text("bias", "none").equals("none")) {
            throw config.unsupported("bias", "none");
        }
    }

    private static Update update(ConfigReader config, SafetensorsFile file, TensorInfo down, String module) {
        TensorInfo up = file.tensor(PREFIX + module + UP);
        if (down.shape().size() != 2 || up.shape().size() != 2 || down.size(0) != up.size(1)) {
            throw new BadFile(file.path() + ": '" + down.name() + "' is " + down.shape() + " and '" + up.name() + "' "
                    + up.shape() + "; expected [r, in] and [out, r].");
        }
        double rank = down.size(0);
        double alpha = pattern(config, "alpha_pattern", module, config.positiveNumber("lora_alpha", 8));
        double said = pattern(config, "rank_pattern", module, config.positiveNumber("r", 8));
        if (said != rank) {
            throw new BadFile(file.path() + ": '" + down.name() + "' is of rank " + (long) rank + ", but " + CONFIG
                    + " says " + (long) said + ": the two do not belong together.");
        }
        double divisor = config.flag("use_rslora", false) ? Math.sqrt(rank) : rank;
        return new Update(down, up, alpha / divisor);
    }

    /** A value for the modules whose names end with a key, or match it as a regular expression would, of which only the ends are read. */
    private static double pattern(ConfigReader config, String key, String module, double otherwise) {
        ConfigReader pattern = config.objectOrEmpty(key);
        for (String name : pattern.keys()) {
            if (!name.matches("[A-Za-z0-9_.]+")) {
                throw config.error(
                        key + " '" + name + "' is not supported: only names of modules are, not expressions.");
            }
            if (module.equals(name) || module.endsWith("." + name)) {
                return pattern.positiveNumber(name);
            }
        }
        return otherwise;
    }

    private static String target(Checkpoint base, String module, Path directory) {
        String weight = existing(base, module + ".weight", directory);
        return weight.substring(0, weight.length() - ".weight".length());
    }

    private static String existing(Checkpoint base, String name, Path directory) {
        if (!base.has(name)) {
            throw new BadFile("The adapter " + directory + " changes '" + name + "', which the checkpoint "
                    + base.directory() + " does not have. Is it an adapter of another model?");
        }
        return name;
    }

    private LoraAdapter fitting(Checkpoint base) {
        updates.forEach((name, update) ->
                base.tensor(name, update.up().size(0), update.down().size(1)));
        replaced.forEach((name, tensor) -> base.tensor(
                name, tensor.shape().stream().mapToLong(Long::longValue).toArray()));
        for (String name : List.copyOf(updates.keySet())) {
            if (base.tensor(name).shape().size() != 2) {
                throw new BadFile("'" + name + "' of " + base.directory() + " is no matrix.");
            }
        }
        return this;
    }
}
