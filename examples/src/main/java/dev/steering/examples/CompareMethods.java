package dev.steering.examples;

import dev.steering.apply.Answer;
import dev.steering.apply.Answering;
import dev.steering.apply.Method;
import dev.steering.apply.MethodSettings;
import dev.steering.apply.Methods;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorFile;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.decode.GenerationOptions;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** How do I have several methods answer the same prompts? */
public final class CompareMethods {
    private CompareMethods() {}

    /** @param args model bundle, anchored vector file, prompts */
    public static void main(String[] args) {
        List<String> prompts = Arrays.asList(args).subList(2, args.length);
        try (ChatModel model = ChatModel.open(Path.of(args[0]))) {
            SteeringVector vector = VectorFile.read(Path.of(args[1]));
            MethodSettings settings = MethodSettings.defaults().withVector(vector, args[1]);
            Methods methods = Methods.with(model, GenerationOptions.greedy(64), settings);
            for (String name : List.of("default", "subtract", "scans", "self-cd")) {
                Method method = methods.create(name);
                System.out.println(method.words()); // for people; method.json() for programs
                for (Answer answer : Answering.with(model).answer(prompts, method.responder())) {
                    System.out.println("  " + answer.text());
                }
            }
        }
    }
}
