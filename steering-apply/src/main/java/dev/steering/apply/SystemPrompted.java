package dev.steering.apply;

import dev.steering.core.chat.ChatModel;
import dev.steering.core.generation.Generation;
import dev.steering.core.generation.GenerationOptions;
import dev.steering.core.generation.Generator;
import dev.steering.core.generation.TokenListener;
import java.util.List;

/** The prompt baseline: nothing is steered, but every prompt gets a text that asks for helpfulness. Immutable and thread-safe. */
public final class SystemPrompted implements Responder {
    private final ChatModel model;
    private final Generator generator;
    private final AddedPrompt prompt;

    /**
     * @param model the model
     * @param options how to write
     * @param prompt what every prompt gets
     */
    public SystemPrompted(ChatModel model, GenerationOptions options, AddedPrompt prompt) {
        this.model = model;
        this.generator = new Generator(model, options);
        this.prompt = prompt.placedFor(model);
    }

    @Override
    public List<Reply> reply(List<Query> queries, TokenListener listener) {
        List<int[]> prompts =
                queries.stream().map(query -> prompt.encode(model, query)).toList();
        List<Generation> texts = generator.generate(prompts, null, listener);
        return texts.stream().map(text -> new Reply(text, null)).toList();
    }
}
