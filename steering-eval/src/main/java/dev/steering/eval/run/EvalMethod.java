package dev.steering.eval.run;

import dev.steering.apply.Answer;
import java.util.List;
import java.util.function.IntConsumer;

/** A method that takes part in an evaluation. */
public interface EvalMethod {
    /** @return its name, for tables */
    String name();

    /** @return what it does, in words: every setting that its answers depend on */
    String plan();

    /**
     * @param prompts prompts
     * @return how long each is, in tokens, for batches of similar length
     */
    int[] lengths(List<String> prompts);

    /**
     * @param prompts one batch; the method may answer them in several steps
     * @return the answers, in the order of the prompts; the same batch gives the same answers
     */
    List<Answer> answer(List<String> prompts);

    /**
     * The same, telling how far it has come.
     *
     * @param prompts one batch
     * @param answered told how many of the prompts are answered; methods that answer all of them at once need not say anything
     * @return the answers, in the order of the prompts
     */
    default List<Answer> answer(List<String> prompts, IntConsumer answered) {
        return answer(prompts);
    }
}
