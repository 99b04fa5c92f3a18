package dev.steering.eval.utility;

import dev.steering.apply.Query;
import dev.steering.apply.Responder;
import dev.steering.core.SteeringException;
import dev.steering.core.generation.TokenListener;
import java.util.ArrayList;
import java.util.List;

/**
 * How far a method's next-token distributions are from the unsteered model's along the unsteered model's own answers:
 * KL(unsteered || method) per token, in nats. On harmless prompts that the model answers anyway, a good method leaves it small.
 *
 * <p>The method writes the given answers, so any way of decoding can be measured, contrastive ones included.
 */
public final class Divergence {
    private static final long MEMORY_FLOATS = 64L << 20;

    private Divergence() {}

    /**
     * @param longest tokens of the longest answer
     * @param vocabulary the model's vocabulary
     * @return how many prompts fit into memory at once: the unsteered logits of every token are kept, 256 MiB of them
     */
    public static int rows(int longest, int vocabulary) {
        return (int) Math.max(1, Math.min(32, MEMORY_FLOATS / Math.max(1, (long) longest * vocabulary)));
    }

    /**
     * The unsteered model's logits along its answers: {@code [row][token][vocabulary]}.
     *
     * @param unsteered the unsteered model
     * @param queries prompts
     * @param answers its answers' tokens, at least one each
     * @return the logits
     */
    public static List<List<float[]>> reference(Responder unsteered, List<Query> queries, List<int[]> answers) {
        List<List<float[]>> logits = new ArrayList<>();
        answers.forEach(answer -> logits.add(new ArrayList<>()));
        read(unsteered, queries, answers, (row, step, token, values) -> logits.get(row)
                .add(values.clone()));
        return logits;
    }

    /**
     * @param method the method
     * @param queries prompts
     * @param answers the unsteered answers' tokens
     * @param reference what {@link #reference} returned for them
     * @return per row the sum over its tokens
     */
    public static double[] sums(
            Responder method, List<Query> queries, List<int[]> answers, List<List<float[]>> reference) {
        double[] sums = new double[answers.size()];
        read(
                method,
                queries,
                answers,
                (row, step, token, values) ->
                        sums[row] += Distributions.divergence(reference.get(row).get(step), values));
        return sums;
    }

    /** Reads the texts with a method, all tokens of all of them. */
    static void read(Responder method, List<Query> queries, List<int[]> texts, GivenTexts.Sink sink) {
        int[] read = new int[texts.size()];
        TokenListener listener = new GivenTexts(texts, (row, step, token, logits) -> {
            read[row]++;
            sink.accept(row, step, token, logits);
        });
        int unused = method.reply(queries, listener).size();
        for (int row = 0; row < read.length; row++) {
            if (read[row] != texts.get(row).length) {
                throw new SteeringException(
                        "A text of " + texts.get(row).length + " tokens could be read up to token " + read[row]
                                + " only: it does not fit the model's context after its prompt, or holds an end token.");
            }
        }
    }
}
