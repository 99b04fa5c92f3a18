package dev.steering.eval.run;

import dev.steering.apply.Answer;
import dev.steering.apply.Answering;
import dev.steering.apply.Method;
import dev.steering.model.decode.TokenListener;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;

/**
 * One method on its own.
 *
 * @param method the method
 * @param prompts encodes the prompts
 * @param answering how answers are written, and how many at once; where there are more, waiting ones take the places of those that
 *     are done
 */
public record AnsweringMethod(Method method, EncodedPrompts prompts, Answering answering) implements EvalGroup {
    @Override
    public String name() {
        return method.name();
    }

    @Override
    public Map<String, String> plans() {
        return Map.of(method.name(), method.words());
    }

    @Override
    public int[] lengths(List<String> texts) {
        return prompts.lengths(texts);
    }

    @Override
    public List<List<Answer>> answer(List<String> texts) {
        return answer(texts, answered -> {});
    }

    @Override
    public List<List<Answer>> answer(List<String> texts, IntConsumer answered) {
        return List.of(answering
                .withProgress((stage, done, total) -> answered.accept((int) done))
                .answerQueries(prompts.queries(texts), method, TokenListener.NONE));
    }
}
