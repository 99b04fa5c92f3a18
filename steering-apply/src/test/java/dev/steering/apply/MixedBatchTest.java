package dev.steering.apply;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.apply.acd.AcdSettings;
import dev.steering.apply.plan.Operation;
import dev.steering.apply.plan.PlanVectors;
import dev.steering.apply.plan.SteeringPlan;
import dev.steering.apply.plan.Step;
import dev.steering.apply.plan.VectorReference;
import dev.steering.apply.planned.PlannedMethod;
import dev.steering.apply.testing.DemoModel;
import dev.steering.apply.testing.HeldLoop;
import dev.steering.apply.testing.MixedRequests;
import dev.steering.apply.testing.SteeredDemo;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorScale;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.decode.DecodeOptions;
import dev.steering.model.decode.Draft;
import dev.steering.model.decode.Draft.Context;
import dev.steering.model.decode.Generation;
import dev.steering.model.decode.Generator;
import dev.steering.model.decode.TokenListener;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests of all kinds share batches, and none of them notices. */
@Timeout(120)
class MixedBatchTest {
    private static final int STEPS = 12;

    @TempDir
    private static Path directory;

    private static ChatModel chat;

    @BeforeAll
    static void open() {
        chat = DemoModel.open(directory);
    }

    @AfterAll
    static void close() {
        chat.close();
    }

    /** Eleven methods, three vectors, strengths, options and lengths of their own, from four threads. */
    @ParameterizedTest
    @ValueSource(ints = {1, 3, 16, 64})
    void togetherEveryRequestIsAnsweredAsAlone(int maxBatch) throws Exception {
        ChatModel own = DemoModel.open(Files.createTempDirectory(directory, "mixed"));
        try (SteeredModel model = SteeredModel.builder(own).maxBatch(maxBatch).build()) {
            List<ChatRequest> requests = MixedRequests.distinct(model, own, 96);
            List<ChatResponse> alone = new ArrayList<>();
            for (ChatRequest request : requests) {
                alone.add(model.chat(request));
            }
            assertTrue(Set.copyOf(alone).size() > 48, "they differ");
            ChatResponse[] together = new ChatResponse[requests.size()];
            ModelStatistics before = model.statistics();
            // For one of the sizes everything waits before anything is written, so that how full the batches are is no
            // matter of luck.
            CompletableFuture<Void> letGo =
                    maxBatch == 16 ? HeldLoop.hold(model) : CompletableFuture.completedFuture(null);
            CountDownLatch start = new CountDownLatch(1);
            CountDownLatch asked = new CountDownLatch(4);
            List<CompletableFuture<Void>> threads = new ArrayList<>();
            for (int thread = 0; thread < 4; thread++) {
                int first = thread;
                CompletableFuture<Void> done = new CompletableFuture<>();
                threads.add(done);
                new Thread(() -> {
                            try {
                                start.await();
                                Map<Integer, ChatStream> streams = new TreeMap<>();
                                for (int i = first; i < together.length; i += 4) {
                                    streams.put(i, model.stream(requests.get(i), piece -> {}));
                                }
                                asked.countDown();
                                streams.forEach((i, stream) -> together[i] =
                                        stream.response().toCompletableFuture().join());
                                done.complete(null);
                            } catch (Exception e) {
                                done.completeExceptionally(e);
                            }
                        })
                        .start();
            }
            start.countDown();
            asked.await();
            letGo.complete(null);
            for (CompletableFuture<Void> thread : threads) {
                thread.get();
            }
            for (int i = 0; i < together.length; i++) {
                MixedRequests.assertSame(alone.get(i), together[i], "request " + i + ": " + requests.get(i));
            }
            if (maxBatch == 16) {
                ModelStatistics after = model.statistics();
                double rows = after.passes() * after.meanRows() - before.passes() * before.meanRows();
                double mean = rows / (after.passes() - before.passes());
                assertTrue(mean > 10, "they share batches: " + before + ", " + after);
            }
        }
    }

    /**
     * Rows that nothing is done to, beside rows that are added to, projected, kept at their norm, and in pairs: bit for bit what they
     * are where nothing is done to anybody. The same tokens are given to both, so that the batches are the same to the end.
     */
    @Test
    void anUnsteeredRowIsBitIdenticalWhateverIsBesideIt() {
        List<String> steered = List.of(
                "add",
                "ablate",
                "kept",
                "one-sided",
                "surgical",
                "partial-or",
                "acd",
                "self-cd",
                "random",
                "alphasteer",
                "adacd");
        for (String name : steered) {
            assertBitIdentical(List.of(name));
        }
        assertBitIdentical(steered);
    }

