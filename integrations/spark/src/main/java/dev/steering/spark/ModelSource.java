package dev.steering.spark;

import dev.steering.core.BadRequest;
import dev.steering.core.Require;
import dev.steering.core.bundle.Bundle;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.chat.PromptFormat;
import dev.steering.model.pass.RuntimeOptions;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.SparkEnv;
import org.apache.spark.SparkFiles;
import org.apache.spark.TaskContext;

/**
 * Where executors find the model, and how they run it. Every JVM opens it once, whatever the number of its tasks, which share it; it stays
 * open until the JVM ends. Immutable and thread-safe.
 *
 * @param bundle directory of a model bundle that every executor sees under this path, or the name of one that came with the job: {@code
 *     spark-submit --archives bundle.tar.gz#NAME}, from any file system that Spark reads
 * @param threads threads inside one operator; 0 for as many as a task has cores ({@code spark.task.cpus}). Tasks of an executor run side by
 *     side, each with a thread of its own beside these
 * @param template whether prompts go through the model's chat template
 */
public record ModelSource(String bundle, int threads, boolean template) implements Serializable {
    private static final Map<ModelSource, ChatModel> OPEN = new ConcurrentHashMap<>();

    /** @throws BadRequest if the number of threads is negative */
    public ModelSource {
        Require.atLeast("The number of threads", threads, 0);
    }

    /**
     * @param bundle directory or name of a model bundle
     * @return the model with its own chat template, as many threads as a task has cores
     */
    public static ModelSource of(String bundle) {
        return new ModelSource(bundle, 0, true);
    }

    /**
     * @param newThreads threads inside one operator; 0 for as many as a task has cores
     * @return a copy with it
     */
    public ModelSource withThreads(int newThreads) {
        return new ModelSource(bundle, newThreads, template);
    }

    /** @return a copy that puts prompts as they are */
    public ModelSource withoutTemplate() {
        return new ModelSource(bundle, threads, false);
    }

    /**
     * @return the model of this JVM; not to be closed
     * @throws dev.steering.core.SteeringException if there is no bundle here, or it cannot be loaded
     */
    ChatModel model() {
        return OPEN.computeIfAbsent(this, ModelSource::open);
    }

    /** How many models this JVM has opened. */
    static int opened() {
        return OPEN.size();
    }

    private ChatModel open() {
        TaskContext task = TaskContext.get();
        int cores = task == null ? 1 : task.cpus();
        Bundle opened = Bundle.open(directory());
        RuntimeOptions options = RuntimeOptions.defaults().withThreads(threads == 0 ? cores : threads);
        return ChatModel.open(opened, options, template ? PromptFormat.of(opened) : PromptFormat.plain());
    }

    private Path directory() {
        Path here = Path.of(bundle);
        if (Files.isDirectory(here)) {
            return here;
        }
        SparkEnv spark = SparkEnv.get();
        Path sent = spark == null || here.isAbsolute() ? here : Path.of(SparkFiles.get(bundle));
        if (Files.isDirectory(sent)) {
            return sent;
        }
        throw new BadRequest(
                "executor " + (spark == null ? "" : spark.executorId() + " ") + "finds no model bundle " + here
                        + ": expected a directory of that path on every executor, or an archive of that name that came with the job.");
    }
}
