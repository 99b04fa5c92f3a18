package dev.steering.eval.run;

import dev.steering.apply.Answer;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;

/** A method, or several that answer a batch together because they share work, such as reading the prompts. */
public interface EvalGroup {
    /** @return the name under which their time is kept */
    String name();

    /** @return what each method does, by name, in a fixed order */
    Map<String, String> plans();

    /**
     * @param prompts prompts
     * @return how long each is, in tokens, for batches of similar length
     */
    int[] lengths(List<String> prompts);

    /**
     * @param prompts one batch
     * @return the answers, {@code [methods][prompts]} in the order of methods and prompts; the same batch gives the same answers
     */
    List<List<Answer>> answer(List<String> prompts);

    /**
     * The same, telling how far it has come.
     *
     * @param prompts one batch
     * @param answered told how many answers there are; groups that answer all prompts at once need not say anything
     * @return the answers, {@code [methods][prompts]}
     */
    default List<List<Answer>> answer(List<String> prompts, IntConsumer answered) {
        return answer(prompts);
    }
}