    private static Method method(String name, SteeringVector vector) {
        return switch (name) {
            case "kept" -> planned(vector, new Operation.Add(3, VectorScale.RAW, true));
            case "one-sided" -> planned(vector, new Operation.ProjectOut(1, true));
            default ->
                MethodRegistry.get(name)
                        .bind(chat, SteeredDemo.steering(name, chat, vector, 3).arguments());
        };
    }

    private static Method planned(SteeringVector vector, Operation operation) {
        Step step = Step.of(VectorReference.to("", vector), operation, List.of(2, 3));
        return PlannedMethod.of("planned", chat, SteeringPlan.of(step), PlanVectors.of(vector));
    }

    private static void assertBitIdentical(List<String> methods) {
        List<Draft> mixed = new ArrayList<>();
        List<Draft> plain = new ArrayList<>();
        List<Integer> unsteered = new ArrayList<>();
        for (String name : methods) {
            Method method = method(name, SteeredDemo.vectors(chat).get(mixed.size() % 3));
            Draft draft =
                    method.draft(mixed.size(), Query.of(chat, "What is a wasp " + name + "?", null), decided -> {});
            mixed.add(draft);
            plain.add(withoutSteering(draft));
            Draft neighbour = Draft.of(mixed.size(), chat.encode("How do I bake bread " + name + "?"), null);
            unsteered.add(mixed.size());
            mixed.add(neighbour);
            plain.add(neighbour);
        }
        Map<Integer, List<int[]>> beside = logits(mixed);
        Map<Integer, List<int[]>> vanilla = logits(plain);
        for (int text : unsteered) {
            assertEquals(STEPS, vanilla.get(text).size());
            for (int step = 0; step < STEPS; step++) {
                assertArrayEquals(
                        vanilla.get(text).get(step),
                        beside.get(text).get(step),
                        methods + ", text " + text + ", step " + step);
            }
        }
        assertMoved(mixed, plain, beside, vanilla);
    }

    /** The test could not see anything if nothing were done beside those rows. */
    private static void assertMoved(
            List<Draft> mixed, List<Draft> plain, Map<Integer, List<int[]>> beside, Map<Integer, List<int[]>> vanilla) {
        for (int text = 0; text < mixed.size(); text++) {
            boolean same = true;
            for (int step = 0; step < STEPS; step++) {
                same &= Arrays.equals(
                        vanilla.get(text).get(step), beside.get(text).get(step));
            }
            boolean touched = mixed.get(text).contexts().stream().anyMatch(context -> context.steering() != null);
            assertEquals(!touched, same, "text " + text);
            assertEquals(
                    plain.get(text).contexts().size(),
                    mixed.get(text).contexts().size());
        }
    }

    private static Draft withoutSteering(Draft draft) {
        List<Context> contexts = draft.contexts();
        if (contexts.stream().allMatch(context -> context.steering() == null)) {
            return draft;
        }
        if (contexts.size() == 1) {
            return Draft.of(draft.index(), draft.prompt(), null);
        }
        return Draft.contrasting(
                draft.index(),
                new Context(contexts.get(0).tokens(), null),
                new Context(contexts.get(1).tokens(), null),
                AcdSettings.defaults().contrast());
    }

    /** The bits of every text's logits, step by step, with tokens that are given and all in one batch. */
    private static Map<Integer, List<int[]>> logits(List<Draft> drafts) {
        Map<Integer, List<int[]>> bits = new HashMap<>();
        TokenListener reader = new TokenListener() {
            @Override
            public boolean onText(int text, String piece) {
                return true;
            }

            @Override
            public int nextToken(int text, FloatBuffer logits) {
                int[] raw = new int[logits.limit()];
                for (int i = 0; i < raw.length; i++) {
                    raw[i] = Float.floatToRawIntBits(logits.get(i));
                }
                List<int[]> ofText = bits.computeIfAbsent(text, first -> new ArrayList<>());
                ofText.add(raw);
                return 100 + 7 * text + 31 * ofText.size();
            }
        };
        List<Generation> texts = new Generator(chat, DecodeOptions.greedy(STEPS)).generateAll(drafts, 64, reader);
        texts.forEach(text -> assertEquals(STEPS, text.tokens().size()));
        return bits;
    }
}
