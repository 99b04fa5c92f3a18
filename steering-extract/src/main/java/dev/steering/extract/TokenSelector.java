package dev.steering.extract;

import dev.steering.core.BadRequest;
import dev.steering.core.Require;
import dev.steering.core.SteeringException;
import dev.steering.model.pass.Capture;

/** Which of a prompt's tokens stand for it, after the template was applied. Immutable and thread-safe. */
public sealed interface TokenSelector {
    /**
     * One token, counted from the end.
     *
     * @param back 0 for the prompt's last token (the template's last, where SCANS looks), 1 for the one before it, ...
     */
    record Last(int back) implements TokenSelector {
        /** @throws BadRequest if it is negative */
        public Last {
            Require.atLeast("The number of tokens before the last", back, 0);
        }

        @Override
        public String label() {
            return back == 0 ? "last" : "last-" + back;
        }

        @Override
        public Capture capture(int length) {
            if (back >= length) {
                throw new BadRequest("The token selector '" + label() + "' needs prompts of at least " + (back + 1)
                        + " tokens, template included; one has " + length + ".");
            }
            return Capture.token(length - 1 - back);
        }
    }

    /** The mean over all of the prompt's tokens, template included. */
    record Mean() implements TokenSelector {
        @Override
        public String label() {
            return "mean";
        }

        @Override
        public Capture capture(int length) {
            return new Capture(0, length - 1);
        }
    }

    /** @return its name in files and on the command line: {@code last}, {@code last-K} or {@code mean} */
    String label();

    /**
     * @param length number of the prompt's tokens, at least 1
     * @return what to capture
     * @throws SteeringException if the prompt is too short
     */
    Capture capture(int length);

    /** @return the prompt's last token */
    static TokenSelector last() {
        return new Last(0);
    }

    /** @return the mean over the prompt's tokens */
    static TokenSelector mean() {
        return new Mean();
    }

    /**
     * @param label {@code last}, {@code last-K} or {@code mean}
     * @return the selector of that name
     * @throws SteeringException if there is none
     */
    static TokenSelector parse(String label) {
        if (label.equals("mean")) {
            return mean();
        }
        if (label.equals("last")) {
            return last();
        }
        if (label.matches("last-[0-9]{1,6}")) {
            return new Last(Integer.parseInt(label.substring("last-".length())));
        }
        throw new BadRequest(
                "'" + label + "' is no token selector. Expected last, last-K (K tokens before the last) or mean.");
    }
}
