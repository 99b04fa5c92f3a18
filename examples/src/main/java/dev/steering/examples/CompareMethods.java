package dev.steering.examples;

import dev.steering.apply.Answer;
import dev.steering.apply.Answering;
import dev.steering.apply.GenerationOptions;
import dev.steering.apply.Method;
import dev.steering.apply.MethodArguments;
import dev.steering.apply.Methods;
import dev.steering.apply.Query;
import dev.steering.core.vector.ModelCheck;
import dev.steering.core.vector.VectorFile;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.decode.TokenListener;
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
            MethodArguments said = MethodArguments.NONE.withVector(VectorFile.read(Path.of(args[1])), args[1]);
            Methods methods = Methods.with(model, said, ModelCheck.SAME_MODEL);
            Answering answering = Answering.with(model).withOptions(GenerationOptions.greedy(64));
            List<Query> queries = answering.queries(prompts);
            for (String name : List.of("default", "subtract", "scans", "self-cd")) {
                Method method = methods.create(name);
                System.out.println(method.words()); // for people; method.json() for programs
                for (Answer answer : answering.answerQueries(queries, method, TokenListener.NONE)) {
                    System.out.println("  " + answer.text());
                }
            }
        }
    }
}
