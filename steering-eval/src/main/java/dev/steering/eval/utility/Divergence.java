package dev.steering.eval.utility;

import dev.steering.apply.Answering;
import dev.steering.apply.GenerationOptions;
import dev.steering.apply.Method;
import dev.steering.apply.Query;
import dev.steering.apply.planned.PlanSweep;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.decode.TokenListener;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How far a method's next-token distributions are from the unsteered model's along the unsteered model's own answers:
 * KL(unsteered || method) per token, in nats. On harmless prompts that the model answers anyway, a good method leaves it small.
 *
 * <p>The method writes the given answers, so any way of decoding can be measured, contrastive ones included.
 */
public final class Divergence {
    private static final long MEMORY_FLOATS = 64L << 20;

    private final Answering answering;

    /**
     * @param model the model
     * @param options how to write: at least as many tokens as the longest answer has
     */
    public Divergence(ChatModel model, GenerationOptions options) {
        this.answering = Answering.with(model).withOptions(options);
    }

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
    public List<List<float[]>> reference(Method unsteered, List<Query> queries, List<int[]> answers) {
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
     * @return the sum over all tokens. A method that adds to the prompt may have no room in the model's context for the end of an
     *     answer: those tokens are not counted
     */
    public TokenSum sum(Method method, List<Query> queries, List<int[]> answers, List<List<float[]>> reference) {
        return byAnswer(method, queries, answers, reference).stream().reduce(new TokenSum(0, 0), TokenSum::plus);
    }

    /**
     * The same answer by answer.
     *
     * @param method the method
     * @param queries prompts
     * @param answers the unsteered answers' tokens
     * @param reference what {@link #reference} returned for them
     * @return the sum over the tokens of every answer
     */
    public List<TokenSum> byAnswer(
            Method method, List<Query> queries, List<int[]> answers, List<List<float[]>> reference) {
        double[] sums = new double[answers.size()];
        long[] tokens = new long[answers.size()];
        long unused = read(method, queries, answers, (row, step, token, values) -> {
            sums[row] += Distributions.divergence(reference.get(row).get(step), values);
            tokens[row]++;
        });
        return IntStream.range(0, sums.length)
                .mapToObj(row -> new TokenSum(sums[row], tokens[row]))
                .toList();
    }

    /**
     * The same for several plans at once, answer by answer.
     *
     * @param sweep the plans
     * @param queries prompts
     * @param answers the unsteered answers' tokens
     * @param reference what {@link #reference} returned for them
     * @param rows most texts that are read at once
     * @return the sum over the tokens of every answer, {@code [plans][answers]}
     */
    public List<List<TokenSum>> sums(
            PlanSweep sweep, List<Query> queries, List<int[]> answers, List<List<float[]>> reference, int rows) {
        int plans = sweep.plans().size();
        List<int[]> texts = answers.stream()
                .flatMap(answer -> Collections.nCopies(plans, answer).stream())
                .toList();
        double[] sums = new double[texts.size()];
        long[] tokens = new long[texts.size()];
        TokenListener listener = new GivenTexts(texts, (text, step, token, logits) -> {
            sums[text] += Distributions.divergence(reference.get(text / plans).get(step), logits);
            tokens[text]++;
        });
        answering
                .withBatch(rows)
                .write(sweep.drafts(queries, (text, decisions) -> {}), 1, listener, (written, text) -> {});
        return IntStream.range(0, plans)
                .mapToObj(plan -> IntStream.range(0, answers.size())
                        .map(answer -> answer * plans + plan)
                        .mapToObj(text -> new TokenSum(sums[text], tokens[text]))
                        .toList())
                .toList();
    }

    /**
     * @param method a method
     * @param queries prompts
     * @param texts tokens of one answer to each, at least one
     * @return the sum of ln P over the tokens of each, as far as they fit into the method's context
     */
    public double[] logLikelihoods(Method method, List<Query> queries, List<int[]> texts) {
        double[] sums = new double[texts.size()];
        long unused = read(
                method,
                queries,
                texts,
                (row, step, token, logits) -> sums[row] -= Distributions.surprisal(logits, token));
        return sums;
    }

    /** Reads the texts with a method as far as they fit into its context; returns how many tokens that were. */
    long read(Method method, List<Query> queries, List<int[]> texts, GivenTexts.Sink sink) {
        long[] read = new long[1];
        TokenListener listener = new GivenTexts(texts, (row, step, token, logits) -> {
            read[0]++;
            sink.accept(row, step, token, logits);
        });
        int unused = answering
                .withBatch(Math.max(1, queries.size()))
                .answerQueries(queries, method, listener)
                .size();
        return read[0];
    }
}
