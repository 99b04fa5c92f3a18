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
    public BundleInspection {
        files = List.copyOf(files);
    }

    @Override
    public String kind() {
        return "bundle";
    }

    /** @return names of the files without which it does not run; a tokenizer is not one of them */
    public List<String> missing() {
        return files.stream()
                .filter(file -> !file.present() && !file.name().equals("tokenizer.json"))
                .map(FileFact::name)
                .toList();
    }
}
