package dev.steering.template;

import java.time.Clock;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;

/**
 * A chat template: turns messages into the exact prompt a model was trained on.
 *
 * <pre>{@code
 * ChatTemplate template = ChatTemplate.parse(tokenizerConfig.chatTemplate());
 * String prompt = template.render(Map.of(
 *         "messages", List.of(Map.of("role", "user", "content", "How do I bake bread?")),
 *         "add_generation_prompt", true,
 *         "bos_token", "<s>",
 *         "eos_token", "</s>"));
 * }</pre>
 *
 * <p>The language is that of Python's jinja2 3.1 as Hugging Face transformers sets it up; see the package's description.
 * Left out, because a chat template stands alone or because nothing depends on it: {@code include}, {@code import},
 * {@code extends} and {@code block}; automatic escaping; filters that make HTML. Iterators (the results of {@code map},
 * {@code selectattr} and the like) are computed at once when first used.
 *
 * <p>Rendering takes bounded time and memory and reaches nothing but the given values, whatever the template does.
 * Instances are immutable and thread-safe; every rendering is independent.
 */
public final class ChatTemplate {
    private final String source;
    private final List<Stmt> statements;
    private final Clock clock;

    private ChatTemplate(String source, List<Stmt> statements, Clock clock) {
        this.source = source;
        this.statements = statements;
        this.clock = clock;
    }

    /**
     * @param source the template's text, as in {@code tokenizer_config.json} or {@code chat_template.jinja}
     * @return the template, with the system's clock
     * @throws TemplateException if it is not a template; the message names the line
     */
    public static ChatTemplate parse(String source) {
        return new ChatTemplate(source, StatementParser.parse(source), Clock.system(ZoneId.systemDefault()));
    }

    /**
     * @param newClock what {@code strftime_now} reads, in its own zone; a fixed one makes prompts reproducible
     * @return the same template with that clock
     */
    public ChatTemplate withClock(Clock newClock) {
        return new ChatTemplate(source, statements, newClock);
    }

    /**
     * @param context variables by name, usually {@code messages}, {@code add_generation_prompt}, {@code bos_token},
     *     {@code eos_token} and perhaps {@code tools}: null (Python's {@code None}), strings, booleans, numbers, and lists and
     *     maps of these, as JSON gives them. A name that is absent is undefined, which templates tell from null.
     * @return the prompt
     * @throws TemplateException if the template refuses the conversation or fails
     * @throws IllegalArgumentException if the context holds anything else
     */
    public String render(Map<String, ?> context) {
        Budget budget = new Budget();
        Map<String, Object> variables = Globals.create(clock, budget);
        variables.putAll(ContextValues.copy(context));
        Interpreter interpreter = new Interpreter(budget);
        try {
            return interpreter.run(statements, new VariableScope(variables));
        } catch (EvalError e) {
            throw TemplateException.rendering(e, interpreter.line());
        } catch (StackOverflowError e) {
            // the budget's depth fits the default stack; a thread of the caller's may have less
            throw TemplateException.rendering(
                    new EvalError("nested too deeply for the stack of this thread"), interpreter.line());
        }
    }

    /** @return the text this was parsed from */
    public String source() {
        return source;
    }

    @Override
    public String toString() {
        return "ChatTemplate[" + source.length() + " characters]";
    }
}
