package dev.steering.examples;

import dev.steering.apply.GenerationOptions;
import dev.steering.apply.MethodArguments;
import dev.steering.core.prompts.Dataset;
import dev.steering.core.prompts.DatasetSpec;
import dev.steering.core.prompts.PromptSet;
import dev.steering.core.vector.VectorFile;
import dev.steering.eval.Evaluation;
import dev.steering.eval.EvaluationResult;
import dev.steering.eval.MethodSource;
import dev.steering.eval.dataset.Selection;
import dev.steering.eval.report.SummaryText;
import dev.steering.model.chat.ChatModel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** How often do several methods refuse what they should answer, and answer what they should refuse? */
public final class EvaluateMethods {
    private EvaluateMethods() {}

    /** @param args model bundle, anchored vector file, directory for the results, datasets as {@code steer eval} takes them */
    public static void main(String[] args) {
        List<PromptSet> sets = Arrays.stream(args)
                .skip(3)
                .flatMap(file -> Dataset.read(DatasetSpec.parse(file)).sets().stream())
                .toList();
        MethodArguments said = MethodArguments.NONE.withVector(VectorFile.read(Path.of(args[1])));
        Evaluation evaluation = Evaluation.of(new Selection(20, true, 0).of(sets))
                .withMethods(MethodSource.named(said, List.of("default", "scans", "self-cd")))
                .withWriting(GenerationOptions.greedy(40))
                .withDivergence();
        try (ChatModel model = ChatModel.open(Path.of(args[0]))) {
            EvaluationResult result = evaluation.run(model, Path.of(args[2]));
            System.out.println(SummaryText.plain(result.summary()));
            result.files().forEach(System.out::println);
        }
    }
}
