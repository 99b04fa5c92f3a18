package dev.steering.cli.answers;

import dev.steering.core.IoReason;
import dev.steering.core.SteeringException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Where a chat's lines come from and go.
 *
 * @param in what is typed
 * @param out what is answered
 * @param interactive whether a person types, who sees the own lines; otherwise they are printed, so that what comes out can be read
 * @param complaints told what goes wrong in a turn
 */
public record ChatTerminal(
        BufferedReader in, PrintWriter out, boolean interactive, Consumer<SteeringException> complaints) {
    private static final String PROMPT = "> ";

    /** The next line; null if there are no more. */
    @Nullable
    String next() {
        try {
            if (interactive) {
                out.print(PROMPT);
                out.flush();
            }
            String line = in.readLine();
            if (interactive && line == null) {
                line("");
            } else if (!interactive && line != null) {
                line(PROMPT + line);
            }
            return line;
        } catch (IOException e) {
            throw new SteeringException("Cannot read from standard input: " + IoReason.of(e), e);
        }
    }

    void line(String text) {
        out.println(text);
        out.flush();
    }

    void complain(SteeringException problem) {
        out.flush();
        complaints.accept(problem);
    }

    /** The terminal has forgotten what was typed in this line. */
    void remind() {
        out.print(System.lineSeparator() + "(Ctrl-D or /quit leaves the chat.)" + System.lineSeparator() + PROMPT);
        out.flush();
    }
}
