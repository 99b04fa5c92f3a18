package dev.steering.cli.commands;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.cli.terminal.ProgressBar;
import dev.steering.cli.terminal.WrongUsage;
import dev.steering.core.AtomicFiles;
import dev.steering.core.files.FileMark;
import dev.steering.core.files.OutputRule;
import dev.steering.core.vector.ContrastSet;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorScale;
import dev.steering.extract.anchor.LayerEffect;
import dev.steering.extract.anchor.LayerValidation;
import dev.steering.extract.project.RefusalTokens;
import dev.steering.model.chat.ChatModel;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Whether and how layers are validated by steering them one at a time. */
final class ValidationMixin {
    private static final FileMark KIND =
            FileMark.json("the effects of layers", "format", "harmful_mass", "harmless_mass");
    private static final ObjectMapper JSON = new ObjectMapper();

    @Option(
            names = "--validate",
            description =
                    "Steer each layer and each segment alone and measure how much refusal that adds or takes away.")
    private boolean validate;

    @Option(
            names = "--validate-tokens",
            paramLabel = "N",
            converter = NumberConverters.Positive.class,
            description = "Tokens of each answer that are looked at. Default: 8.")
    private @Nullable Integer tokens;

    @Option(
            names = "--validation",
            paramLabel = "FILE.json",
            description = "Where the effects are stored. Default: the vector file's name with .validation.json added.")
    private @Nullable Path file;

    void requireUsed() {
        if (!validate && (tokens != null || file != null)) {
            throw new WrongUsage("--validate-tokens and --validation have no effect without --validate.");
        }
    }

    /** Called before the work begins. */
    void requireTarget(Path vectorFile, OutputRule rule) {
        if (validate) {
            rule.requireFile(target(vectorFile), KIND);
        }
    }

    private Path target(Path vectorFile) {
        return file == null ? Path.of(vectorFile + ".validation.json") : file;
    }

    /** Does nothing unless it was asked for: null then. */
    LayerValidation.@Nullable Result run(
            OutputMixin output,
            ChatModel model,
            SteeringVector vector,
            ContrastSet prompts,
            RefusalTokens refusal,
            double alpha,
            VectorScale scale,
            Path vectorFile) {
        if (!validate) {
            return null;
        }
        LayerValidation.Result result = LayerValidation.withDefaults()
                .withStrength(alpha, scale)
                .withTokens(tokens == null ? LayerValidation.DEFAULT_TOKENS : tokens)
                .withProgress(ProgressBar.onTerminal())
                .run(model, vector, prompts, refusal);
        Path target = target(vectorFile);
        AtomicFiles.writeText(target, toJson(result));
        print(output.text(), result);
        output.notes().println("effects written to " + target);
        return result;
    }

    private static void print(PrintWriter out, LayerValidation.Result result) {
        out.printf(
                Locale.ROOT,
                "refusal mass of the first %d tokens, alpha %s (%s) at these layers alone: %d harmful, %d harmless prompts%n",
                result.tokens(),
                result.alpha(),
                result.scale().name().toLowerCase(Locale.ROOT),
                result.harmful(),
                result.harmless());
        out.printf(
                Locale.ROOT,
                "%9s  %-24s  %-24s  %s%n",
                "",
                "harmful: - / none / +",
                "harmless: - / none / +",
                "control");
        for (List<LayerEffect> effects : List.of(result.layers(), result.segments())) {
            for (LayerEffect e : effects) {
                out.printf(
                        Locale.ROOT,
                        "%9s  %.3f / %.3f / %.3f     %.3f / %.3f / %.3f     %+.3f%n",
                        range(e),
                        e.harmfulSubtracted(),
                        result.harmfulMass(),
                        e.harmfulAdded(),
                        e.harmlessSubtracted(),
                        result.harmlessMass(),
                        e.harmlessAdded(),
                        e.control());
            }
        }
        out.println("strongest segment: layers " + range(result.strongestSegment()));
    }

    private static String range(LayerEffect effect) {
        return effect.firstLayer() == effect.lastLayer()
                ? "" + effect.firstLayer()
                : effect.firstLayer() + "-" + effect.lastLayer();
    }

    private static String toJson(LayerValidation.Result result) {
        ObjectNode root = JSON.createObjectNode()
                .put("format", "layer-validation")
                .put("version", 1)
                .put("alpha", result.alpha())
                .put("scale", result.scale().name().toLowerCase(Locale.ROOT))
                .put("tokens", result.tokens())
                .put("harmful", result.harmful())
                .put("harmless", result.harmless())
                .put("harmful_mass", result.harmfulMass())
                .put("harmless_mass", result.harmlessMass());
        write(root.putArray("layers"), result.layers());
        write(root.putArray("segments"), result.segments());
        return root.toPrettyString() + "\n";
    }

    private static void write(ArrayNode array, List<LayerEffect> effects) {
        for (LayerEffect e : effects) {
            array.addObject()
                    .put("first_layer", e.firstLayer())
                    .put("last_layer", e.lastLayer())
                    .put("harmful_subtracted", e.harmfulSubtracted())
                    .put("harmful_added", e.harmfulAdded())
                    .put("harmless_subtracted", e.harmlessSubtracted())
                    .put("harmless_added", e.harmlessAdded())
                    .put("control", e.control());
        }
    }
}
