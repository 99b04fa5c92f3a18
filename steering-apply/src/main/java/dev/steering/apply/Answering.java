package dev.steering.apply;

import dev.steering.core.BadRequest;
import dev.steering.core.ProgressListener;
import dev.steering.core.Require;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.decode.Draft;
import dev.steering.model.decode.Generation;
import dev.steering.model.decode.Generator;
import dev.steering.model.decode.TokenListener;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ObjIntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Answers any number of prompts that are all there from the start: waiting ones take the places of answers that are done. For requests
 * that come one by one there is {@link SteeredModel}. Immutable and thread-safe.
 */
public final class Answering {
    private static final int DEFAULT_BATCH = 32;

    private final ChatModel model;
    private final GenerationOptions options;
    private final @Nullable String system;
    private final int batch;
    private final ProgressListener progress;

    private Answering(
            ChatModel model, GenerationOptions options, @Nullable String system, int batch, ProgressListener progress) {
        this.model = model;
        this.options = options;
        this.system = system;
        this.batch = batch;
        this.progress = progress;
    }

    /**
     * @param model the model, with the prompt format to use
     * @return greedy answers, 32 at once, no system prompt, no progress
     */
    public static Answering with(ChatModel model) {
        return new Answering(model, GenerationOptions.defaults(), null, DEFAULT_BATCH, ProgressListener.NONE);
    }

    /**
     * @param newOptions how answers are written
     * @return a copy with them
     */
    public Answering withOptions(GenerationOptions newOptions) {
        return new Answering(model, newOptions, system, batch, progress);
    }

    /**
     * @param newSystem system prompt in front of every prompt; null for none
     * @return a copy with it
     */
    public Answering withSystem(@Nullable String newSystem) {
        return new Answering(model, options, newSystem, batch, progress);
    }

    /**
     * @param answers most answers that are written at once, at least 1
     * @return a copy with it
     * @throws BadRequest if it is less than 1
     */
    public Answering withBatch(int answers) {
        return new Answering(model, options, system, Require.atLeast("The batch size", answers, 1), progress);
    }

    /**
     * @param listener told how many prompts are answered
     * @return a copy with it
     */
    public Answering withProgress(ProgressListener listener) {
        return new Answering(model, options, system, batch, listener);
    }

    /**
     * Renders and encodes prompts, once for all methods that are to answer them.
     *
     * @param prompts what the user says, each on its own
     * @return the queries, in their order
     */
    public List<Query> queries(List<String> prompts) {
        return prompts.stream().map(prompt -> Query.of(model, prompt, system)).toList();
    }

    /**
     * @param prompts what the user says, each on its own
     * @param method how to answer
     * @return the answers, in the order of the prompts
     */
    public List<Answer> answer(List<String> prompts, Method method) {
        return answerQueries(queries(prompts), method, TokenListener.NONE);
    }

    /**
     * @param queries what to answer
     * @param method how to answer
     * @param listener hears the texts by the indices of their queries
     * @return the answers, in the order of the queries
     */
    public List<Answer> answerQueries(List<Query> queries, Method method, TokenListener listener) {
        Answer[] answers = new Answer[queries.size()];
        int[] done = {0};
        answerQueries(queries, method, listener, (answer, i) -> {
            answers[i] = answer;
            progress.onProgress("answering", ++done[0], answers.length);
        });
        return List.of(answers);
    }

    /**
     * The same, handing over the answers one by one. In which order depends on the queries, the method and the batch only.
     *
     * @param queries what to answer
     * @param method how to answer
     * @param listener hears the texts by the indices of their queries
     * @param done told every answer with the index of its query, as soon as it is complete
     */
    public void answerQueries(List<Query> queries, Method method, TokenListener listener, ObjIntConsumer<Answer> done) {
        Map<Integer, List<Decision>> decisions = new HashMap<>();
        List<Draft> drafts = new ArrayList<>();
        for (int i = 0; i < queries.size(); i++) {
            int index = i;
            drafts.add(method.draft(i, queries.get(i), decided -> decisions.put(index, decided)));
        }
        write(drafts, method.contexts(), listener, (text, i) -> {
            List<Decision> decided = decisions.getOrDefault(i, List.of());
            done.accept(new Answer(queries.get(i).prompt(), text, decided.isEmpty() ? null : decided.get(0)), i);
        });
    }

    /**
     * Writes drafts of whatever kind, such as those of several plans for every query.
     *
     * @param drafts the texts
     * @param contexts contexts of each
     * @param listener hears the texts by their numbers
     * @param done told every text with its number, as soon as it is complete
     */
    public void write(List<Draft> drafts, int contexts, TokenListener listener, ObjIntConsumer<Generation> done) {
        new Generator(model, options.decode()).generateAll(drafts, batch * contexts, listener, done);
    }
}
