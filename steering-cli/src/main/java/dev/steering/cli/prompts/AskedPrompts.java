package dev.steering.cli.prompts;

import dev.steering.apply.Message;
import dev.steering.apply.Method;
import dev.steering.apply.Query;
import dev.steering.cli.terminal.WrongUsage;
import dev.steering.core.prompts.Prompt;
import dev.steering.core.prompts.Said;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.chat.PromptFit;
import dev.steering.model.chat.Turn;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Prompts and conversations that are to be answered, with the system prompt in front of all of them. Immutable.
 *
 * @param prompts the prompts, at least one
 * @param system the system prompt; null for none
 */
public record AskedPrompts(List<Prompt> prompts, @Nullable String system) {
    /** @throws WrongUsage if a conversation has a system prompt of its own beside the one for all */
    public AskedPrompts {
        prompts = List.copyOf(prompts);
        for (Prompt prompt : prompts) {
            if (system != null && own(prompt) != null) {
                throw new WrongUsage(
                        "--system and the system message of " + prompt.place() + " exclude each other: leave one out.");
            }
        }
    }

    /**
     * @param messages a conversation
     * @param place where it stands
     * @return it as a prompt
     */
    public static Prompt conversation(List<Message> messages, String place) {
        return new Prompt(
                messages.get(messages.size() - 1).content(),
                messages.stream()
                        .map(message -> new Said(message.role().toString(), message.content()))
                        .toList(),
                place);
    }

    /**
     * Looks at every prompt before any of them is answered.
     *
     * @param model the model
     * @param method how they will be answered
     * @param fit the rule
     * @param remarks told what was left out or cut, and of control tokens
     * @return what fits
     * @throws dev.steering.core.SteeringException as {@link PromptFit#of}
     */
    public List<Query> fitted(ChatModel model, Method method, PromptFit fit, Remarks remarks) {
        PromptFit.Result<Prompt> result = fit.of(prompts, prompt -> prompt, Prompt::withText, prompt -> {
            Query query = query(model, prompt);
            int context = method.draft(0, query, decided -> {}).contextTokens();
            return Math.max(query.tokens().length, context);
        });
        remarks.fitted(result, "");
        remarks.controlTokens(model, system, result.kept());
        return result.kept().stream().map(prompt -> query(model, prompt)).toList();
    }

    /** @return every system prompt once; null where there is none */
    public Set<@Nullable String> systems() {
        Set<@Nullable String> systems = new LinkedHashSet<>();
        for (Prompt prompt : prompts) {
            String own = own(prompt);
            systems.add(own == null ? system : own);
        }
        return systems;
    }

    private static @Nullable String own(Prompt prompt) {
        return Turn.system(Turn.of(prompt.conversation()));
    }

    private Query query(ChatModel model, Prompt prompt) {
        return Query.of(model, prompt, system);
    }
}
