package dev.steering.apply;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** Answers that go on for about 100 tokens, for tests that interrupt them. */
final class LongAnswers {
    static final String PROMPT = "What is a wasp?";

    /** Far from the vocabulary's best: answers that go on until their limit. */
    static final GenerationOptions LONG = GenerationOptions.builder()
            .maxNewTokens(100)
            .temperature(1000)
            .seed(1)
            .build();

    private LongAnswers() {}

    static ChatRequest request() {
        return ChatRequest.builder(PROMPT).options(LONG).build();
    }

    static List<ChatStream> busy(SteeredModel model, int requests) {
        return IntStream.range(0, requests)
                .mapToObj(i -> model.stream(request(), piece -> {}))
                .toList();
    }

    static ChatResponse ended(ChatStream stream) {
        try {
            return stream.response().toCompletableFuture().get(60, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
