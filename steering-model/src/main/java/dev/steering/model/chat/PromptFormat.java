package dev.steering.model.chat;

import dev.steering.core.BadRequest;
import dev.steering.core.SteeringException;
import dev.steering.core.bundle.Bundle;
import dev.steering.model.tokenizer.Tokenizer;
import dev.steering.template.ChatTemplate;
import dev.steering.template.TemplateException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * How a user's words become the text and the tokens that the model reads: through its chat template, or unchanged.
 *
 * <p>A template sees what Hugging Face transformers shows it: {@code messages}, {@code tools} and {@code documents} (None),
 * {@code add_generation_prompt} (true) and the tokenizer's special tokens. Immutable and thread-safe.
 */
public final class PromptFormat {
    private static final System.Logger LOG = System.getLogger("dev.steering.model");

    private final @Nullable ChatTemplate template;
    private final ChatTemplates.@Nullable Source source;
    private final Map<String, String> specialTokens;
    private final Map<String, Object> variables;
    private final boolean escaped;
    private final String responsePrefix;

    private PromptFormat(
            @Nullable ChatTemplate template,
            ChatTemplates.@Nullable Source source,
            Map<String, String> specialTokens,
            Map<String, Object> variables,
            boolean escaped,
            String responsePrefix) {
        this.template = template;
        this.source = source;
        this.specialTokens = specialTokens;
        this.variables = variables;
        this.escaped = escaped;
        this.responsePrefix = responsePrefix;
    }

    /** @return prompts are used as they are, with the tokenizer's own begin token */
    public static PromptFormat plain() {
        return new PromptFormat(null, null, Map.of(), Map.of(), false, "");
    }

    /**
     * @param bundle a bundle
     * @return the model's own chat format, or the plain one if it has none
     * @throws SteeringException if the template or the tokenizer's configuration is damaged
     */
    public static PromptFormat of(Bundle bundle) {
        return of(bundle.directory());
    }

    /**
     * @param directory a bundle, a checkpoint or any directory with templates, see {@link ChatTemplates}
     * @return its default chat format, or the plain one if it has no template
     * @throws SteeringException if the template or the tokenizer's configuration is damaged, or none is the default
     */
    public static PromptFormat of(Path directory) {
        return of(directory, ChatTemplates.read(directory).preferred());
    }

    /**
     * @param directory where templates and special tokens are
     * @param template name of one of its templates, or a file
     * @return prompts through that template
     * @throws SteeringException if there is none of that name, or if it or the tokenizer's configuration is damaged
     */
    public static PromptFormat of(Path directory, String template) {
        return of(directory, ChatTemplates.read(directory).select(template));
    }

    private static PromptFormat of(Path directory, ChatTemplates.@Nullable Source source) {
        if (source == null) {
            LOG.log(System.Logger.Level.DEBUG, () -> "no chat template in " + directory.toAbsolutePath());
            return plain();
        }
        LOG.log(
                System.Logger.Level.DEBUG,
                () -> "chat template " + source.name() + ": " + source.file().toAbsolutePath());
        try {
            return new PromptFormat(
                    ChatTemplate.parse(source.text()), source, SpecialTokens.read(directory), Map.of(), false, "");
        } catch (TemplateException e) {
            throw new BadRequest(source.file() + ": " + e.getMessage(), e);
        }
    }

    /**
     * @param more variables for the template beside the usual ones, such as {@code enable_thinking} for Qwen3; values as in
     *     {@link ChatTemplate#render}. They win over special tokens of the same name.
     * @return a copy with them
     * @throws SteeringException if there is no template, or if a name is one that every prompt sets
     */
    public PromptFormat withVariables(Map<String, ?> more) {
        if (more.isEmpty()) {
            return this;
        }
        if (template == null) {
            throw new BadRequest("Template variables " + more.keySet() + " were given, but prompts go through no"
                    + " chat template. Leave them out, or choose a template.");
        }
        for (String name : List.of("messages", "add_generation_prompt")) {
            if (more.containsKey(name)) {
                throw new BadRequest(
                        "The template variable '" + name + "' is set by every prompt and cannot be given.");
            }
        }
        Map<String, Object> all = new LinkedHashMap<>(variables);
        all.putAll(more);
        return new PromptFormat(
                template, source, specialTokens, Collections.unmodifiableMap(all), escaped, responsePrefix);
    }

    /**
     * Control tokens such as {@code <|end|>} in messages become control tokens of the model unless they are escaped, as in transformers.
     *
     * @param escape whether messages, of whatever role, are encoded so that none comes of them: what looks like one has the tokens of
     *     ordinary text. Those that the template writes stay
     * @return a copy that does so
     */
    public PromptFormat withEscapedControlTokens(boolean escape) {
        return new PromptFormat(template, source, specialTokens, variables, escape, responsePrefix);
    }

    /**
     * Begins the answer for the model: the text stands behind every prompt, and what is written goes on from it. Behind a template that
     * leaves a think block open, {@code </think>} makes the model answer at once.
     *
     * @param prefix what every answer begins with, in which control tokens are such; empty for nothing. It is the prompt's: directions are
     *     read at its last token, and it is no part of what was written
     * @return a copy that does so
     */
    public PromptFormat withResponsePrefix(String prefix) {
        return new PromptFormat(template, source, specialTokens, variables, escaped, prefix);
    }

    /** @return what every answer begins with; empty for nothing */
    public String responsePrefix() {
        return responsePrefix;
    }

    /** @return whether control tokens in messages are escaped */
    public boolean escapesControlTokens() {
        return escaped;
    }

    /** The same format at another time: templates may write the date. */
    PromptFormat at(Clock clock) {
        return template == null
                ? this
                : new PromptFormat(
                        template.withClock(clock), source, specialTokens, variables, escaped, responsePrefix);
    }

