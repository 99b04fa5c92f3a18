package dev.steering.export.bundle;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;

/** The files of a model that are neither graph nor weights: tokenizer, chat templates, configuration. */
public final class ModelTextFiles {
    private static final List<String> NAMES = List.of(
            "tokenizer.json",
            "tokenizer_config.json",
            "special_tokens_map.json",
            "chat_template.jinja",
            "chat_template.json",
            "config.json",
            "generation_config.json");
    static final String MORE_TEMPLATES = "additional_chat_templates";

    private ModelTextFiles() {}

    static List<String> names() {
        return NAMES;
    }

    /**
     * Copies those that are there.
     *
     * @param from a checkpoint's directory
     * @param to the bundle
     * @throws IOException if one is there and cannot be copied
     */
    public static void copy(Path from, Path to) throws IOException {
        for (String name : NAMES) {
            copyFile(from.resolve(name), to.resolve(name));
        }
        if (Files.isDirectory(from.resolve(MORE_TEMPLATES))) {
            Files.createDirectories(to.resolve(MORE_TEMPLATES));
            try (Stream<Path> templates = Files.list(from.resolve(MORE_TEMPLATES))) {
                for (Path template : templates.toList()) {
                    copyFile(template, to.resolve(MORE_TEMPLATES).resolve(template.getFileName()));
                }
            }
        }
    }

    private static void copyFile(Path from, Path to) throws IOException {
        if (Files.isRegularFile(from)) {
            Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
            // A read-only original must not make the bundle undeletable.
            to.toFile().setWritable(true, true);
        }
    }
}
