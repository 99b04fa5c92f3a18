package dev.steering.export.inspect;

import dev.steering.core.SteeringException;
import dev.steering.model.chat.ChatTemplates;
import dev.steering.model.chat.PromptFormat;
import dev.steering.model.chat.SpecialTokens;
import dev.steering.model.chat.TemplateFrame;
import dev.steering.model.tokenizer.OtherTokenizers;
import dev.steering.model.tokenizer.Tokenizer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Gathers what there is to know about prompts; what is damaged becomes a line of its own, not a failure of the whole. */
final class PromptInspector {
    private static final String TOKENIZER = "tokenizer.json";

    private final Path directory;
    private final List<String> problems = new ArrayList<>();

    private PromptInspector(Path directory) {
        this.directory = directory;
    }

    static PromptFacts inspect(Path directory) {
        return new PromptInspector(directory).inspect();
    }

    private PromptFacts inspect() {
        Map<String, String> tokens = attempt(() -> SpecialTokens.read(directory));
        ChatTemplates templates = attempt(() -> ChatTemplates.read(directory));
        PromptFormat format = templates == null ? null : attempt(() -> PromptFormat.of(directory));
        Path file = directory.resolve(TOKENIZER);
        TokenizerFile described = null;
        TemplateFrame frame = null;
        TemplateFrame plain = null;
        if (!Files.isRegularFile(file)) {
            String advice = OtherTokenizers.advice(directory);
            problems.add("no " + TOKENIZER + ": commands that read text (extract, layers, generate) need one"
                    + (advice == null ? "" : ". " + advice));
        } else {
            described = attempt(() -> TokenizerFile.read(file));
            try (Tokenizer tokenizer = Tokenizer.open(file)) {
                plain = attempt(() -> TemplateFrame.of(PromptFormat.plain(), tokenizer, null));
                frame = format == null || !format.isChat()
                        ? null
                        : attempt(() -> TemplateFrame.of(format, tokenizer, null));
            } catch (SteeringException e) {
                problems.add(String.valueOf(e.getMessage()));
            }
        }
        return new PromptFacts(
                described,
                tokens == null ? Map.of() : tokens,
                templates == null || format == null ? null : template(templates, format, frame),
                plain == null ? List.of() : plain.headPieces(),
                problems);
    }

    private static PromptFacts.@Nullable Template template(
            ChatTemplates templates, PromptFormat format, @Nullable TemplateFrame frame) {
        ChatTemplates.Source source = format.source();
        if (source == null) {
            return null;
        }
        return new PromptFacts.Template(
                source.name(),
                String.valueOf(source.file().getFileName()),
                templates.names(),
                takesSystemPrompt(format),
                frame == null ? null : frame.headPieces(),
                frame == null ? null : frame.tailPieces());
    }

    private static boolean takesSystemPrompt(PromptFormat format) {
        try {
            return !format.render("How do I bake bread?", "You are a helpful assistant.")
                    .isEmpty();
        } catch (SteeringException e) {
            return false;
        }
    }

    private <T> @Nullable T attempt(Supplier<T> work) {
        try {
            return work.get();
        } catch (SteeringException e) {
            problems.add(String.valueOf(e.getMessage()));
            return null;
        }
    }
}
