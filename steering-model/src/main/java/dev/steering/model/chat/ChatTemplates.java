package dev.steering.model.chat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.steering.core.BadFile;
import dev.steering.core.BadRequest;
import dev.steering.core.FileNames;
import dev.steering.core.IoReason;
import dev.steering.core.Remedy;
import dev.steering.core.SteeringException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The chat templates that come with a model, found where Hugging Face transformers finds them. Immutable and thread-safe.
 *
 * <p>The first of these that is there: {@code chat_template.jinja} with {@code additional_chat_templates/NAME.jinja} beside it;
 * {@code chat_template} in {@code tokenizer_config.json}, one template or several with names; {@code chat_template.json}, the
 * older file of processors.
 */
public final class ChatTemplates {
    /** Name of the template that is meant unless another is asked for. */
    public static final String DEFAULT = "default";

    private static final String FILE = "chat_template.jinja";
    private static final String MORE = "additional_chat_templates";
    private static final String SUFFIX = ".jinja";
    private static final String KEY = "chat_template";

    private final Path directory;
    private final SortedMap<String, Source> sources;

    private ChatTemplates(Path directory, SortedMap<String, Source> sources) {
        this.directory = directory;
        this.sources = sources;
    }

    /**
     * A template as it was found.
     *
     * @param name its name, {@value #DEFAULT} for the usual one; the file name for a file of the user's
     * @param file the file that holds it
     * @param text its source
     */
    public record Source(String name, Path file, String text) {}

    /**
     * @param directory a bundle, a checkpoint or any directory
     * @return its templates; perhaps none
     * @throws SteeringException if a file is damaged
     */
    public static ChatTemplates read(Path directory) {
        SortedMap<String, Source> sources = files(directory);
        for (String file : List.of("tokenizer_config.json", "chat_template.json")) {
            if (sources.isEmpty()) {
                sources = inJson(directory.resolve(file));
            }
        }
        return new ChatTemplates(directory, sources);
    }

    /** @return the names, in alphabetical order */
    public List<String> names() {
        return List.copyOf(sources.keySet());
    }

    /**
     * @return the template that is used unless another is asked for; null if there is none at all
     * @throws SteeringException if there are templates, none of which is the default
     */
    public @Nullable Source preferred() {
        return sources.isEmpty() ? null : named(DEFAULT);
    }

    /**
     * @param name name of a template
     * @return that template
     * @throws SteeringException if there is none of that name; lists the names
     */
    public Source named(String name) {
        Source source = sources.get(name);
        if (source != null) {
            return source;
        }
        if (sources.isEmpty()) {
            throw new BadRequest(
                    directory + " has no chat templates, so none is named '" + name + "'. Give a .jinja file instead.");
        }
        throw new BadRequest(directory + " has no chat template named '" + name + "'. It has: "
                        + String.join(", ", sources.keySet()) + ". Choose one by its name, or give a .jinja file.")
                .withRemedy(Remedy.CHOOSE_TEMPLATE);
    }

    /**
     * @param nameOrFile name of one of these templates, else a file
     * @return that template
     * @throws SteeringException if it is neither; lists the names
     */
    public Source select(String nameOrFile) {
        if (sources.containsKey(nameOrFile)) {
            return named(nameOrFile);
        }
        Path file = FileNames.given(nameOrFile);
        return Files.isRegularFile(file) ? file(file) : named(nameOrFile);
    }

    /**
     * @param file a file that is a template
     * @return the template, named after the file
     * @throws SteeringException if it cannot be read
     */
    public static Source file(Path file) {
        return new Source(String.valueOf(file.getFileName()), file, TextFiles.text(file));
    }

    private static SortedMap<String, Source> files(Path directory) {
        SortedMap<String, Source> sources = new TreeMap<>();
        Path usual = directory.resolve(FILE);
        if (Files.isRegularFile(usual)) {
            sources.put(DEFAULT, new Source(DEFAULT, usual, TextFiles.text(usual)));
        }
        Path more = directory.resolve(MORE);
        if (Files.isDirectory(more)) {
            try (Stream<Path> entries = Files.list(more)) {
                entries.filter(entry -> entry.toString().endsWith(SUFFIX)).forEach(entry -> {
                    String fileName = String.valueOf(entry.getFileName());
                    String name = fileName.substring(0, fileName.length() - SUFFIX.length());
                    sources.put(name, new Source(name, entry, TextFiles.text(entry)));
                });
            } catch (IOException e) {
                throw new BadFile("Cannot read " + more + ": " + IoReason.of(e), e);
            }
        }
        return sources;
    }

    /** One template, a list of {name, template}, or an object from name to template. */
    private static SortedMap<String, Source> inJson(Path file) {
        SortedMap<String, Source> sources = new TreeMap<>();
        JsonNode node = TextFiles.objectOrEmpty(file).path(KEY);
        if (node.isTextual()) {
            sources.put(DEFAULT, new Source(DEFAULT, file, node.asText()));
        } else if (node.isArray()) {
            for (JsonNode named : node) {
                put(sources, file, named.path("name"), named.path("template"));
            }
        } else if (node.isObject()) {
            for (Map.Entry<String, JsonNode> named : node.properties()) {
                sources.put(named.getKey(), new Source(named.getKey(), file, textual(file, named.getValue())));
            }
        } else if (!node.isMissingNode() && !node.isNull()) {
            throw damaged(file, node);
        }
        return sources;
    }

    private static void put(SortedMap<String, Source> sources, Path file, JsonNode name, JsonNode template) {
        sources.put(textual(file, name), new Source(name.asText(), file, textual(file, template)));
    }

    private static String textual(Path file, JsonNode node) {
        if (!node.isTextual()) {
            throw damaged(file, node);
        }
        return node.asText();
    }

    private static SteeringException damaged(Path file, JsonNode found) {
        return new BadFile(file + ": expected " + KEY + " to be a template or a list of {name, template}, found "
                + (found.isMissingNode() ? "an entry without one" : found.getNodeType() + " " + found) + ".");
    }
}
