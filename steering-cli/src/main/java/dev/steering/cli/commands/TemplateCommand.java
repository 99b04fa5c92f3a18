package dev.steering.cli.commands;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.steering.cli.terminal.ExitCodes;
import dev.steering.core.IoReason;
import dev.steering.core.SteeringException;
import dev.steering.core.prompts.Utf8Text;
import dev.steering.model.chat.ChatTemplates;
import dev.steering.model.chat.SpecialTokens;
import dev.steering.model.chat.TemplateContext;
import dev.steering.template.ChatTemplate;
import dev.steering.template.TemplateException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code steer template}. */
@Command(
        name = "template",
        mixinStandardHelpOptions = true,
        description = {
            "Render a chat template and print the prompt exactly: UTF-8, nothing added, not even a newline at the end.",
            "If the template refuses, its own message is on standard error and the exit code is 1.",
            "Of a model directory, special tokens come from the tokenizer's configuration unless the context gives them,",
            "and tools and documents are None, as in transformers.",
            "",
            "Example:  steer template llama-1b --context conversation.json",
            "          echo '{\"messages\": [{\"role\": \"user\", \"content\": \"Hello\"}]}' | steer template mine.jinja --context -"
        })
public final class TemplateCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Parameters(
            paramLabel = "TEMPLATE.jinja|BUNDLE",
            description = "A template, or a directory with chat_template.jinja or tokenizer_config.json.")
    private Path place = Path.of("");

    @Option(
            names = "--context",
            paramLabel = "CONTEXT.json",
            description =
                    "JSON object of the template's variables: messages, add_generation_prompt, tools, bos_token, ...;"
                            + " - reads standard input. Default: a sample question, up to where the answer begins.")
    private @Nullable String context;

    @Option(
            names = "--template",
            paramLabel = "NAME",
            description = "Which of the directory's templates. Default: default.")
    private @Nullable String name;

    @Option(
            names = "--now",
            paramLabel = "DATE",
            description = "Day that the template's strftime_now sees, such as 2024-07-26. Default: now.")
    private @Nullable LocalDate now;

    @Mixin
    private OutputMixin output = new OutputMixin();

    @Override
    public Integer call() {
        Path directory = directory();
        if (directory == null && name != null) {
            throw new ParameterException(
                    spec.commandLine(), "--template chooses among a directory's templates; " + place + " is none.");
        }
        ChatTemplates.Source source = source(directory);
        String prompt = rendered(source.text(), variables(directory));
        print(prompt);
        output.print(() -> JsonNodeFactory.instance
                .objectNode()
                .put("template", source.name())
                .put("file", source.file().toString())
                .put("prompt", prompt));
        return ExitCodes.SUCCESS;
    }

    private String rendered(String source, Map<String, @Nullable Object> variables) {
        try {
            ChatTemplate template = ChatTemplate.parse(source);
            if (now != null) {
                template = template.withClock(
                        Clock.fixed(now.atStartOfDay(ZoneOffset.UTC).toInstant(), ZoneOffset.UTC));
            }
            return template.render(variables);
        } catch (TemplateException e) {
            throw new SteeringException(String.valueOf(e.getMessage()), e);
        }
    }

    /** A tokenizer's configuration stands for its directory. */
    private @Nullable Path directory() {
        boolean configuration = place.endsWith("tokenizer_config.json") || place.endsWith("chat_template.json");
        return Files.isDirectory(place) ? place : configuration ? place.resolveSibling("") : null;
    }

    private ChatTemplates.Source source(@Nullable Path directory) {
        if (directory == null) {
            return ChatTemplates.file(place);
        }
        ChatTemplates templates = ChatTemplates.read(directory);
        ChatTemplates.Source source = name == null ? templates.preferred() : templates.named(name);
        if (source == null) {
            throw new SteeringException(
                    directory + " has no chat template: neither chat_template.jinja nor a chat_template"
                            + " in tokenizer_config.json. Give a .jinja file.");
        }
        return source;
    }

    private Map<String, @Nullable Object> variables(@Nullable Path directory) {
        Map<String, @Nullable Object> variables = new LinkedHashMap<>();
        if (directory != null) {
            variables.put("tools", null);
            variables.put("documents", null);
            variables.putAll(SpecialTokens.read(directory));
        }
        variables.putAll(given(directory));
        return variables;
    }

    private Map<String, @Nullable Object> given(@Nullable Path directory) {
        if (context == null) {
            return directory == null ? TemplateContext.sampleWithTokens() : TemplateContext.sample();
        }
        if (!context.equals("-")) {
            return TemplateContext.read(Path.of(context));
        }
        try {
            return TemplateContext.parse(Utf8Text.STANDARD_INPUT, System.in.readAllBytes());
        } catch (IOException e) {
            throw new SteeringException("Cannot read the context from standard input: " + IoReason.of(e), e);
        }
    }

    /** As it is, or not at all: a writer would quietly turn half a character into a question mark. */
    private void print(String text) {
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            throw new SteeringException(
                    "The rendered prompt has no UTF-8 form: it holds half of a surrogate pair, as in the"
                            + " JSON \"\\ud83d\" without its other half. Correct the context.");
        }
        PrintWriter out = output.text();
        out.print(text);
        out.flush();
    }
}
