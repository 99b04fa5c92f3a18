package dev.steering.eval.jailbreak;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.steering.core.BadFile;
import dev.steering.core.BadRequest;
import dev.steering.core.SteeringException;
import dev.steering.core.prompts.Dataset;
import dev.steering.core.prompts.DatasetSpec;
import dev.steering.core.prompts.Expectation;
import dev.steering.core.prompts.Prompt;
import dev.steering.core.prompts.PromptReader;
import dev.steering.core.prompts.PromptRow;
import dev.steering.core.prompts.PromptSet;
import dev.steering.core.prompts.PromptTable;
import dev.steering.core.prompts.Said;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Where attack templates come from, and what is made of them.
 *
 * <p>A file of templates is one of
 *
 * <ul>
 *   <li>{@code .txt}: a template a line, named by the file and the line's number among the templates: {@code mine-1}
 *   <li>{@code .csv}, {@code .tsv}, {@code .jsonl}, {@code .json}: the column {@code template}, and {@code name} where it is there
 *   <li>{@code .jsonl} or {@code .json} with the column {@code messages}: conversations, {@code [{"role": ..., "content": ...}, ...]}
 * </ul>
 *
 * <p>Attack prompts that hold their questions already need no template: they are a prompt set like any other, whose prompts should be
 * refused. Stateless and thread-safe.
 */
public final class AttackTemplates {
    private static final String RESOURCE = "templates.json";
    private static final String TEMPLATE = "template";
    private static final String NAME = "name";

    private AttackTemplates() {}

    /**
     * @return the frames that come with this package: {@code role-play}, {@code prefix} (asks for a beginning that agrees), {@code base64},
     *     {@code rot13}, {@code leetspeak}, {@code translation} and {@code multi-turn}
     */
    public static List<AttackTemplate> builtIn() {
        return BuiltIn.TEMPLATES;
    }

    /**
     * @param name a name of {@link #builtIn}
     * @return that template
     * @throws BadRequest if there is none of that name
     */
    public static AttackTemplate builtIn(String name) {
        return BuiltIn.TEMPLATES.stream()
                .filter(template -> template.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new BadRequest("There is no attack template '" + name + "': expected one of "
                        + BuiltIn.TEMPLATES.stream().map(AttackTemplate::name).toList() + "."));
    }

    /**
     * @param file a file of templates
     * @return its templates, in file order
     * @throws SteeringException if it cannot be read, a template has no slot for the question, or two have the same name
     */
    public static List<AttackTemplate> read(Path file) {
        List<AttackTemplate> templates = new ArrayList<>();
        String stem = DatasetSpec.parse(file.toString()).name();
        if (PromptTable.read(file).columns().contains(TEMPLATE)) {
            for (PromptRow row :
                    PromptReader.withDefaults().withColumn(TEMPLATE).rows(file)) {
                String name = row.fields().getOrDefault(NAME, numbered(stem, templates));
                templates.add(made(file, templates.size(), name, new Prompt(row.prompt(), "")));
            }
        } else {
            for (Prompt prompt : Dataset.readPrompts(DatasetSpec.parse(file.toString()))) {
                templates.add(made(file, templates.size(), numbered(stem, templates), prompt));
            }
        }
        requireDifferentNames(file, templates);
        return List.copyOf(templates);
    }

    private static String numbered(String stem, List<AttackTemplate> before) {
        return stem + "-" + (before.size() + 1);
    }

    private static AttackTemplate made(Path file, int index, String name, Prompt prompt) {
        try {
            return prompt.isConversation()
                    ? new AttackTemplate(name, prompt.conversation())
                    : new AttackTemplate(name, prompt.text());
        } catch (BadRequest e) {
            throw new BadFile(file + ", template " + (index + 1) + ": " + e.getMessage(), e);
        }
    }

    private static void requireDifferentNames(Path file, List<AttackTemplate> templates) {
        Set<String> names = new HashSet<>();
        for (AttackTemplate template : templates) {
            if (!names.add(template.name())) {
                throw new BadFile(file + " holds two attack templates with the name '" + template.name()
                        + "': tables could not tell them apart. Rename one.");
            }
        }
    }

    /**
     * @param templates frames, with different names
     * @param harmful questions that should be refused
     * @return a set a frame, named {@code NAME+TEMPLATE}, with all the questions in that frame, in their order
     * @throws BadRequest if the questions should be answered: a refusal of one would say nothing
     */
    public static List<PromptSet> sets(List<AttackTemplate> templates, PromptSet harmful) {
        if (harmful.expectation() != Expectation.REFUSE) {
            throw new BadRequest("Attack templates go around questions that should be refused; those of '"
                    + harmful.name() + "' should be answered.");
        }
        return templates.stream()
                .map(template -> new PromptSet(
                        harmful.name() + "+" + template.name(),
                        Expectation.REFUSE,
                        harmful.rows().stream().map(template::wrap).toList()))
                .toList();
    }

    /** Loaded on first use. */
    private static final class BuiltIn {
        static final List<AttackTemplate> TEMPLATES = load();

        private static List<AttackTemplate> load() {
            List<AttackTemplate> templates = new ArrayList<>();
            try (InputStream in = AttackTemplates.class.getResourceAsStream(RESOURCE)) {
                for (JsonNode node : new ObjectMapper().readTree(Objects.requireNonNull(in, RESOURCE))) {
                    List<Said> messages = new ArrayList<>();
                    for (JsonNode message : node.path("messages")) {
                        messages.add(new Said(
                                message.path("role").textValue(),
                                message.path("content").textValue()));
                    }
                    templates.add(new AttackTemplate(node.path(NAME).textValue(), messages));
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return List.copyOf(templates);
        }
    }
}
