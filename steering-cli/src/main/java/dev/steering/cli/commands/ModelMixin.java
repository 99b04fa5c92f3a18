package dev.steering.cli.commands;

import dev.steering.core.bundle.Bundle;
import dev.steering.core.vector.ModelCheck;
import dev.steering.core.vector.SteeringVector;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.chat.ChatSigns;
import dev.steering.model.chat.ModelIdentities;
import dev.steering.model.chat.PromptFormat;
import dev.steering.model.pass.RuntimeOptions;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Which model to run and how. */
final class ModelMixin {
    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(
            names = "--model",
            required = true,
            paramLabel = "BUNDLE",
            description = "Model bundle, as 'steer export' writes it.")
    Path bundle = Path.of("");

    @Option(
            names = "--threads",
            paramLabel = "N",
            converter = NumberConverters.NotNegative.class,
            description = "Threads inside one operator; 0 (default) for one per core.")
    private int threads;

    @Option(
            names = "--template",
            paramLabel = "NAME|FILE",
            description =
                    "Chat template: one of the model's by name (such as tool_use) or a .jinja file. Default: default.")
    private @Nullable String template;

    @Option(
            names = "--template-var",
            paramLabel = "NAME=JSON",
            converter = {JsonValue.Name.class, JsonValue.Converter.class},
            description = "Variable for the chat template, such as enable_thinking=false. Can be given several times.")
    private Map<String, JsonValue> variables = new LinkedHashMap<>();

    @Option(
            names = "--no-template",
            description = "Use prompts as they are instead of through the model's chat template.")
    private boolean noTemplate;

    @Option(names = MappedWeights.NAME, description = MappedWeights.DESCRIPTION)
    private boolean mappedWeights;

    ChatModel open() {
        Bundle opened = Bundle.open(bundle);
        return ChatModel.open(opened, runtime(), format(opened));
    }

    /** How the model is run. */
    RuntimeOptions runtime() {
        RuntimeOptions options = RuntimeOptions.defaults().withThreads(threads);
        return mappedWeights ? options.withMappedWeights() : options;
    }

    private PromptFormat format(Bundle opened) {
        if (noTemplate && (template != null || !variables.isEmpty())) {
            throw new ParameterException(
                    spec.commandLine(), "--no-template excludes --template and --template-var: choose one.");
        }
        if (noTemplate) {
            return PromptFormat.plain();
        }
        PromptFormat format =
                template == null ? PromptFormat.of(opened) : PromptFormat.of(opened.directory(), template);
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        variables.forEach((name, json) -> values.put(name, json.value()));
        return format.withVariables(values);
    }

    /**
     * Refuses a vector of another model, or one that was extracted under another template, unless the user insists; what cannot be
     * compared is said in one line.
     */
    static void requireFits(SteeringVector vector, ChatModel model, boolean anyModel, CommandSpec spec) {
        String remark = ModelIdentities.requireFits(
                model, null, vector, anyModel ? ModelCheck.ANY_MODEL : ModelCheck.SAME_MODEL);
        if (remark != null) {
            spec.commandLine().getErr().println("steer: note: " + remark);
        }
    }

    /** Says in one line each which of the system prompts that are asked under (null for none) a vector was not extracted under. */
    static void noteSystems(SteeringVector vector, Collection<@Nullable String> systems, CommandSpec spec) {
        for (String system : systems) {
            String remark = ModelIdentities.systemRemark(vector, system);
            if (remark != null) {
                spec.commandLine().getErr().println("steer: note: " + remark);
            }
        }
    }

    /** A chat model that is asked without its template answers otherwise than it was taught to. */
    static void noteMissingTemplate(Bundle bundle, CommandSpec spec) {
        String sign = ChatSigns.withoutTemplate(bundle);
        if (sign != null) {
            spec.commandLine()
                    .getErr()
                    .println("steer: warning: " + bundle.directory() + " seems to be a chat model (" + sign
                            + "), but has no chat template: prompts are used as they are. Put its chat_template.jinja"
                            + " there, or give it to every command with --template.");
        }
    }
}
