package dev.steering.eval.certify;

import dev.steering.apply.GenerationOptions;
import dev.steering.apply.Method;
import dev.steering.core.certificate.CertifiedDivergence;
import dev.steering.core.prompts.Expectation;
import dev.steering.eval.MethodSource;
import dev.steering.eval.RunOptions;
import dev.steering.eval.run.AnswerRow;
import dev.steering.eval.run.EncodedPrompts;
import dev.steering.eval.run.JudgedRow;
import dev.steering.eval.utility.Divergence;
import dev.steering.eval.utility.TokenSum;
import dev.steering.model.chat.ChatModel;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** KL(model || changed model) per token along the model's own answers to harmless prompts. */
final class ModelDivergence {
    private final ChatModel unsteered;
    private final ChatModel changed;
    private final RunOptions options;
    private final GenerationOptions writing;

    ModelDivergence(ChatModel unsteered, ChatModel changed, RunOptions options, GenerationOptions writing) {
        this.unsteered = unsteered;
        this.changed = changed;
        this.options = options;
        this.writing = writing;
    }

    /**
     * @param rows the unsteered model's answers, of which those to harmless prompts are read
     * @return the divergence; null if there is nothing to read
     */
    @Nullable
    CertifiedDivergence along(List<JudgedRow> rows) {
        List<AnswerRow> answers = rows.stream()
                .map(JudgedRow::answer)
                .filter(row -> row.item().expectation() == Expectation.COMPLY)
                .filter(row -> !row.generation().tokens().isEmpty())
                .toList();
        int longest = answers.stream()
                .mapToInt(row -> row.generation().tokens().size())
                .max()
                .orElse(0);
        if (longest == 0) {
            return null;
        }
        Method one = MethodSource.unsteered().methods(unsteered).get(0);
        Method other = MethodSource.unsteered().methods(changed).get(0);
        EncodedPrompts onePrompts = prompts(unsteered, answers);
        EncodedPrompts otherPrompts = prompts(changed, answers);
        int batch = Divergence.rows(longest, unsteered.manifest().vocabulary());
        TokenSum sum = new TokenSum(0, 0);
        for (int from = 0; from < answers.size(); from += batch) {
            List<AnswerRow> part = answers.subList(from, Math.min(answers.size(), from + batch));
            List<String> texts = part.stream().map(row -> row.item().prompt()).toList();
            List<int[]> tokens = part.stream()
                    .map(row -> row.generation().tokens().stream()
                            .mapToInt(Integer::intValue)
                            .toArray())
                    .toList();
            List<List<float[]>> reference =
                    new Divergence(unsteered, writing).reference(one, onePrompts.queries(texts), tokens);
            sum = sum.plus(new Divergence(changed, writing).sum(other, otherPrompts.queries(texts), tokens, reference));
            options.progress().onProgress("measuring divergence", from + (long) part.size(), answers.size());
        }
        return new CertifiedDivergence(sum.sum() / sum.tokens(), List.of(), sum.tokens());
    }

    private EncodedPrompts prompts(ChatModel model, List<AnswerRow> answers) {
        return new EncodedPrompts(
                model, options.system(), answers.stream().map(AnswerRow::item).toList());
    }
}
