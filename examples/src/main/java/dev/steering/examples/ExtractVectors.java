package dev.steering.examples;

import dev.steering.core.prompts.ContrastSets;
import dev.steering.core.vector.ContrastSet;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorFile;
import dev.steering.extract.VectorExtractor;
import dev.steering.model.chat.ChatModel;
import java.nio.file.Path;

/** How do I get a refusal direction out of my model? */
public final class ExtractVectors {
    private ExtractVectors() {}

    /** @param args model bundle, harmful prompts, harmless prompts, vector file to write */
    public static void main(String[] args) {
        ContrastSet prompts = ContrastSets.read(Path.of(args[1]), Path.of(args[2]));
        try (ChatModel model = ChatModel.open(Path.of(args[0]))) {
            SteeringVector vector = VectorExtractor.withDefaults().extract(model, prompts);
            VectorFile.write(Path.of(args[3]), vector);
            vector.requireStatistics()
                    .forEach(s -> System.out.printf("layer %d: separability %.2f%n", s.layer(), s.separability()));
        }
    }
}