    /** Those that were given beside the usual ones. */
    Map<String, Object> variables() {
        return variables;
    }

    /** @return whether prompts go through a chat template */
    public boolean isChat() {
        return template != null;
    }

    /** @return the template and where it came from; null for the plain format */
    public ChatTemplates.@Nullable Source source() {
        return source;
    }

    /**
     * @param prompt what the user says
     * @param system the system prompt; null for none
     * @return the text up to where the answer begins
     * @throws SteeringException if the template refuses, or would leave the system prompt out
     */
    public String render(String prompt, @Nullable String system) {
        return render(Turn.of(prompt, system));
    }

    /**
     * @param turns a conversation whose last turn is the user's
     * @return the text up to where the answer begins
     * @throws SteeringException if the template refuses, would leave the system prompt out, or if there are several turns but no
     *     template
     */
    public String render(List<Turn> turns) {
        return renderPrompt(turns) + responsePrefix;
    }

    private String renderPrompt(List<Turn> turns) {
        Turn.requireQuestion(turns);
        String system = Turn.system(turns);
        List<Turn> spoken = Turn.spoken(turns);
        if (template == null) {
            return plain(system, spoken);
        }
        if (system == null) {
            try {
                return render(template, spoken);
            } catch (TemplateException e) {
                throw refused(e);
            }
        }
        String without = renderOrNull(template, spoken);
        try {
            String text = render(template, turns);
            if (!system.isBlank() && text.equals(without)) {
                throw noSystem("it leaves it out", null);
            }
            return text;
        } catch (TemplateException e) {
            throw without == null ? refused(e) : noSystem(String.valueOf(e.getMessage()), e);
        }
    }

    private static String plain(@Nullable String system, List<Turn> spoken) {
        if (spoken.size() > 1) {
            throw new BadRequest(
                    "A conversation of " + spoken.size() + " messages needs a chat template, and prompts go"
                            + " through none: nothing would tell the messages apart. Choose a template, or ask one question.");
        }
        String prompt = spoken.get(0).content();
        return system == null ? prompt : system + "\n\n" + prompt;
    }

    private @Nullable String renderOrNull(ChatTemplate used, List<Turn> turns) {
        try {
            return render(used, turns);
        } catch (TemplateException e) {
            return null;
        }
    }

    /**
     * @param tokenizer the model's
     * @param prompt what the user says
     * @param system the system prompt; null for none
     * @return as {@link #encode(Tokenizer, List)}
     * @throws SteeringException if the template refuses
     */
    public int[] encode(Tokenizer tokenizer, String prompt, @Nullable String system) {
        return encode(tokenizer, Turn.of(prompt, system));
    }

    /**
     * @param tokenizer the model's
     * @param turns a conversation whose last turn is the user's
     * @return token ids up to where the answer begins. A template writes its own begin token, so none is added, as in
     *     transformers; without a template the tokenizer's own is there once, even if the prompt writes it out (escaped, what the prompt
     *     writes is no begin token).
     * @throws SteeringException if the template refuses
     */
    public int[] encode(Tokenizer tokenizer, List<Turn> turns) {
        if (escaped) {
            List<String> words = turns.stream().map(Turn::content).toList();
            return tokenizer.encodeEscaped(words, said -> render(withWords(turns, said)), !isChat());
        }
        String text = render(turns);
        return isChat() ? tokenizer.encode(text, false) : tokenizer.encodeWithOneBegin(text);
    }

    /**
     * What a model reads that judges answers: its own template puts the question about the exchange. Words of the exchange never become
     * control tokens.
     *
     * @param tokenizer the model's
     * @param prompt what was asked
     * @param answer what was answered
     * @return token ids up to where the judgement begins
     * @throws SteeringException if there is no template, or it refuses a conversation that ends in an answer, or leaves the answer out
     */
    public int[] encodeExchange(Tokenizer tokenizer, String prompt, String answer) {
        if (template == null) {
            throw new BadRequest(
                    "A model that judges exchanges by its own chat template has none here. Put its template beside"
                            + " its tokenizer and export it again, or state how it is asked.");
        }
        return tokenizer.encodeEscaped(
                List.of(prompt, answer),
                said -> {
                    try {
                        String text = render(
                                template,
                                List.of(new Turn(Turn.USER, said.get(0)), new Turn(Turn.ASSISTANT, said.get(1))));
                        if (!said.get(1).isBlank() && !text.contains(said.get(1).strip())) {
                            throw new BadRequest(
                                    "The model's chat template leaves out the last answer of a conversation: it"
                                            + " is not one that judges answers.");
                        }
                        return text;
                    } catch (TemplateException e) {
                        throw refused(e);
                    }
                },
                false);
    }

    private static List<Turn> withWords(List<Turn> turns, List<String> words) {
        return IntStream.range(0, turns.size())
                .mapToObj(i -> new Turn(turns.get(i).role(), words.get(i)))
                .toList();
    }

    private String render(ChatTemplate used, List<Turn> turns) {
        Map<String, Object> context = new LinkedHashMap<>();
        context.put("tools", null);
        context.put("documents", null);
        context.putAll(specialTokens);
        context.putAll(variables);
        context.put("messages", turns.stream().map(Turn::toTemplate).toList());
        context.put("add_generation_prompt", true);
        return used.render(context);
    }

    /** In the template's own words. */
    private static SteeringException refused(TemplateException e) {
        return new BadRequest(String.valueOf(e.getMessage()), e);
    }

    private static SteeringException noSystem(String reason, @Nullable TemplateException cause) {
        return new BadRequest(
                "The model's chat template does not take the system prompt: " + reason
                        + ". Leave the system prompt out, or choose a template that knows one.",
                cause);
    }
}
