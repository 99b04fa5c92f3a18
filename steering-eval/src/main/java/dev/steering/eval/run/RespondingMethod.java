package dev.steering.eval.run;

import dev.steering.apply.Answer;
import dev.steering.apply.Query;
import dev.steering.apply.Responder;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.decode.TokenListener;
import java.util.List;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Responder} under a name.
 *
 * @param name its name, for tables
 * @param plan what it does, in words
 * @param model the model, with the prompt format to use
 * @param system system prompt in front of every prompt; null for none
 * @param responder answers
 * @param rows most prompts that are answered at once; where there are more, waiting ones take the places of those that are done
 */
public record RespondingMethod(
        String name, String plan, ChatModel model, @Nullable String system, Responder responder, int rows)
        implements EvalMethod {
    @Override
    public int[] lengths(List<String> prompts) {
        return prompts.stream()
                .mapToInt(prompt -> model.encode(prompt, system).length)
                .toArray();
    }

    @Override
    public List<Answer> answer(List<String> prompts) {
        return answer(prompts, answered -> {});
    }

    @Override
    public List<Answer> answer(List<String> prompts, IntConsumer answered) {
        List<Query> queries =
                prompts.stream().map(prompt -> Query.of(model, prompt, system)).toList();
        Answer[] answers = new Answer[prompts.size()];
        int[] done = {0};
        responder.replyAll(queries, rows, TokenListener.NONE, (reply, i) -> {
            answers[i] = new Answer(prompts.get(i), reply.generation(), reply.decision());
            answered.accept(++done[0]);
        });
        return List.of(answers);
    }
}
