package dev.steering.spark.main;

import dev.steering.spark.ModelSource;
import picocli.CommandLine.Option;

/** Which model executors run, and how. */
final class SparkModelMixin {
    @Option(
            names = "--model",
            required = true,
            paramLabel = "BUNDLE",
            description =
                    "Model bundle: a directory that every executor sees under this path, or the NAME of an archive of one"
                            + " (spark-submit --archives FILE#NAME).")
    private String bundle = "";

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Threads inside one operator; 0 (default) for as many as a task has cores (spark.task.cpus).")
    private int threads;

    @Option(
            names = "--no-template",
            description = "Use prompts as they are instead of through the model's chat template.")
    private boolean noTemplate;

    ModelSource source() {
        ModelSource source = ModelSource.of(bundle).withThreads(threads);
        return noTemplate ? source.withoutTemplate() : source;
    }
}
