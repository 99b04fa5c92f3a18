package dev.steering.cli.commands;

import picocli.CommandLine.Command;

/** {@code steer vector}: what makes vectors of vectors, each a command of its own. */
@Command(
        name = "vector",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = {
            "Make steering vectors of steering vectors, layer by layer, or compare them. Only repair needs a model.",
            "",
            "Example:  steer vector add refusal.safetensors other.safetensors -o both.safetensors",
            "          steer vector compare refusal.safetensors other.safetensors"
        },
        subcommands = {
            VectorAddCommand.class,
            VectorSubtractCommand.class,
            VectorScaleCommand.class,
            VectorAverageCommand.class,
            VectorOrthogonaliseCommand.class,
            VectorNormaliseCommand.class,
            VectorRestrictCommand.class,
            VectorCompareCommand.class,
            VectorRepairCommand.class
        })
public final class VectorCommand {}
