package dev.steering.cli.commands;

import dev.steering.cli.terminal.ProgressBar;
import dev.steering.cli.terminal.WrongUsage;
import dev.steering.core.vector.ContrastSet;
import dev.steering.core.vector.ExtractionPrompts;
import dev.steering.core.vector.SteeringVector;
import dev.steering.extract.VectorExtractor;
import dev.steering.extract.adasteer.PositionExtractor;
import dev.steering.extract.alphasteer.AlphaSteerExtractor;
import dev.steering.model.chat.ChatModel;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How {@code steer extract} makes vectors that are read: {@code --method alphasteer} and {@code --method adasteer}. */
final class AlphaSteerMixin {
    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(
            names = "--refusal",
            paramLabel = "VECTOR",
            description =
                    "alphasteer: the vector whose directions are written, as 'steer extract' made it of this model. Default: the"
                            + " mean difference of the same prompts.")
    private @Nullable Path refusal;

    @Option(
            names = "--null-share",
            paramLabel = "S",
            description =
                    "alphasteer: share of the dimensions that the harmless prompts are taken not to use, default 0.6. Prompts"
                            + " that span less leave all that they do not reach.")
    private @Nullable Double share;

    @Option(names = "--ridge", paramLabel = "R", description = "alphasteer: ridge of the regression, default 10.")
    private @Nullable Double ridge;

    /** Whether a vector of that method has something that is read. */
    static boolean isMethod(String method) {
        return isAlphaSteer(method) || method.equalsIgnoreCase(PositionExtractor.METHOD);
    }

    private static boolean isAlphaSteer(String method) {
        return method.equalsIgnoreCase(AlphaSteerExtractor.METHOD);
    }

    /** An option that would be ignored is an error. */
    void requireUsed(String method) {
        String given =
                refusal != null ? "--refusal" : share != null ? "--null-share" : ridge != null ? "--ridge" : null;
        if (given != null && !isAlphaSteer(method)) {
            throw new ParameterException(
                    spec.commandLine(),
                    given + " belongs to --method " + AlphaSteerExtractor.METHOD + ": " + method
                            + " would ignore it. Leave it out.");
        }
    }

    /** Before the model is opened: what is wrong is found in the first second. */
    AlphaSteerExtractor extractor(@Nullable Integer batch) {
        return WrongUsage.in(() -> {
            AlphaSteerExtractor extractor = AlphaSteerExtractor.withDefaults().withProgress(ProgressBar.onTerminal());
            extractor = share == null ? extractor : extractor.withShare(share);
            extractor = ridge == null ? extractor : extractor.withRidge(ridge);
            return batch == null ? extractor : extractor.withBatchSize(batch);
        });
    }

    /** The positions of {@code --method adasteer}. */
    static SteeringVector positions(
            VectorExtractor means, ChatModel model, ContrastSet prompts, @Nullable Integer batch) {
        PositionExtractor positions = PositionExtractor.withDefaults().withProgress(ProgressBar.onTerminal());
        return (batch == null ? positions : positions.withBatchSize(batch))
                .extract(model, prompts, means.extract(model, prompts));
    }

    /** The read vectors of {@code --method alphasteer}. */
    SteeringVector extract(
            AlphaSteerExtractor reads,
            VectorExtractor means,
            ChatModel model,
            ContrastSet prompts,
            boolean keepPrompts) {
        if (refusal == null) {
            return reads.extract(model, prompts, means.extract(model, prompts));
        }
        SteeringVector direction = GivenVector.read(refusal, model.manifest().layers(), spec);
        ModelMixin.requireSteers(direction, model, false, spec);
        int unused = direction.requireStatistics().size();
        return reads.extract(model, prompts, direction)
                .withPrompts(keepPrompts ? ExtractionPrompts.kept(prompts) : ExtractionPrompts.hashed(prompts));
    }
}
