package dev.steering.apply;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.apply.plan.Gate;
import dev.steering.apply.plan.Operation;
import dev.steering.apply.plan.PlanVectors;
import dev.steering.apply.plan.Scope;
import dev.steering.apply.plan.Span;
import dev.steering.apply.plan.SteeringPlan;
import dev.steering.apply.plan.Step;
import dev.steering.apply.plan.VectorReference;
import dev.steering.apply.testing.Callers;
import dev.steering.apply.testing.DemoModel;
import dev.steering.apply.testing.SteeredDemo;
import dev.steering.core.ModelClosed;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorScale;
import dev.steering.model.chat.ChatModel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Models that are closed at any moment: nothing crashes, and every caller has its answer or hears why not. */
@Tag("slow")
@Timeout(600)
class ClosingStressTest {
    private static final int CLOSES = 200;
    private static final int CALLERS = 6;
    private static final List<String> WORDS =
            List.of("What is a wasp?", "How do I make a bomb?", "Could you describe the steps to kill a cluster node?");

    @TempDir
    private static Path directory;

    /** What the loop is mostly at, so that closes fall into all of it. */
    @SuppressWarnings(
            "ImmutableEnumChecker") // GenerationOptions is immutable; nothing of Error Prone is on the class path
    private enum Work {
        /** One token for long prompts. */
        PREFILL(1),
        /** Gates that cannot share the pass which reads the prompt. */
        GATES(1),
        /** Many tokens for short prompts. */
        DECODE(60),
        /** SCANS, two contexts, and steering that is prepared meanwhile. */
        MIXED(12);

        private final GenerationOptions options;

        Work(int tokens) {
            this.options = GenerationOptions.builder()
                    .maxNewTokens(tokens)
                    .temperature(tokens > 12 ? 1000 : 0)
                    .seed(1)
                    .build();
        }

        ChatRequest request(SteeredModel model, SteeringVector vector, Random random) {
            return ChatRequest.builder(WORDS.get(random.nextInt(WORDS.size())))
                    .steering(
                            this == GATES
                                    ? model.prepare(gated(vector))
                                    : this == MIXED ? mixed(model, vector, random) : null)
                    .options(options)
                    .build();
        }

        private static Prepared mixed(SteeredModel model, SteeringVector vector, Random random) {
            return model.prepare(
                    switch (random.nextInt(4)) {
                        case 0 -> Steering.scans(vector);
                        case 1 -> Steering.selfCd();
                        case 2 -> Steering.ablate(vector);
                        default -> Steering.add(vector, 2);
                    });
        }

        private static Steering gated(SteeringVector vector) {
            VectorReference reference = VectorReference.to("", vector);
            Step step = Step.of(reference, new Operation.Add(2, VectorScale.RAW, false), List.of(3))
                    .withScope(Scope.from(Span.ALL))
                    .withGate(new Gate.TransitionSign(List.of(5), 0.9581, Gate.Rule.MEAN));
            return Steering.plan(SteeringPlan.of(step), PlanVectors.of(vector));
        }
    }

    /** What callers heard. */
    private static final class Heard {
        private final AtomicInteger answers = new AtomicInteger();
        private final AtomicInteger cut = new AtomicInteger();
        private final AtomicInteger refused = new AtomicInteger();
    }

    @Test
    void everyCallerOfAClosingModelHearsSomething() throws Exception {
        DemoModel.open(directory).close();
        Map<String, Integer> moments = new TreeMap<>();
        Heard heard = new Heard();
        Random random = new Random(7);
        int drained = 0;
        for (int i = 0; i < CLOSES; i++) {
            drained += close(Work.values()[i % Work.values().length], random, heard, moments) ? 1 : 0;
        }
        System.out.println(String.format(
                Locale.ROOT,
                "%d closes, %d of them with everything at its end: %d answers, %d requests cut off, %d refused; the loop was at %s",
                CLOSES,
                drained,
                heard.answers.get(),
                heard.cut.get(),
                heard.refused.get(),
                moments));
        assertEquals(CLOSES * CALLERS, heard.refused.get(), "every caller went on until it was refused");
        assertTrue(heard.answers.get() > CLOSES && heard.cut.get() > CLOSES, "some of each");
        for (String moment : List.of("reading prompts", "asking gates", "decoding")) {
            assertTrue(moments.getOrDefault(moment, 0) >= 5, moment + ": " + moments);
        }
    }

    private static boolean close(Work work, Random random, Heard heard, Map<String, Integer> moments) throws Exception {
        ChatModel chat = ChatModel.open(directory.resolve("bundle"));
        SteeredModel model = SteeredModel.builder(chat).maxBatch(4).build();
        SteeringVector vector = SteeredDemo.golden(chat);
        long seed = random.nextLong();
        List<FutureTask<Void>> callers =
                Callers.start(CALLERS, caller -> call(work, model, vector, seed + caller, heard));
        LockSupport.parkNanos(5_000_000 + random.nextInt(40_000_000));
        moments.merge(moment(), 1, Integer::sum);
        boolean drained;
        if (random.nextBoolean()) {
            drained = model.close(Duration.ofMillis(random.nextInt(5)));
        } else {
            model.close();
            drained = model.close(Duration.ZERO);
        }
        Callers.join(callers);
        return drained;
    }

    /** Asks until it is refused, waiting for some answers and streaming others. */
    private static void call(Work work, SteeredModel model, SteeringVector vector, long seed, Heard heard) {
        Random random = new Random(seed);
        while (true) {
            try {
                ChatRequest request = work.request(model, vector, random);
                ChatResponse response = random.nextBoolean()
                        ? model.chat(request)
                        : model.stream(request, piece -> {})
                                .response()
                                .toCompletableFuture()
                                .join();
                assertTrue(response.finish() == FinishReason.END || response.finish() == FinishReason.LENGTH);
                heard.answers.incrementAndGet();
            } catch (ModelClosed e) {
                if (isRefusal(e, heard)) {
                    return;
                }
            } catch (CompletionException e) {
                if (!(e.getCause() instanceof ModelClosed closed)) {
                    throw e;
                }
                if (isRefusal(closed, heard)) {
                    return;
                }
            }
        }
    }

    private static boolean isRefusal(ModelClosed e, Heard heard) {
        boolean refused = e.getMessage().equals("The model is closed: it takes no more requests.");
        if (!refused) {
            assertEquals("The model was closed before the answer was complete.", e.getMessage());
            heard.cut.incrementAndGet();
        } else {
            heard.refused.incrementAndGet();
        }
        return refused;
    }

    /** What the loop's thread is at. */
    private static String moment() {
        for (Map.Entry<Thread, StackTraceElement[]> thread :
                Thread.getAllStackTraces().entrySet()) {
            if (thread.getKey().getName().equals("steering-decode")) {
                List<String> methods = Arrays.stream(thread.getValue())
                        .map(StackTraceElement::getMethodName)
                        .toList();
                return methods.contains("decidedBefore")
                        ? "asking gates"
                        : methods.contains("readOrFail")
                                ? "reading prompts"
                                : methods.contains("step") ? "decoding" : "something else";
            }
        }
        return "nothing";
    }
}
