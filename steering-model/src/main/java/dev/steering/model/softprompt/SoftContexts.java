package dev.steering.model.softprompt;

import dev.steering.core.ContextExceeded;
import dev.steering.core.softprompt.SoftPrompt;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.chat.SystemSlot;
import dev.steering.model.chat.Turn;
import dev.steering.model.pass.PassSteering;
import java.util.List;

/**
 * Prompts with one of several soft prompts at the place of the system prompt's words, see {@link SystemSlot}. Immutable and
 * thread-safe.
 */
public final class SoftContexts {
    private final ChatModel model;
    private final SystemSlot slot;
    private final SoftRows rows;

    private SoftContexts(ChatModel model, SystemSlot slot, SoftRows rows) {
        this.model = model;
        this.slot = slot;
        this.rows = rows;
    }

    /**
     * @param model the model, with the prompt format to use
     * @param prompts the soft prompts, at least one
     * @param scale what the model multiplies rows of its embedding table with
     * @return prompts with them
     * @throws dev.steering.core.SteeringException if they do not fit the model
     */
    public static SoftContexts of(ChatModel model, List<SoftPrompt> prompts, double scale) {
        SystemSlot slot = SystemSlot.of(model);
        return new SoftContexts(model, slot, SoftRows.of(model.model(), prompts, scale, slot.start()));
    }

    /**
     * @param softPrompt index of the soft prompt
     * @param turns a conversation whose last turn is the user's; its own system prompt stands behind the soft one
     * @return tokens up to where the answer begins, the soft prompt's initial tokens at its positions
     * @throws dev.steering.core.SteeringException if they do not fit the model's context, or the template knows no system prompt
     */
    public int[] encode(int softPrompt, List<Turn> turns) {
        int[] soft = rows.tokens(softPrompt);
        int[] tokens = slot.around(turns).with(soft);
        if (tokens.length > model.manifest().context()) {
            int context = model.manifest().context();
            throw new ContextExceeded(
                    "A prompt with its soft prompt of " + soft.length + " tokens is " + tokens.length
                            + " tokens long, the context of " + model.manifest().name() + " is " + context
                            + ". Shorten it.",
                    tokens.length,
                    context);
        }
        return tokens;
    }

    /**
     * @param softPrompts which soft prompt every row of the batch holds, or one for all rows
     * @return puts them in place wherever their positions are computed
     */
    public PassSteering steering(int... softPrompts) {
        return rows.steering(softPrompts);
    }
}
