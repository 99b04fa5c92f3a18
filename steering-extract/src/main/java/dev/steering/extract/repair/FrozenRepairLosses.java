package dev.steering.extract.repair;

import dev.steering.core.BadRequest;
import dev.steering.core.bundle.Bundle;
import dev.steering.gradient.GradientOptions;
import dev.steering.gradient.GradientTarget;
import dev.steering.gradient.LossGradient;
import dev.steering.gradient.LossTerm;
import dev.steering.gradient.SteeredExample;
import dev.steering.gradient.SteeringGradients;
import dev.steering.model.chat.ChatModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * The losses of a bundle's frozen model: the mean over the texts of the mean over a text's tokens of {@code -log p}, what is added being
 * added from the prompt's last token on. Close it when nothing runs on it.
 */
public final class FrozenRepairLosses implements RepairLosses, AutoCloseable {
    private final SteeringGradients gradients;
    private final List<SteeredExample> refusals;
    private final List<SteeredExample> answers;

    private FrozenRepairLosses(
            SteeringGradients gradients, List<SteeredExample> refusals, List<SteeredExample> answers) {
        this.gradients = gradients;
        this.refusals = refusals;
        this.answers = answers;
    }

    /**
     * @param model a model whose bundle was exported in single precision, with the prompt format to use
     * @param layers where something is added, 0-based, ascending
     * @param refusals harmful prompts, each with the refusal that the model writes to it
     * @param answers harmless prompts, each with the answer that the model writes under the vector
     * @param options how gradients are run
     * @return the losses
     * @throws dev.steering.core.SteeringException if there are no texts of one kind, a text is empty or too long, or there are no
     *     gradients through the bundle: it is quantised, in half precision or instrumented
     */
    public static FrozenRepairLosses open(
            ChatModel model,
            List<Integer> layers,
            Map<String, String> refusals,
            Map<String, String> answers,
            GradientOptions options) {
        List<SteeredExample> harmful = examples(model, "refusal of a harmful prompt", refusals);
        List<SteeredExample> harmless = examples(model, "answer to a harmless prompt", answers);
        Bundle bundle = model.model().bundle();
        List<Integer> points = layers.stream().map(layer -> layer + 1).toList();
        return new FrozenRepairLosses(
                SteeringGradients.open(bundle, new GradientTarget.SteeringVectors(points), options), harmful, harmless);
    }

    private static List<SteeredExample> examples(ChatModel model, String kind, Map<String, String> texts) {
        if (texts.isEmpty()) {
            throw new BadRequest("A repair needs at least one " + kind + ", found none.");
        }
        List<SteeredExample> examples = new ArrayList<>();
        texts.forEach((prompt, text) -> {
            int[] tokens = model.encode(prompt);
            int[] response = model.tokenizer().encode(text, false);
            int room = model.manifest().context() - tokens.length;
            if (response.length == 0 || room < 1) {
                throw new BadRequest("A " + kind + " has " + response.length + " tokens and room for " + room
                        + ": at least one is needed. Leave the prompt out.");
            }
            examples.add(new SteeredExample(
                    tokens,
                    Arrays.copyOf(response, Math.min(response.length, room)),
                    tokens.length - 1,
                    1,
                    LossTerm.LIKELIHOOD,
                    1.0 / texts.size()));
        });
        return examples;
    }

    @Override
    public Loss safety(double[] added) {
        return of(gradients.evaluate(added, refusals));
    }

    @Override
    public Loss effect(double[] added) {
        return of(gradients.evaluate(added, answers));
    }

    private static Loss of(LossGradient result) {
        return new Loss(result.loss(), result.gradient());
    }

    @Override
    public void close() {
        gradients.close();
    }
}
