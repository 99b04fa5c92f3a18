package dev.steering.examples;

import dev.steering.apply.GenerationOptions;
import dev.steering.core.prompts.Dataset;
import dev.steering.core.prompts.DatasetSpec;
import dev.steering.core.prompts.PromptSet;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorFile;
import dev.steering.eval.Sweep;
import dev.steering.eval.SweepResult;
import dev.steering.eval.dataset.EvalItem;
import dev.steering.eval.dataset.Selection;
import dev.steering.eval.report.SummaryText;
import dev.steering.eval.report.SweepText;
import dev.steering.model.chat.ChatModel;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Which layers, strength and threshold are best on my prompts? */
public final class SweepSettings {
    private SweepSettings() {}

    /** @param args model bundle, anchored vector file, directory for the results, two development and two test datasets */
    public static void main(String[] args) {
        SteeringVector vector = VectorFile.read(Path.of(args[1]));
        Sweep sweep = Sweep.of(vector, items(args[3], args[4]), items(args[5], args[6]))
                .withWriting(GenerationOptions.greedy(40));
        try (ChatModel model = ChatModel.open(Path.of(args[0]))) {
            SweepResult result = sweep.run(model, Path.of(args[2]));
            System.out.println(SweepText.reason(result.development()));
            System.out.println(SummaryText.plain(result.test().summary()));
            System.out.println(result.vectorFile());
        }
    }

    private static List<EvalItem> items(String... files) {
        List<PromptSet> sets = Stream.of(files)
                .flatMap(file -> Dataset.read(DatasetSpec.parse(file)).sets().stream())
                .toList();
        return new Selection(20, true, 0).of(sets);
    }
}
