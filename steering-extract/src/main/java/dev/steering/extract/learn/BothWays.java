package dev.steering.extract.learn;

import dev.steering.core.ContextExceeded;
import dev.steering.core.SteeringException;
import dev.steering.extract.tune.AnchorPair;
import dev.steering.extract.tune.AnchorPair.Kind;
import dev.steering.extract.tune.AnchorPairs;
import dev.steering.extract.tune.Examples;
import dev.steering.extract.tune.TuningLoss.Example;
import dev.steering.gradient.LossTerm;
import dev.steering.model.chat.ChatModel;
import java.util.ArrayList;
import java.util.List;

/**
 * What a refusal direction is to do, as examples: every pair is read twice, with the vector added and with it subtracted. Added, refusals
 * are to be likely and answers unlikely; subtracted, the other way round. With r refusals and c beginnings of answers to harmful prompts
 * h, and answers s to harmless prompts b:
 *
 * <pre>
 * L(v) = - E log p(r | h, +v) - E log(1 - p(c | h, +v)) - E log(1 - p(s | b, +v))
 *        - E log p(c | h, -v) - E log(1 - p(r | h, -v)) - E log p(s | b, -v)
 * </pre>
 *
 * <p>Every log is the mean over a response's tokens, every E the mean over the pairs of that kind. Added means: to the output of one
 * layer, from the prompt's last token on, as steering does by default. Reading a vector in both directions is what Cao et al. do
 * with preferences (arXiv 2406.00045); it makes the sign of v that of a mean difference, harmful minus harmless.
 */
final class BothWays {
    private BothWays() {}

    /**
     * @throws SteeringException if a pair does not fit the model's context
     */
    static Examples encode(ChatModel model, AnchorPairs pairs) {
        List<List<Example>> groups = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            LossTerm added = kind == Kind.HARMFUL_REFUSAL ? LossTerm.LIKELIHOOD : LossTerm.UNLIKELIHOOD;
            groups.add(examples(model, pairs.of(kind), added, 1));
            groups.add(examples(model, pairs.of(kind), added.opposite(), -1));
        }
        return new Examples(groups);
    }

    private static List<Example> examples(ChatModel model, List<AnchorPair> pairs, LossTerm term, double factor) {
        return pairs.stream().map(pair -> example(model, pair, term, factor)).toList();
    }

    private static Example example(ChatModel model, AnchorPair pair, LossTerm term, double factor) {
        int[] prompt = model.encode(pair.prompt(), pair.system());
        int[] all = pair.answered(prompt, model.tokenizer());
        int context = model.manifest().context();
        if (all.length > context) {
            throw new ContextExceeded(
                    "The anchor pair '" + pair.prompt() + "' is " + all.length
                            + " tokens long with its template and its response; the context of "
                            + model.manifest().name() + " is " + context + ". Shorten or remove it.",
                    all.length,
                    context);
        }
        return new Example(all, prompt.length - 1, prompt.length, term, factor, 1);
    }
}
