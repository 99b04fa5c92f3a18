package dev.steering.export.inspect;

import dev.steering.core.bundle.BundleManifest;
import java.nio.file.Path;
import java.util.List;

/**
 * A model bundle.
 *
 * @param path its directory
 * @param manifest what its manifest says
 * @param files the files that the manifest names
 * @param prompts tokenizer and chat template
 */
public record BundleInspection(Path path, BundleManifest manifest, List<FileFact> files, PromptFacts prompts)
        implements Inspection {
    /** Copies the list. */
    public BundleInspection {
        files = List.copyOf(files);
    }

    @Override
    public String kind() {
        return "bundle";
    }

    @Override
    public Steerability steering() {
        List<String> missing = files.stream()
                .filter(file -> !file.present() && !file.name().equals("tokenizer.json"))
                .map(FileFact::name)
                .toList();
        if (!missing.isEmpty()) {
            return new Steerability(
                    Steerability.Answer.NO,
                    "it lacks " + String.join(", ", missing) + "; export the model again",
                    null);
        }
        return new Steerability(
                Steerability.Answer.YES,
                "at every layer: add (" + manifest.graph() + "), project out (" + manifest.projectionGraph() + ")",
                "steer extract --model " + path + " --harmful harmful.txt --harmless harmless.txt -o VECTOR");
    }
}
