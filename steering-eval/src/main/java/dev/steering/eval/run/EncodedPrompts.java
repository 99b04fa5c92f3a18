package dev.steering.eval.run;

import dev.steering.apply.Query;
import dev.steering.model.chat.ChatModel;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Prompts in a model's format, each rendered and encoded once however many methods and passes ask for it. Thread-safe. */
public final class EncodedPrompts {
    private final ChatModel model;
    private final @Nullable String system;
    private final Map<String, Query> queries = new HashMap<>();

    /**
     * @param model the model, with the prompt format to use
     * @param system system prompt in front of every prompt; null for none
     */
    public EncodedPrompts(ChatModel model, @Nullable String system) {
        this.model = model;
        this.system = system;
    }

    /**
     * @param prompt what the user says
     * @return the prompt in the model's format
     * @throws dev.steering.core.SteeringException if it does not fit the model's context, or the template knows no system prompt
     */
    public synchronized Query query(String prompt) {
        return queries.computeIfAbsent(prompt, text -> Query.of(model, text, system));
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
