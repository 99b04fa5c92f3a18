package dev.steering.examples;

import dev.steering.apply.ChatRequest;
import dev.steering.apply.ChatResponse;
import dev.steering.apply.ChatStream;
import dev.steering.apply.GenerationOptions;
import dev.steering.apply.SteeredModel;
import dev.steering.apply.Steering;
import dev.steering.core.vector.VectorFile;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** How do I show an answer while it is being written, and end it when nobody wants it any more? */
public final class StreamAnswer {
    private StreamAnswer() {}

    /** @param args model bundle, anchored vector file, prompt */
    public static void main(String[] args) {
        try (SteeredModel model = SteeredModel.open(Path.of(args[0]))) {
            ChatRequest request = ChatRequest.builder(args[2])
                    .steering(model.prepare(Steering.scans(VectorFile.read(Path.of(args[1])))))
                    .options(GenerationOptions.builder()
                            .maxNewTokens(64)
                            .temperature(0.7)
                            .topP(0.9)
                            .seed(1)
                            .stop("\n\n")
                            .build())
                    .build();
            ChatStream stream = model.stream(request, System.out::print);
            CompletableFuture.delayedExecutor(30, TimeUnit.SECONDS).execute(stream::cancel);
            ChatResponse whole = stream.response().toCompletableFuture().join();
            System.out.printf("%n%s after %s%n", whole.finish(), whole.usage());
        }
    }
}
