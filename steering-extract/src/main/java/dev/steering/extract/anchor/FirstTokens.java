package dev.steering.extract.anchor;

import dev.steering.extract.project.RefusalTokens;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.decode.Logits;
import dev.steering.model.ort.ForwardResult;
import dev.steering.model.ort.KeyValueCache;
import dev.steering.model.pass.ForwardRequest;
import dev.steering.model.pass.PassSteering;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Writes the first tokens of answers again and again after the same prompts, and weighs refusal in them. */
final class FirstTokens {
    private final ChatModel model;
    private final int[] refusal;
    private final int tokens;

    FirstTokens(ChatModel model, RefusalTokens refusal, int tokens) {
        this.model = model;
        this.refusal = refusal.ids().stream().mapToInt(Integer::intValue).toArray();
        this.tokens = tokens;
    }

    /** The prompts' cache up to their last token, unsteered; the caller closes it. */
    KeyValueCache read(List<int[]> prompts) {
        int longest = prompts.stream().mapToInt(prompt -> prompt.length).max().orElse(1);
        int capacity = (int) Math.min(model.manifest().context(), (long) longest + tokens);
        KeyValueCache cache = model.model().newCache(prompts.size(), capacity);
        try {
            model.model().forward(ForwardRequest.of(prompts), cache);
            return cache;
        } catch (RuntimeException e) {
            cache.close();
            throw e;
        }
    }

    /** Per prompt the probability of drawing a refusal token among the first tokens of the greedy answer. */
    double[] refusalMass(List<int[]> prompts, KeyValueCache cache, PassSteering steering) {
        int rows = prompts.size();
        List<int[]> next = new ArrayList<>();
        for (int row = 0; row < rows; row++) {
            int[] prompt = prompts.get(row);
            cache.rewind(row, prompt.length - 1);
            next.add(new int[] {prompt[prompt.length - 1]});
        }
        double[] spared = new double[rows];
        Arrays.fill(spared, 1);
        boolean[] ended = new boolean[rows];
        float[] logits = new float[model.manifest().vocabulary()];
        for (int t = 0; t < tokens && room(cache); t++) {
            ForwardResult result = model.model()
                    .forward(ForwardRequest.of(next).withSteering(steering).withLastLogits(), cache);
            for (int row = 0; row < rows; row++) {
                result.logits(row, 0, logits);
                int token = Logits.argmax(logits);
                spared[row] *= ended[row] ? 1 : 1 - mass(logits, token);
                ended[row] |= model.manifest().endTokens().contains(token);
                next.set(row, new int[] {token});
            }
        }
        return Arrays.stream(spared).map(share -> 1 - share).toArray();
    }

    private static boolean room(KeyValueCache cache) {
        for (int row = 0; row < cache.rows(); row++) {
            if (cache.length(row) >= cache.capacity()) {
                return false;
            }
        }
        return true;
    }

    private double mass(float[] logits, int best) {
        double all = 0;
        for (float logit : logits) {
            all += Math.exp((double) logit - logits[best]);
        }
        double refusing = 0;
        for (int token : refusal) {
            refusing += Math.exp((double) logits[token] - logits[best]);
        }
        return refusing / all;
    }
}
