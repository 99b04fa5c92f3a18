package dev.steering.examples;

import dev.steering.apply.ChatRequest;
import dev.steering.apply.ChatResponse;
import dev.steering.apply.FinishReason;
import dev.steering.apply.GenerationOptions;
import dev.steering.apply.Prepared;
import dev.steering.apply.SteeredModel;
import dev.steering.apply.Steering;
import dev.steering.core.ContextExceeded;
import dev.steering.core.DeadlineExceeded;
import dev.steering.core.ModelClosed;
import dev.steering.core.QueueFull;
import dev.steering.core.WrongModel;
import dev.steering.core.vector.VectorFile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** How do many threads share one model, and what can go wrong? */
public final class ServeCallers {
    private ServeCallers() {}

    /** @param args model bundle, anchored vector file, prompts */
    public static void main(String[] args) {
        List<String> prompts = Arrays.asList(args).subList(2, args.length);
        SteeredModel model = SteeredModel.builder(Path.of(args[0]))
                .maxBatch(8)
                .queueLimit(100)
                .build();
        Prepared scans = prepared(model, Path.of(args[1]));
        List<CompletableFuture<String>> callers = new ArrayList<>();
        for (String prompt : prompts) {
            callers.add(CompletableFuture.supplyAsync(() -> answer(model, scans, prompt)));
        }
        callers.forEach(caller -> System.out.println(caller.join()));
        System.out.println(model.statistics());
        boolean drained = model.close(Duration.ofSeconds(10));
        System.out.println(drained ? "closed, nobody was cut short" : "closed, some got ModelClosed");
    }

    private static Prepared prepared(SteeredModel model, Path vector) {
        try {
            return model.prepare(Steering.scans(VectorFile.read(vector)));
        } catch (WrongModel e) {
            System.err.println("not steered, another " + e.part() + ": " + e.getMessage());
            return model.prepare(Steering.none());
        }
    }

    private static String answer(SteeredModel model, Prepared steering, String prompt) {
        ChatRequest request = ChatRequest.builder(prompt)
                .steering(steering)
                .options(GenerationOptions.greedy(64))
                .deadline(Duration.ofSeconds(30))
                .build();
        try {
            ChatResponse answer = model.chat(request);
            return answer.text() + (answer.finish() == FinishReason.DEADLINE ? " [time is up]" : "");
        } catch (ContextExceeded e) {
            return "The conversation has " + e.tokens() + " tokens, and the model takes " + e.context() + ".";
        } catch (QueueFull | DeadlineExceeded e) {
            return "Busy. Try again later.";
        } catch (ModelClosed e) {
            return "The service is going down.";
        }
    }
}
