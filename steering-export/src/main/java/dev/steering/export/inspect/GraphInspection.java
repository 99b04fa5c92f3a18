package dev.steering.export.inspect;

import dev.steering.export.graph.OnnxFile;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A single ONNX graph.
 *
 * @param path the file
 * @param graph what it says about itself
 * @param externalFiles the files with its weights
 * @param steered whether it has the inputs of a bundle's graph already
 * @param points the residual stream in it
 * @param bundle the bundle whose directory it lies in; null if there is none
 * @param neighbours configuration and tokenizer files beside it
 * @param prompts tokenizer and chat template beside it; null if there is neither
 */
public record GraphInspection(
        Path path,
        OnnxFile graph,
        List<FileFact> externalFiles,
        boolean steered,
        GraphPoints points,
        @Nullable Path bundle,
        List<String> neighbours,
        @Nullable PromptFacts prompts)
        implements Inspection {
    public GraphInspection {
        externalFiles = List.copyOf(externalFiles);
        neighbours = List.copyOf(neighbours);
    }

    @Override
    public String kind() {
        return "onnx";
    }
}
