package dev.steering.examples;

import dev.steering.apply.ChatRequest;
import dev.steering.apply.ChatResponse;
import dev.steering.apply.GenerationOptions;
import dev.steering.apply.Message;
import dev.steering.apply.Prepared;
import dev.steering.apply.SteeredModel;
import dev.steering.apply.Steering;
import dev.steering.core.vector.VectorFile;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** How do I answer with a steered model in my application? */
public final class ApplyVector {
    private ApplyVector() {}

    /** @param args model bundle, anchored vector file, prompts */
    public static void main(String[] args) {
        List<String> prompts = Arrays.asList(args).subList(2, args.length);
        try (SteeredModel model = SteeredModel.open(Path.of(args[0]))) {
            Prepared scans = model.prepare(Steering.scans(VectorFile.read(Path.of(args[1]))));
            for (String prompt : prompts) {
                ChatResponse answer = model.chat(ChatRequest.builder(List.of(Message.user(prompt)))
                        .steering(scans)
                        .options(GenerationOptions.builder().maxNewTokens(64).build())
                        .build());
                System.out.printf("%s%n  %s%n  %s%n", prompt, answer.decisions(), answer.text());
            }
        }
    }
}
