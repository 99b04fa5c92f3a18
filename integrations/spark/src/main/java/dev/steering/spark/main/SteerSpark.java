package dev.steering.spark.main;

import dev.steering.core.SteeringException;
import dev.steering.extract.Toolkit;
import dev.steering.spark.SparkFailures;
import org.apache.spark.SparkThrowable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/**
 * {@code steer} for tables, under {@code spark-submit}. Exit codes: 0 success, 2 the command line is wrong, 1 everything else. Spark's own
 * settings (master, memory, cores, archives) are given to {@code spark-submit}.
 */
@Command(
        name = "steer-spark",
        mixinStandardHelpOptions = true,
        versionProvider = SteerSpark.Version.class,
        subcommands = {SparkExtractCommand.class, SparkScoreCommand.class, SparkEvalCommand.class},
        description = {
            "Extraction, scoring and evaluation of tables of prompts on Apache Spark.",
            "",
            "Example:  spark-submit --master spark://host:7077 --archives llama-8b.tar.gz#llama-8b --jars ... \\",
            "              --class dev.steering.spark.main.SteerSpark steering-spark.jar \\",
            "              extract --model llama-8b --prompts s3a://prompts/labelled --label class -o refusal.safetensors"
        })
public final class SteerSpark {
    private static final int FAILED = 1;

    /** The version of the jar. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"steer-spark " + Toolkit.version()};
        }
    }

    private SteerSpark() {}

    /**
     * Runs a command.
     *
     * @param arguments command and options
     * @return the exit code
     */
    public static int run(String... arguments) {
        CommandLine line = new CommandLine(new SteerSpark());
        line.setExecutionExceptionHandler((failure, command, parsed) -> {
            if (!(failure instanceof SteeringException) && !(failure instanceof SparkThrowable)) {
                throw failure;
            }
            command.getErr().println("error: " + SparkFailures.reason(failure));
            return FAILED;
        });
        return line.execute(arguments);
    }

    /**
     * @param arguments command and options
     */
    public static void main(String[] arguments) {
        int code = run(arguments);
        // Success ends as Spark likes it: on YARN an exit inside the driver would look like a failure.
        if (code != 0) {
            System.exit(code);
        }
    }
}
