package dev.steering.apply;

import dev.steering.model.chat.ChatModel;
import dev.steering.model.decode.GenerationOptions;
import dev.steering.model.decode.Generator;
import dev.steering.model.decode.TokenListener;
import java.util.List;
import java.util.function.ObjIntConsumer;

/** The prompt baseline: nothing is steered, but every prompt gets a text that asks for helpfulness. Immutable and thread-safe. */
public final class SystemPrompted implements Responder {
    private final Responder responder;

    /**
     * @param model the model
     * @param options how to write
     * @param prompt what every prompt gets
     */
    public SystemPrompted(ChatModel model, GenerationOptions options, AddedPrompt prompt) {
        AddedPrompt placed = prompt.placedFor(model);
        this.responder = new Unsteered(new Generator(model, options), query -> placed.encode(model, query));
    }

    @Override
    public List<Reply> reply(List<Query> queries, TokenListener listener) {
        return responder.reply(queries, listener);
    }

    @Override
    public void replyAll(List<Query> queries, int rows, TokenListener listener, ObjIntConsumer<Reply> done) {
        responder.replyAll(queries, rows, listener, done);
    }
}
