package dev.steering.eval.utility;

import dev.steering.model.decode.TokenListener;
import java.nio.FloatBuffer;
import java.util.List;

/** Has a method write given texts, and hears the logits that it would have chosen by. Not thread-safe. */
final class GivenTexts implements TokenListener {
    private final List<int[]> texts;
    private final int[] steps;
    private final Sink sink;
    private float[] values = {};

    /** Takes what a method makes of one place of a text. */
    interface Sink {
        /**
         * @param row index of the text
         * @param step index of the token
         * @param token the token that stands there
         * @param logits the method's logits there; only valid during the call
         */
        void accept(int row, int step, int token, float[] logits);
    }

    /** @param texts one per row, each with at least one token */
    GivenTexts(List<int[]> texts, Sink sink) {
        this.texts = texts;
        this.steps = new int[texts.size()];
        this.sink = sink;
    }

    @Override
    public int nextToken(int row, FloatBuffer logits) {
        int[] text = texts.get(row);
        int step = steps[row]++;
        if (step >= text.length) {
            throw new IllegalStateException("row " + row + " goes on after its text");
        }
        if (values.length != logits.limit()) {
            values = new float[logits.limit()];
        }
        logits.get(0, values);
        sink.accept(row, step, text[step], values);
        return text[step];
    }

    @Override
    public boolean onText(int row, String piece) {
        return steps[row] < texts.get(row).length;
    }
}
