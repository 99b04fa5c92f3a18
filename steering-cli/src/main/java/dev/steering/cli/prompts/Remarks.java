package dev.steering.cli.prompts;

import dev.steering.cli.terminal.Warnings;
import dev.steering.core.prompts.Prompt;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.tokenizer.ControlTokens;
import java.io.PrintWriter;
import java.util.List;

/** What is said beside a result on standard error, one line each, and among the warnings of a result in JSON. */
public final class Remarks {
    private final PrintWriter err;

    /** @param err where the lines go */
    public Remarks(PrintWriter err) {
        this.err = err;
    }

    /** @param note a sentence that a user should know and need not act on */
    public void note(String note) {
        Warnings.say(err, "note: ", note);
    }

    /** @param warning a sentence about what makes a result doubtful */
    public void warn(String warning) {
        Warnings.say(err, "warning: ", warning);
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
            warn((holding.size() == 1 ? "a prompt holds" : holding.size() + " prompts hold")
                    + " texts that become control tokens of the model, such as "
                    + control.in(first.text()).get(0) + " (" + first.place()
                    + "): they end turns and begin others, as in transformers. --escape-special encodes them as text.");
        }
    }
}
