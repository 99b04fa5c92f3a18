package dev.steering.eval.run;

import dev.steering.apply.Query;
import dev.steering.core.prompts.Prompt;
import dev.steering.eval.dataset.EvalItem;
import dev.steering.model.chat.ChatModel;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Prompts in a model's format, each rendered and encoded once however many methods and passes ask for it. Thread-safe. */
public final class EncodedPrompts {
    private final ChatModel model;
    private final @Nullable String system;
    private final Map<String, Prompt> conversations = new HashMap<>();
    private final Map<String, Query> queries = new HashMap<>();

    /**
     * @param model the model, with the prompt format to use
     * @param system system prompt in front of every prompt; null for none
     */
    public EncodedPrompts(ChatModel model, @Nullable String system) {
        this(model, system, List.of());
    }

    /**
     * @param model the model, with the prompt format to use
     * @param system system prompt in front of every prompt; null for none
     * @param items what will be asked: conversations among them are known by their texts
     */
    public EncodedPrompts(ChatModel model, @Nullable String system, List<EvalItem> items) {
        this.model = model;
        this.system = system;
        for (EvalItem item : items) {
            if (item.asked().isConversation()) {
                conversations.put(item.prompt(), item.asked());
            }
        }
    }

    /**
     * @param prompt the text of a prompt
     * @return the prompt in the model's format
     * @throws dev.steering.core.SteeringException if it does not fit the model's context, or the template knows no system prompt
     */
    public synchronized Query query(String prompt) {
        return queries.computeIfAbsent(prompt, text -> {
            Prompt conversation = conversations.get(text);
            return made(conversation == null ? new Prompt(text, "") : conversation);
        });
    }

    /** The same, not kept. */
    Query made(Prompt prompt) {
        return Query.of(model, prompt, system);
    }

    /**
     * @param prompts prompts
     * @return each in the model's format
     */
    public List<Query> queries(List<String> prompts) {
        return prompts.stream().map(this::query).toList();
    }

    /**
     * @param prompts prompts
     * @return how long each is, in tokens
     */
    public int[] lengths(List<String> prompts) {
        return prompts.stream()
                .mapToInt(prompt -> query(prompt).tokens().length)
                .toArray();
    }
}
