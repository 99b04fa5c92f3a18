package dev.steering.model.decode;

import dev.steering.model.chat.ChatModel;
import dev.steering.model.tokenizer.StreamingDecoder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One text while it is being written. */
final class Row {
    private final ChatModel model;
    private final GenerationOptions options;
    private final Sampler sampler;
    private final int index;
    private final TokenListener listener;
    private final StreamingDecoder decoder;
    private final List<Integer> tokens = new ArrayList<>();
    private final int[] input = new int[1];
    private Generation.@Nullable Finish finish;

    Row(ChatModel model, GenerationOptions options, int[] prompt, int index, TokenListener listener) {
        this.model = model;
        this.options = options;
        this.sampler = new Sampler(options, prompt, index);
        this.index = index;
        this.listener = listener;
        this.decoder = new StreamingDecoder(model.tokenizer());
    }

    boolean active() {
        return finish == null;
    }

    /** Takes the logits after the last token, which are overwritten; {@code room}: whether the cache can hold another one. */
    void accept(float[] logits, boolean room) {
        accept(FloatBuffer.wrap(logits), room);
    }

    /** The same for logits wherever they are: from index 0 to the limit. */
    void accept(FloatBuffer logits, boolean room) {
        int given = listener == TokenListener.NONE
                ? TokenListener.CHOOSE
                : listener.nextToken(index, logits.asReadOnlyBuffer());
        int token = given == TokenListener.CHOOSE ? sampler.next(logits) : given;
        if (model.manifest().endTokens().contains(token)) {
            end(Generation.Finish.END);
            return;
        }
        tokens.add(token);
        boolean wanted = listener == TokenListener.NONE || listener.onText(index, decoder.accept(token));
        if (!wanted) {
            end(Generation.Finish.CANCELLED);
        } else if (tokens.size() == options.maxNewTokens() || !room) {
            end(Generation.Finish.LENGTH);
        }
    }

    private void end(Generation.Finish reason) {
        finish = reason;
        if (listener != TokenListener.NONE) {
            listener.onText(index, decoder.finish());
        }
    }

    /** The token to run next, in an array that is used again; a finished row runs anything. */
    int[] nextInput() {
        input[0] = tokens.isEmpty() ? 0 : tokens.get(tokens.size() - 1);
        return input;
    }

    /** How many tokens there are of it. */
    int written() {
        return tokens.size();
    }

    /** Number of the text. */
    int index() {
        return index;
    }

    Generation result() {
        int[] ids = tokens.stream().mapToInt(Integer::intValue).toArray();
        return new Generation(
                tokens, model.tokenizer().decode(ids, true), finish == null ? Generation.Finish.LENGTH : finish);
    }
}
