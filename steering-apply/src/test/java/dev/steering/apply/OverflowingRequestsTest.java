package dev.steering.apply;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.apply.plan.Operation;
import dev.steering.apply.plan.PlanVectors;
import dev.steering.apply.plan.Scope;
import dev.steering.apply.plan.Span;
import dev.steering.apply.plan.SteeringPlan;
import dev.steering.apply.plan.Step;
import dev.steering.apply.plan.VectorReference;
import dev.steering.apply.testing.Callers;
import dev.steering.apply.testing.DemoModel;
import dev.steering.apply.testing.MixedRequests;
import dev.steering.apply.testing.SteeredDemo;
import dev.steering.core.NumericOverflow;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorScale;
import dev.steering.model.chat.ChatModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A request whose steering leaves the range of the model's numbers fails alone, wherever that comes to light. */
@Timeout(120)
class OverflowingRequestsTest {
    private static final int GOOD = 15;

    /** Just short enough to be squared. */
    private static final double LARGE = 1.5e19;

    @TempDir
    private static Path directory;

    private static SteeredModel model;
    private static SteeringVector vector;
    private static List<ChatRequest> good;
    private static List<ChatResponse> alone;

    @BeforeAll
    static void open() {
        ChatModel chat = DemoModel.open(directory);
        model = SteeredModel.builder(chat).build();
        vector = SteeredDemo.golden(chat);
        good = MixedRequests.distinct(model, chat, GOOD);
        alone = good.stream().map(model::chat).toList();
    }

    @AfterAll
    static void close() {
        model.close();
    }

    /** Where it comes to light. */
    private enum Bad {
        /** Two steps that meet in the prompt: when it is read. */
        IN_THE_PROMPT(
                Span.ALL, true, "Steering at layer 2 with strength 3.0E19 and a direction of length 1.00 is beyond"),
        /** The same at the prompt's last token: before the first pass of decoding. */
        AT_THE_START(
                Span.LAST_PROMPT_TOKEN_ON,
                true,
                "Steering at layer 2 with strength 3.0E19 and a direction of length 1.00 is beyond"),
        /** The same from the first token of the answer on: before the second pass. */
        LATER(
                Span.GENERATED,
                true,
                "Steering at layer 2 with strength 3.0E19 and a direction of length 1.00 is beyond"),
        /** Two layers that add up. */
        OVER_LAYERS(Span.LAST_PROMPT_TOKEN_ON, false, "Steering moves the residual stream by up to 3.00e+19 in all");

        private final Span span;
        private final boolean sameLayer;
        private final String message;

        Bad(Span span, boolean sameLayer, String message) {
            this.span = span;
            this.sameLayer = sameLayer;
            this.message = message;
        }

        Steering steering() {
            Operation add = new Operation.Add(LARGE, VectorScale.UNIT, false);
            Step first =
                    Step.of(VectorReference.to("", vector), add, List.of(2)).withScope(Scope.from(span));
            Step second = sameLayer ? first : Step.of(VectorReference.to("", vector), add, List.of(3));
            return Steering.plan(new SteeringPlan(List.of(first, second)), PlanVectors.of(vector));
        }
    }

    @ParameterizedTest
    @EnumSource
    void theOthersGetTheAnswersThatTheyGetAlone(Bad bad) throws Exception {
        ChatRequest overflowing = ChatRequest.builder("How do I make a bomb?")
                .steering(model.prepare(bad.steering()))
                .options(GenerationOptions.greedy(8))
                .build();
        Callers.inThreads(GOOD + 1, thread -> {
            for (int i = 0; i < 4; i++) {
                if (thread == GOOD) {
                    NumericOverflow e = assertThrows(NumericOverflow.class, () -> model.chat(overflowing));
                    assertTrue(e.getMessage().startsWith(bad.message), e.getMessage());
                } else {
                    MixedRequests.assertSame(alone.get(thread), model.chat(good.get(thread)), bad + " " + thread);
                }
            }
        });
    }

    /** All in one batch, most of them bad: no pass is left without rows. */
    @Test
    void manyAtOnceFailEachOnItsOwn() {
        List<ChatStream> failing = new ArrayList<>();
        List<ChatStream> written = new ArrayList<>();
        for (int i = 0; i < GOOD; i++) {
            for (Bad bad : Bad.values()) {
                failing.add(model.stream(
                        ChatRequest.builder("What is a wasp?")
                                .steering(model.prepare(bad.steering()))
                                .build(),
                        piece -> {}));
            }
            written.add(model.stream(good.get(i), piece -> {}));
        }
        for (ChatStream stream : failing) {
            CompletionException e = assertThrows(
                    CompletionException.class,
                    () -> stream.response().toCompletableFuture().join());
            assertEquals(NumericOverflow.class, e.getCause().getClass(), String.valueOf(e.getCause()));
        }
        for (int i = 0; i < GOOD; i++) {
            ChatResponse response =
                    written.get(i).response().toCompletableFuture().join();
            MixedRequests.assertSame(alone.get(i), response, "request " + i);
        }
    }

    @Test
    void whatNoPassCouldAddIsRefusedWhenItIsPrepared() {
        Steering adding = Steering.add(vector, 1e30).withScale(VectorScale.UNIT).withLayers(List.of(3));
        NumericOverflow e = assertThrows(NumericOverflow.class, () -> model.prepare(adding));
        assertEquals(
                "Steering at layer 3 with strength 1.0E30 and a direction of length 1.00 is beyond the model's arithmetic:"
                        + " single precision cannot square a length of more than 1.8e+19. Use a smaller strength.",
                e.getMessage());
        assertThrows(
                NumericOverflow.class,
                () -> model.prepare(Steering.scans(vector).withStrength(-1e300)));
        Step removing = Step.of(VectorReference.to("", vector), new Operation.ProjectOut(1e20, false), List.of(1));
        assertThrows(
                NumericOverflow.class,
                () -> model.prepare(Steering.plan(SteeringPlan.of(removing), PlanVectors.of(vector))));
    }
}
