package dev.steering.examples;

import dev.steering.apply.GenerationOptions;
import dev.steering.apply.MethodArguments;
import dev.steering.core.prompts.Dataset;
import dev.steering.core.prompts.DatasetSpec;
import dev.steering.core.prompts.PromptSet;
import dev.steering.core.vector.VectorFile;
import dev.steering.eval.Comparison;
import dev.steering.eval.ComparisonResult;
import dev.steering.eval.ComparisonSettings;
import dev.steering.eval.compare.ComparedPrompts;
import dev.steering.eval.dataset.Selection;
import dev.steering.eval.jailbreak.AttackTemplates;
import dev.steering.eval.report.ComparisonText;
import dev.steering.model.chat.ChatModel;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Which method costs the least safety, jailbreaks included? */
public final class TabulateMethods {
    private TabulateMethods() {}

    /** @param args model bundle, anchored vector file, directory for the results, two development and two test datasets */
    public static void main(String[] args) {
        MethodArguments said = MethodArguments.NONE.withVector(VectorFile.read(Path.of(args[1])));
        Comparison comparison = Comparison.of(prompts(args[3], args[4]), prompts(args[5], args[6]))
                .withMethods(List.of("prompt", "scans"), said, Map.of("scans", List.of(0.25, 0.5)))
                .withSettings(ComparisonSettings.defaults().withWriting(GenerationOptions.greedy(40), 8));
        try (ChatModel model = ChatModel.open(Path.of(args[0]))) {
            ComparisonResult result = comparison.run(model, Path.of(args[2]));
            System.out.println(ComparisonText.plain(result.methods()));
            result.files().forEach(System.out::println);
        }
    }

    private static ComparedPrompts prompts(String... files) {
        List<PromptSet> sets = Stream.of(files)
                .flatMap(file -> Dataset.read(DatasetSpec.parse(file)).sets().stream())
                .toList();
        return ComparedPrompts.of(new Selection(20, true, 0).of(sets))
                .framed(List.of(AttackTemplates.builtIn("prefix"), AttackTemplates.builtIn("role-play")), 10);
    }
}
