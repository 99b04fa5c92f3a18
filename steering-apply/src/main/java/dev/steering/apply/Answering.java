package dev.steering.apply;

import dev.steering.core.ProgressListener;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.decode.TokenListener;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Answers any number of prompts: encodes them, runs them in batches and returns the answers in the order of the prompts.
 * Immutable and thread-safe.
 */
public final class Answering {
    private static final int DEFAULT_ROWS = 32;

    private final ChatModel model;
    private final @Nullable String system;
    private final int rows;
    private final ProgressListener progress;

    private Answering(ChatModel model, @Nullable String system, int rows, ProgressListener progress) {
        this.model = model;
        this.system = system;
        this.rows = rows;
        this.progress = progress;
    }

    /**
     * @param model the model, with the prompt format to use
     * @return batches of 32, no system prompt, no progress
     */
    public static Answering with(ChatModel model) {
        return new Answering(model, null, DEFAULT_ROWS, ProgressListener.NONE);
    }

    /**
     * @param newSystem system prompt in front of every prompt; null for none
     * @return a copy with it
     */
    public Answering withSystem(@Nullable String newSystem) {
        return new Answering(model, newSystem, rows, progress);
    }

    /**
     * @param newRows most prompts that are run at once, at least 1
     * @return a copy with it
     */
    public Answering withBatch(int newRows) {
        if (newRows < 1) {
            throw new IllegalArgumentException("batches of " + newRows + " rows");
        }
        return new Answering(model, system, newRows, progress);
    }

    /**
     * @param listener told how many prompts are answered
     * @return a copy with it
     */
    public Answering withProgress(ProgressListener listener) {
        return new Answering(model, system, rows, listener);
    }

    /**
     * @param prompts what the user says, each on its own
     * @param responder how to answer
     * @return the answers, in the order of the prompts
     */
    public List<Answer> answer(List<String> prompts, Responder responder) {
        return answer(prompts, responder, TokenListener.NONE);
    }

    /**
     * @param prompts what the user says, each on its own
     * @param responder how to answer
     * @param listener hears the text; its rows are indices of the prompts
     * @return the answers, in the order of the prompts
     */
    public List<Answer> answer(List<String> prompts, Responder responder, TokenListener listener) {
        List<Query> queries =
                prompts.stream().map(prompt -> Query.of(model, prompt, system)).toList();
        Answer[] answers = new Answer[prompts.size()];
        int[] done = {0};
        responder.replyAll(queries, rows, listener, (reply, i) -> {
            answers[i] = new Answer(prompts.get(i), reply.generation(), reply.decision());
            progress.onProgress("answering", ++done[0], answers.length);
        });
        return List.of(answers);
    }
}
