package dev.steering.cli.commands;

import dev.steering.cli.terminal.ShellWord;
import dev.steering.core.bundle.Bundle;
import dev.steering.core.vector.ModelCheck;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorQuality;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.chat.ModelIdentities;
import dev.steering.model.chat.PromptFormat;
import dev.steering.model.pass.RuntimeOptions;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
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

    @Option(
            names = "--escape-special",
            description =
                    "Encode control tokens in messages, such as <|end|>, as ordinary text; those of the template stay. Default:"
                            + " they become control tokens, as in transformers, with a warning.")
    private boolean escape;

    @Option(
            names = "--response-prefix",
            paramLabel = "TEXT",
            description =
                    "What every answer begins with; the model goes on from it, and it is no part of what is written. \\n is a line"
                            + " feed. Behind a template that leaves a think block open, '</think>\\n\\n' makes it answer at once.")
    private @Nullable String responsePrefix;

    @Mixin
    private WeightsMixin weights = new WeightsMixin();

    /** The bundle, unopened. */
    Bundle bundle() {
        return Bundle.open(bundle);
    }

    ChatModel open() {
        return open(bundle);
    }

    /** Another bundle, run and asked in the same way. */
    ChatModel open(Path directory) {
        Bundle opened = Bundle.open(directory);
        return ChatModel.open(opened, runtime(), format(opened));
    }

    /** The model and how prompts are written for it, for a command that has to write them the same way. */
    String again() {
        StringBuilder words = new StringBuilder(ShellWord.quoted(bundle));
        if (noTemplate) {
            words.append(" --no-template");
        }
        if (template != null) {
            words.append(" --template ").append(ShellWord.quoted(template));
        }
        variables.forEach(
                (name, json) -> words.append(" --template-var ").append(ShellWord.quoted(name + "=" + json.text())));
        if (escape) {
            words.append(" --escape-special");
        }
        if (responsePrefix != null) {
            words.append(" --response-prefix ").append(ShellWord.quoted(responsePrefix));
        }
        return words.toString();
    }

    /** How the model is run. */
    RuntimeOptions runtime() {
        return RuntimeOptions.defaults().withThreads(threads).withWeights(weights.weights());
    }

    private PromptFormat format(Bundle opened) {
        PromptFormat format = templateFormat(opened);
        return responsePrefix == null
                ? format
                : format.withResponsePrefix(responsePrefix.replace("\\n", "\n").replace("\\t", "\t"));
    }

    private PromptFormat templateFormat(Bundle opened) {
        if (noTemplate && (template != null || !variables.isEmpty())) {
            throw new ParameterException(
                    spec.commandLine(), "--no-template excludes --template and --template-var: choose one.");
        }
        if (noTemplate) {
            return PromptFormat.plain().withEscapedControlTokens(escape);
        }
        PromptFormat format =
                template == null ? PromptFormat.of(opened) : PromptFormat.of(opened.directory(), template);
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        variables.forEach((name, json) -> values.put(name, json.value()));
        return format.withVariables(values).withEscapedControlTokens(escape);
    }

    /**
     * Refuses a vector of another model, or one that was extracted under another template, unless the user insists; what cannot be
     * compared is said in one line.
     */
    static void requireFits(SteeringVector vector, ChatModel model, boolean anyModel, CommandSpec spec) {
        String remark = ModelIdentities.requireFits(
                model, null, vector, anyModel ? ModelCheck.ANY_MODEL : ModelCheck.SAME_MODEL);
        if (remark != null) {
            OutputMixin.note(spec, remark);
        }
    }

    /** The same for a vector that is going to steer: what is known to be wrong with its stored recommendations is said too. */
    static void requireSteers(SteeringVector vector, ChatModel model, boolean anyModel, CommandSpec spec) {
        requireFits(vector, model, anyModel, spec);
        VectorQuality.remarks(vector).forEach(remark -> OutputMixin.warn(spec, remark));
    }

    /** Says in one line each which of the system prompts that are asked under (null for none) a vector was not extracted under. */
    static void noteSystems(SteeringVector vector, Collection<@Nullable String> systems, CommandSpec spec) {
        for (String system : systems) {
            String remark = ModelIdentities.systemRemark(vector, system);
            if (remark != null) {
                OutputMixin.note(spec, remark);
            }
        }
    }
}
