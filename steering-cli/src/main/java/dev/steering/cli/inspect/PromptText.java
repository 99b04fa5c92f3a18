package dev.steering.cli.inspect;

import dev.steering.cli.terminal.Visible;
import dev.steering.export.inspect.PromptFacts;
import dev.steering.export.inspect.TokenizerFile;
import dev.steering.model.chat.ThinkBlock;
import java.util.List;
import java.util.stream.Collectors;

/** Tokenizer and chat template as lines; above all where the template's last token lies. */
final class PromptText {
    private final FactLines lines;

    PromptText(FactLines lines) {
        this.lines = lines;
    }

    void print(PromptFacts prompts) {
        TokenizerFile tokenizer = prompts.tokenizer();
        if (tokenizer != null) {
            lines.line(
                    "tokenizer",
                    tokenizer.model() + ", " + tokenizer.scheme()
                            + (tokenizer.byteFallback() ? " with byte fallback" : "") + ", " + tokenizer.tokens()
                            + " tokens, " + tokenizer.addedTokens() + " added");
        }
        if (!prompts.specialTokens().isEmpty()) {
            lines.line(
                    "special",
                    prompts.specialTokens().entrySet().stream()
                            .map(token -> token.getKey() + " " + Visible.token(token.getValue()))
                            .collect(Collectors.joining(", ")));
        }
        PromptFacts.Template template = prompts.template();
        if (template != null) {
            template(template);
        } else if (prompts.problems().isEmpty()) {
            lines.line(
                    "template",
                    "none: prompts are used as they are"
                            + (prompts.plainHead().isEmpty()
                                    ? ""
                                    : ", behind " + FactLines.tokens(prompts.plainHead())));
        }
        prompts.problems().forEach(problem -> lines.line("problem", problem));
    }

    private void template(PromptFacts.Template template) {
        lines.line(
                "template",
                template.name() + " in " + template.file()
                        + (template.names().size() > 1
                                ? " (there are " + String.join(", ", template.names()) + ")"
                                : "")
                        + (template.systemPrompt() ? "; takes a system prompt" : "; takes no system prompt"));
        List<String> head = template.head();
        List<String> tail = template.tail();
        if (head == null || tail == null) {
            return;
        }
        lines.line("  head", FactLines.tokens(head));
        lines.line("  tail", FactLines.tokens(tail));
        lines.line(
                "  last token",
                tail.isEmpty()
                        ? "the prompt's own: the template writes nothing behind it"
                        : Visible.token(tail.get(tail.size() - 1)) + " (SCANS looks and steers from here)");
        ThinkBlock open = ThinkBlock.openIn(String.join("", tail));
        if (open != null) {
            lines.line(
                    "  thinking",
                    "every prompt ends inside of " + open.opening() + ": SCANS's marker is put behind "
                            + open.closing());
        }
    }
}
