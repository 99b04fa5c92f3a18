package dev.steering.examples;

import dev.steering.apply.Answer;
import dev.steering.apply.Answering;
import dev.steering.apply.Scans;
import dev.steering.apply.ScansSettings;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorFile;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.decode.GenerationOptions;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** How do I answer with a steered model in my application? */
public final class ApplyVector {
    private ApplyVector() {}

    /** @param args model bundle, anchored vector file, prompts */
    public static void main(String[] args) {
        List<String> prompts = Arrays.asList(args).subList(2, args.length);
        SteeringVector vector = VectorFile.read(Path.of(args[1]));
        try (ChatModel model = ChatModel.open(Path.of(args[0]))) {
            Scans scans = new Scans(model, GenerationOptions.greedy(64), vector, ScansSettings.of(vector));
            for (Answer answer : Answering.with(model).answer(prompts, scans)) {
                System.out.printf("%s%n  %s%n  %s%n", answer.prompt(), answer.decision(), answer.text());
            }
        }
    }
}
