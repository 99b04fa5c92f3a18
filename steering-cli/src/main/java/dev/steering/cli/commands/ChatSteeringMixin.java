package dev.steering.cli.commands;

import dev.steering.apply.MethodArguments;
import dev.steering.apply.acd.AcdDefinition;
import dev.steering.cli.answers.ChatSteering;
import dev.steering.cli.answers.MethodNames;
import dev.steering.cli.answers.MethodSetting;
import dev.steering.core.softprompt.SoftPromptFile;
import dev.steering.core.vector.ModelCheck;
import dev.steering.core.vector.SteeringVector;
import java.nio.file.Path;
import java.util.Collections;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** How a chat begins to steer; files that methods can be changed to may be given, too. */
final class ChatSteeringMixin {
    @Option(
            names = "--vector",
            paramLabel = "VECTOR",
            description =
                    "Vector file, as 'steer layers' leaves it, or another tool's (GGUF, .npz, .npy, .svec, safetensors).")
    private @Nullable Path vectorFile;

    @Option(
            names = "--acd",
            paramLabel = "FILE",
            description = "Soft prompts of acd and acd-untuned, as 'steer tune-acd' writes them.")
    private @Nullable Path softPrompts;

    @Option(
            names = "--method",
            paramLabel = "METHOD",
            completionCandidates = MethodNames.class,
            description = {
                "${COMPLETION-CANDIDATES}, or plan:FILE.json; none is another word for default.",
                "Default: scans with a vector, otherwise default."
            })
    private @Nullable String method;

    @Option(names = "--alpha", paramLabel = "A", description = "Strength. Default: the vector file's, or the method's.")
    private @Nullable String alpha;

    @Option(
            names = "--layers",
            paramLabel = "LAYERS",
            description = "Layers to steer, such as 10-20 or 3,5 (0-based). Default: the vector file's.")
    private @Nullable String layers;

    @Mixin
    private SettingMixin settings = new SettingMixin();

    @Option(names = "--any-model", description = "Apply a vector or soft prompts of another model.")
    private boolean anyModel;

    private @Nullable SteeringVector vector;

    /** Says that the vector was extracted under another system prompt than the conversation's, if it was. */
    void noteSystem(@Nullable String system, CommandSpec spec) {
        if (vector != null) {
            ModelMixin.noteSystems(vector, Collections.singleton(system), spec);
        }
    }

    ChatSteering steering(CommandSpec spec) {
        MethodArguments files = MethodArguments.NONE.with(
                AcdDefinition.SOFT_PROMPTS, softPrompts == null ? null : SoftPromptFile.read(softPrompts));
        if (vectorFile != null) {
            vector = GivenVector.steering(vectorFile, 0, spec);
            files = files.withVector(vector, vectorFile.toString());
        }
        String used = method != null ? method : vectorFile == null ? "default" : "scans";
        ChatSteering steering = new ChatSteering(used, files, anyModel ? ModelCheck.ANY_MODEL : ModelCheck.SAME_MODEL);
        for (MethodSetting setting : settings.all()) {
            steering = steering.with(setting);
        }
        steering = alpha == null ? steering : steering.withStrength(alpha);
        return layers == null ? steering : steering.withLayers(layers);
    }
}
