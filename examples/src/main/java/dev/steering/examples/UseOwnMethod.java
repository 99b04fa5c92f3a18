package dev.steering.examples;

import dev.steering.apply.ChatRequest;
import dev.steering.apply.GenerationOptions;
import dev.steering.apply.Prepared;
import dev.steering.apply.SteeredModel;
import dev.steering.apply.Steering;
import dev.steering.core.vector.VectorFile;
import dev.steering.examples.fading.FadingDefinition;
import java.nio.file.Path;

/** How do I answer with a method that is not of this project? */
public final class UseOwnMethod {
    private UseOwnMethod() {}

    /** @param args model bundle, anchored vector file, prompt */
    public static void main(String[] args) {
        try (SteeredModel model = SteeredModel.open(Path.of(args[0]))) {
            Prepared fading = model.prepare(Steering.method("fading")
                    .withVector(VectorFile.read(Path.of(args[1])))
                    .with(FadingDefinition.DECAY, 0.5));
            ChatRequest request = ChatRequest.builder(args[2])
                    .steering(fading)
                    .options(GenerationOptions.greedy(40))
                    .build();
            System.out.println(fading.words());
            System.out.println("  " + model.chat(request).text());
        }
    }
}
