package dev.steering.cli.prompts;

import dev.steering.cli.terminal.Warnings;
import dev.steering.core.prompts.Prompt;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.chat.PromptFit;
import dev.steering.model.tokenizer.ControlTokens;
import java.io.PrintWriter;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What is said beside a result on standard error, one line each, and among the warnings of a result in JSON. */
public final class Remarks {
    private final PrintWriter err;

    /** @param err where the lines go */
    public Remarks(PrintWriter err) {
        this.err = err;
    }

    /** @param note a sentence that a user should know and need not act on */
    public void note(String note) {
        say("note: ", note);
    }

    /**
     * Says what was left out or cut.
     *
     * @param result what is left
     * @param name what the prompts are, e.g. {@code harmful}
     */
    public void fitted(PromptFit.Result<Prompt> result, String name) {
        result.notes(name, prompt -> prompt).forEach(this::note);
    }

    /** @param warning a sentence about what makes a result doubtful */
    public void warn(String warning) {
        say("warning: ", warning);
    }

    /**
     * Warns of control tokens in what users say, once, unless they are escaped.
     *
     * @param model the model with the prompt format to use
     * @param prompts everything that it is going to be asked
     */
    public void controlTokens(ChatModel model, List<Prompt> prompts) {
        if (model.format().escapesControlTokens()) {
            return;
        }
        ControlTokens control = model.tokenizer().controlTokens();
        List<Prompt> holding = prompts.stream()
                .filter(prompt -> !control.in(prompt.text()).isEmpty())
                .toList();
        if (!holding.isEmpty()) {
            Prompt first = holding.get(0);
            say(
                    "warning: ",
                    (holding.size() == 1 ? "a prompt holds" : holding.size() + " prompts hold")
                            + " texts that become control tokens of the model, such as "
                            + control.in(first.text()).get(0) + " (" + first.place()
                            + "): they end turns and begin others, as in transformers. --escape-special encodes them as text.");
        }
    }

    /**
     * The same where a system prompt goes in front of all of them.
     *
     * @param model the model with the prompt format to use
     * @param system the system prompt; null for none
     * @param prompts everything that it is going to be asked
     */
    public void controlTokens(ChatModel model, @Nullable String system, List<Prompt> prompts) {
        Stream<Prompt> first = system == null ? Stream.of() : Stream.of(new Prompt(system, "the system prompt"));
        controlTokens(model, Stream.concat(first, prompts.stream()).toList());
    }

    private void say(String kind, String remark) {
        Warnings.say(err, kind, remark);
    }
}
