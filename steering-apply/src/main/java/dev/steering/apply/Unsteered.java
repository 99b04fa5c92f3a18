package dev.steering.apply;

import dev.steering.model.decode.Draft;
import dev.steering.model.decode.Generator;
import dev.steering.model.decode.TokenListener;
import java.util.List;
import java.util.function.Function;
import java.util.function.ObjIntConsumer;
import java.util.stream.IntStream;

/**
 * Answers without steering.
 *
 * @param generator writes
 * @param context the tokens that a query's answer is written behind
 */
record Unsteered(Generator generator, Function<Query, int[]> context) implements Responder {
    @Override
    public List<Reply> reply(List<Query> queries, TokenListener listener) {
        List<int[]> contexts = queries.stream().map(context).toList();
        return Reply.undecided(generator.generate(contexts, null, listener));
    }

    @Override
    public void replyAll(List<Query> queries, int rows, TokenListener listener, ObjIntConsumer<Reply> done) {
        List<Draft> drafts = IntStream.range(0, queries.size())
                .mapToObj(i -> new Draft(i, context.apply(queries.get(i)), null))
                .toList();
        generator.generateAll(drafts, rows, listener, (text, i) -> done.accept(new Reply(text, null), i));
    }
}
