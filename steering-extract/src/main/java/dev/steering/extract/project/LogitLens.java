package dev.steering.extract.project;

import dev.steering.core.BadRequest;
import dev.steering.model.activation.NormedState;
import dev.steering.model.chat.ChatModel;
import java.util.List;

/**
 * What the model would say if a layer were its last: a state of the residual stream goes through the final norm and the vocabulary head
 * (nostalgebraist, "interpreting GPT: the logit lens", 2020). Of the last layer these are the model's own logits, before a soft cap where a
 * model has one. Immutable and thread-safe.
 */
public final class LogitLens {
    private final ChatModel model;
    private final NormedState norm;

    private LogitLens(ChatModel model, NormedState norm) {
        this.model = model;
        this.norm = norm;
    }

    /**
     * @param model whose norm, head and tokenizer are used
     * @return its lens
     * @throws BadRequest if the bundle does not say where its final norm is
     */
    public static LogitLens of(ChatModel model) {
        return new LogitLens(model, NormedState.of(model.model().bundle()));
    }

    /**
     * A token that a state reads as.
     *
     * @param id token id
     * @param text the token decoded on its own
     * @param logit its logit
     */
    public record Token(int id, String text, double logit) {}

    /**
     * Reads many states in one sweep over the head.
     *
     * @param states states of the residual stream, {@code [n][hidden]}
     * @param k how many tokens of each, at least 1
     * @return the tokens with the largest logits of each state, best first; of equal ones the smaller id first
     */
    public List<List<Token>> read(List<float[]> states, int k) {
        int hidden = model.manifest().hidden();
        float[] packed = new float[states.size() * hidden];
        for (int row = 0; row < states.size(); row++) {
            System.arraycopy(norm.of(states.get(row)), 0, packed, row * hidden, hidden);
        }
        return new VocabularyHead(model.model().bundle())
                .top(packed, k, true).stream()
                        .map(top -> top.stream()
                                .map(token -> new Token(
                                        token.id(),
                                        model.tokenizer().decode(new int[] {token.id()}, false),
                                        token.score()))
                                .toList())
                        .toList();
    }
}
