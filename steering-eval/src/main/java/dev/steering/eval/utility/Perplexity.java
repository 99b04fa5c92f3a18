package dev.steering.eval.utility;

import dev.steering.apply.Method;
import dev.steering.apply.Query;
import dev.steering.core.BadRequest;
import dev.steering.core.SteeringException;
import dev.steering.eval.store.Hashes;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.chat.PromptFormat;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Windows of a text for perplexity: {@code exp(mean of -ln P(token | tokens before it in its window))}. The text is cut into windows
 * that do not overlap; each begins with the begin token if the tokenizer has one, and its first token is read but not scored
 * otherwise. Steering acts on all of a window.
 */
public final class Perplexity {
    private final String id;
    private final List<int[]> windows;

    private Perplexity(String id, List<int[]> windows) {
        this.id = id;
        this.windows = windows;
    }

    /**
     * @param model encodes, without any template
     * @param text the text
     * @param size tokens of a window, at least 2
     * @return its windows
     * @throws SteeringException if it has fewer than two tokens
     */
    public static Perplexity of(ChatModel model, String text, int size) {
        int[] tokens = PromptFormat.plain().encode(model.tokenizer(), text, null);
        int[] empty = PromptFormat.plain().encode(model.tokenizer(), "", null);
        int[] begin =
                empty.length > 0 && tokens.length > 0 && tokens[0] == empty[0] ? new int[] {empty[0]} : new int[0];
        List<int[]> windows = new ArrayList<>();
        int step = size - begin.length;
        for (int start = begin.length; start < tokens.length; start += step) {
            int[] part = Arrays.copyOfRange(tokens, start, Math.min(tokens.length, start + step));
            int[] window = Arrays.copyOf(begin, begin.length + part.length);
            System.arraycopy(part, 0, window, begin.length, part.length);
            if (window.length > 1) {
                windows.add(window);
            }
        }
        if (windows.isEmpty()) {
            throw new BadRequest("A text for perplexity needs at least two tokens, found " + tokens.length + ".");
        }
        return new Perplexity(Hashes.sha256(text, Integer.toString(size)), windows);
    }

    /** @return what tells this text and window size from others */
    String id() {
        return id;
    }

    /** @return how many windows there are */
    public int windows() {
        return windows.size();
    }

    /**
     * @param divergence reads texts with methods
     * @param method a method that reads plain text
     * @param from first window, inclusive
     * @param to last window, exclusive
     * @return the sum of -ln P over their scored tokens
     */
    TokenSum surprisal(Divergence divergence, Method method, int from, int to) {
        List<int[]> chosen = windows.subList(from, to);
        double[] sum = new double[1];
        long read = divergence.read(
                method,
                chosen.stream().map(w -> Query.plainText(Arrays.copyOf(w, 1))).toList(),
                chosen.stream().map(w -> Arrays.copyOfRange(w, 1, w.length)).toList(),
                (row, step, token, logits) -> sum[0] += Distributions.surprisal(logits, token));
        return new TokenSum(sum[0], read);
    }
}
