package dev.steering.export.inspect;

import java.nio.file.Path;

/** What was found out about a file or a directory. Implementations are immutable and thread-safe. */
public sealed interface Inspection
        permits BundleInspection, CheckpointInspection, GraphInspection, SoftPromptInspection, VectorInspection {
    /** @return what it is: {@code bundle}, {@code checkpoint}, {@code onnx}, {@code soft-prompts} or {@code vector} */
    String kind();

    /** @return what was looked at */
    Path path();
}
