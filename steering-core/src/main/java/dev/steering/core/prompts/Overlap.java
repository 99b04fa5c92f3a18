package dev.steering.core.prompts;

import dev.steering.core.BadRequest;
import dev.steering.core.PromptIdentity;
import dev.steering.core.Remedy;
import dev.steering.core.SteeringException;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What is done about prompts that a choice has seen and that figures are to be measured on: the one check of splits of all commands. Two
 * texts are the same prompt by {@link PromptIdentity}.
 */
public enum Overlap {
    /** Nothing is measured. */
    REFUSE,
    /** It is reported and done all the same. */
    REPORT;

    /**
     * @param prompts prompts of a split
     * @param name what to call them, e.g. {@code test prompts}
     * @param used whether a prompt was used before
     * @param purpose what as, e.g. {@code development prompts}
     * @return what there is to report, one sentence; null if none was used before
     * @throws SteeringException if some were and that is refused
     */
    public @Nullable String check(List<Prompt> prompts, String name, Predicate<String> used, String purpose) {
        List<Prompt> shared =
                prompts.stream().filter(prompt -> used.test(prompt.text())).toList();
        if (shared.isEmpty()) {
            return null;
        }
        Prompt first = shared.get(0);
        String found = shared.size() + " of the " + prompts.size() + " " + name
                + (shared.size() == 1 ? " is one of the " : " are among the ") + purpose + ", such as \""
                + first.beginning()
                + "\" (" + first.place() + "): figures on them look better than they are.";
        if (this == REFUSE) {
            throw new BadRequest(found + " Remove them from one of the two.").withRemedy(Remedy.ALLOW_OVERLAP);
        }
        return found;
    }
}
