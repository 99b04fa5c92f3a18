package dev.steering.core.softprompt;

import dev.steering.core.BadFile;
import dev.steering.core.Remedy;
import dev.steering.core.SteeringException;
import dev.steering.core.files.FileMark;
import dev.steering.core.files.OutputRule;
import dev.steering.core.safetensors.DType;
import dev.steering.core.safetensors.SafetensorsFile;
import dev.steering.core.safetensors.SafetensorsWriter;
import dev.steering.core.safetensors.TensorInfo;
import dev.steering.core.softprompt.SoftPromptJson.Description;
import dev.steering.core.softprompt.SoftPromptJson.Part;
import java.nio.file.Path;

/**
 * Saves and loads {@link SoftPrompts} as one safetensors file; {@code docs/soft-prompt-format.md} describes the format.
 *
 * <p>Two F32 tensors, {@code safe} and {@code opposite}, {@code [length, hidden]} each, and a JSON document with everything else
 * under the metadata key {@code soft_prompts}. What is read equals what was written, and the same value gives the same bytes.
 * Readers refuse versions newer than their own and tolerate keys and tensors that they do not know. Stateless and thread-safe.
 */
public final class SoftPromptFile {
    private static final System.Logger LOG = System.getLogger("dev.steering.core");

    static final String METADATA_KEY = "soft_prompts";
    static final String SAFE = "safe";
    static final String OPPOSITE = "opposite";

    /** What such a file is. */
    public static final FileMark KIND = FileMark.safetensors("soft prompts", METADATA_KEY);

    private SoftPromptFile() {}

    /**
     * Writes the file whole or not at all. A file of another kind is not replaced.
     *
     * @param file the file to create or replace; its directory must exist
     * @param prompts what to save
     * @throws SteeringException if it cannot be written, is in a bundle or holds something else, or if a number is not finite
     */
    public static void write(Path file, SoftPrompts prompts) {
        write(file, prompts, OutputRule.STANDARD);
    }

    /**
     * Writes the file whole or not at all.
     *
     * @param file the file to create or replace; its directory must exist
     * @param prompts what to save
     * @param rule what may be replaced
     * @throws SteeringException if it cannot or must not be written, or if a number is not finite
     */
    public static void write(Path file, SoftPrompts prompts, OutputRule rule) {
        rule.requireFile(file, KIND);
        new SafetensorsWriter()
                .metadata(METADATA_KEY, SoftPromptJson.write(prompts))
                .floats(SAFE, prompts.safe().values(), prompts.safe().length(), prompts.hidden())
                .floats(
                        OPPOSITE,
                        prompts.opposite().values(),
                        prompts.opposite().length(),
                        prompts.hidden())
                .write(file);
    }

    /**
     * @param file a safetensors file
     * @return whether it says that it holds soft prompts
     * @throws SteeringException if it cannot be read
     */
    public static boolean holdsSoftPrompts(Path file) {
        return SafetensorsFile.open(file).metadata().containsKey(METADATA_KEY);
    }

    /**
     * @param file a file written by {@link #write}, of any version so far
     * @return the soft prompts
     * @throws BadFile if it is not a soft-prompt file, is of a newer version, or is damaged
     */
    public static SoftPrompts read(Path file) {
        SafetensorsFile opened = SafetensorsFile.open(file);
        String json = opened.metadata().get(METADATA_KEY);
        if (json == null) {
            throw new BadFile(file + " is a safetensors file but holds no soft prompts: it has no metadata '"
                            + METADATA_KEY + "'. Expected a file of tuned soft prompts.")
                    .withRemedy(Remedy.TUNE_SOFT_PROMPTS);
        }
        Description description = SoftPromptJson.read(file.toString(), json);
        SoftPrompt safe = prompt(opened, SAFE, description.safe());
        SoftPrompt opposite = prompt(opened, OPPOSITE, description.opposite());
        if (safe.hidden() != opposite.hidden()) {
            throw damaged(
                    file, "its rows have sizes " + safe.hidden() + " and " + opposite.hidden() + ", expected the same");
        }
        LOG.log(
                System.Logger.Level.DEBUG,
                () -> "soft prompts " + file.toAbsolutePath() + ": " + safe.length() + " and " + opposite.length()
                        + " tokens");
        return new SoftPrompts(
                safe,
                opposite,
                description.embeddingScale(),
                description.safe().curve(),
                description.opposite().curve(),
                description.cost(),
                description.provenance());
    }

    private static SoftPrompt prompt(SafetensorsFile file, String name, Part part) {
        TensorInfo tensor = file.tensor(name);
        int length = part.initialTokens().size();
        boolean sized = tensor.rank() == 2
                && tensor.elements() > 0
                && tensor.size(0) == length
                && tensor.size(1) <= Integer.MAX_VALUE;
        if (tensor.dtype() != DType.F32 || !sized) {
            throw damaged(
                    file.path(),
                    "tensor '" + name + "' is " + tensor.dtype() + " " + tensor.shape() + ", expected F32 [" + length
                            + ", hidden]");
        }
        try {
            return SoftPrompt.of(part.initialText(), part.initialTokens(), (int) tensor.size(1), file.floats(name));
        } catch (SteeringException e) {
            throw new BadFile(file.path() + ": tensor '" + name + "': " + e.getMessage(), e);
        }
    }

    private static BadFile damaged(Path file, String problem) {
        return SoftPromptJson.document(file.toString()).damaged(problem);
    }
}
