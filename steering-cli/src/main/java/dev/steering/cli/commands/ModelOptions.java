package dev.steering.cli.commands;

import dev.steering.core.bundle.Bundle;
import dev.steering.core.chat.ChatModel;
import dev.steering.core.chat.PromptFormat;
import dev.steering.core.runtime.RuntimeOptions;
import dev.steering.core.vector.ModelCheck;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.TargetModel;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Which model to run and how. */
final class ModelOptions {
    @Option(
            names = "--model",
            required = true,
            paramLabel = "BUNDLE",
            description = "Model bundle, as 'steer export' writes it.")
    Path bundle = Path.of("");

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Threads inside one operator; 0 (default) for one per core.")
    int threads;

    @Option(
            names = "--no-template",
            description = "Use prompts as they are instead of through the model's chat template.")
    boolean noTemplate;

    ChatModel open() {
        ChatModel model = ChatModel.open(
                Bundle.open(bundle), RuntimeOptions.defaults().withThreads(Math.max(0, threads)));
        return noTemplate ? model.withFormat(PromptFormat.plain()) : model;
    }

    /** Refuses a vector of another model unless the user insists. */
    static void requireFits(SteeringVector vector, ChatModel model, boolean anyModel) {
        new TargetModel(
                        model.manifest().fingerprint(),
                        model.manifest().name(),
                        model.manifest().layers(),
                        model.manifest().hidden())
                .requireFits(vector, anyModel ? ModelCheck.ANY_MODEL : ModelCheck.SAME_MODEL);
    }
}
