package dev.steering.model.softprompt;

import dev.steering.core.SteeringException;
import dev.steering.core.softprompt.SoftPrompt;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.chat.SystemSlot;
import dev.steering.model.pass.PassSteering;
import java.util.List;
import org.jspecify.annotations.Nullable;

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
     * @throws SteeringException if they do not fit the model
     */
    public static SoftContexts of(ChatModel model, List<SoftPrompt> prompts, double scale) {
        SystemSlot slot = SystemSlot.of(model);
        return new SoftContexts(model, slot, SoftRows.of(model.model(), prompts, scale, slot.start()));
    }

    /**
     * @param softPrompt index of the soft prompt
     * @param prompt what the user says
     * @param system the caller's own system prompt, behind the soft one; null for none
     * @return tokens up to where the answer begins, the soft prompt's initial tokens at its positions
     * @throws SteeringException if they do not fit the model's context, or the template knows no system prompt
     */
    public int[] encode(int softPrompt, String prompt, @Nullable String system) {
        int[] soft = rows.tokens(softPrompt);
        int[] tokens = slot.around(prompt, system).with(soft);
        if (tokens.length > model.manifest().context()) {
            throw new SteeringException("A prompt with its soft prompt of " + soft.length + " tokens is "
                    + tokens.length + " tokens long, the context of "
                    + model.manifest().name() + " is "
                    + model.manifest().context() + ". Shorten it.");
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
