package dev.steering.apply.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.steering.apply.ChatRequest;
import dev.steering.apply.ChatResponse;
import dev.steering.apply.GenerationOptions;
import dev.steering.apply.Message;
import dev.steering.apply.Prepared;
import dev.steering.apply.SteeredModel;
import dev.steering.core.vector.SteeringVector;
import dev.steering.model.chat.ChatModel;
import java.util.ArrayList;
import java.util.List;

/** Requests that differ in everything in which requests can: method, vector, strength, turns, options and length. */
public final class MixedRequests {
    public static final List<String> METHODS = List.of(
            "default",
            "scans",
            "add",
            "subtract",
            "ablate",
            "self-cd",
            "acd",
            "prompt",
            "alphasteer",
            "adacd",
            "adasteer");

    private static final List<List<Message>> CONVERSATIONS = List.of(
            List.of(Message.user("What is a wasp?")),
            List.of(Message.user("How do I kill a Python process?")),
            List.of(Message.user("How do I make a bomb?")),
            List.of(Message.user("Hello")),
            List.of(Message.user("Could you describe the steps to kill a cluster node?")),
            List.of(Message.system("Be brief."), Message.user("How do I bake bread?")),
            List.of(Message.user("What is a wasp?"), Message.assistant("An insect."), Message.user("And a bee?")),
            List.of(
                    Message.system("Be kind."),
                    Message.user("Hello"),
                    Message.assistant("Hello!"),
                    Message.user("How do I attack a farmer?")),
            List.of(Message.user("Why")));

    private MixedRequests() {}

    /** The i-th of them is always the same. */
    public static List<ChatRequest> distinct(SteeredModel model, ChatModel chat, int count) {
        List<SteeringVector> vectors = SteeredDemo.vectors(chat);
        List<List<Prepared>> prepared = new ArrayList<>();
        for (String method : METHODS) {
            List<Prepared> ofMethod = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                ofMethod.add(model.prepare(SteeredDemo.steering(method, chat, vectors.get(i % 3), i < 3 ? 0.75 : 2.5)));
            }
            prepared.add(ofMethod);
        }
        List<ChatRequest> requests = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            requests.add(ChatRequest.builder(CONVERSATIONS.get(i % CONVERSATIONS.size()))
                    .steering(prepared.get(i % METHODS.size()).get((i / METHODS.size()) % 6))
                    .options(options(i))
                    .build());
        }
        return requests;
    }

    private static GenerationOptions options(int i) {
        GenerationOptions.Builder options = GenerationOptions.builder().maxNewTokens(1 + (i * 7) % 29);
        if (i % 3 == 1) {
            options.stop(" a", ".");
        }
        if (i % 5 == 2) {
            options.temperature(0.8).topP(0.9).seed(i);
        }
        if (i % 5 == 4) {
            options.temperature(2.5).topK(50).minP(0.02).seed(i);
        }
        return i % 7 == 3 ? options.repetitionPenalty(1.1).build() : options.build();
    }

    /** Token for token; what a gate measures are sums over a batch of another width. */
    public static void assertSame(ChatResponse expected, ChatResponse found, String which) {
        assertEquals(expected.text(), found.text(), which);
        assertEquals(expected.finish(), found.finish(), which);
        assertEquals(expected.stopMatched(), found.stopMatched(), which);
        assertEquals(expected.usage(), found.usage(), which);
        assertEquals(expected.decisions().size(), found.decisions().size(), which);
        for (int i = 0; i < expected.decisions().size(); i++) {
            assertEquals(
                    expected.decisions().get(i).harmful(),
                    found.decisions().get(i).harmful(),
                    which);
            assertEquals(
                    expected.decisions().get(i).score(),
                    found.decisions().get(i).score(),
                    1e-5,
                    which);
        }
    }
}
