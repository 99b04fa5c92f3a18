package dev.steering.eval.run;

import dev.steering.apply.Method;
import dev.steering.apply.Query;
import dev.steering.core.SteeringException;
import dev.steering.eval.dataset.EvalItem;
import dev.steering.model.chat.PromptFit;
import java.util.List;

/**
 * Prompts that fit every context that they are put into.
 *
 * @param kept what is asked, in order; some of it shortened
 * @param notes what was left out or shortened, for people: nothing, or a sentence each
 */
public record FittedItems(List<EvalItem> kept, List<String> notes) {
    public FittedItems {
        kept = List.copyOf(kept);
        notes = List.copyOf(notes);
    }

    /**
     * Looks at all prompts before any of them is run.
     *
     * @param items what is to be asked
     * @param name what to call them, e.g. {@code evaluated}
     * @param fit the rule
     * @param need how long the longest context of each is
     * @return what is left of them
     * @throws SteeringException as {@link PromptFit#of}
     */
    public static FittedItems of(List<EvalItem> items, String name, PromptFit fit, PromptFit.Need<EvalItem> need) {
        PromptFit.Result<EvalItem> result = fit.of(items, EvalItem::asked, FittedItems::withText, need);
        return new FittedItems(result.kept(), result.notes(name, EvalItem::asked));
    }

    /**
     * @param prompts encodes the prompts
     * @param methods what is compared
     * @return how long the longest context is that any of the methods puts a prompt into
     */
    public static PromptFit.Need<EvalItem> need(EncodedPrompts prompts, List<Method> methods) {
        return item -> {
            Query query = prompts.made(item.asked());
            int longest = query.tokens().length;
            for (Method method : methods) {
                longest =
                        Math.max(longest, method.draft(0, query, decided -> {}).contextTokens());
            }
            return longest;
        };
    }

    private static EvalItem withText(EvalItem item, String text) {
        return new EvalItem(
                item.set(), item.expectation(), item.row(), item.asked().withText(text));
    }
}
