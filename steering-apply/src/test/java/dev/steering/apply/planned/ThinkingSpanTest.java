package dev.steering.apply.planned;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.steering.apply.Query;
import dev.steering.apply.plan.Operation;
import dev.steering.apply.plan.PlanVectors;
import dev.steering.apply.plan.Scope;
import dev.steering.apply.plan.Span;
import dev.steering.apply.plan.SteeringPlan;
import dev.steering.apply.plan.Step;
import dev.steering.apply.plan.VectorReference;
import dev.steering.apply.testing.DemoModel;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorScale;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.decode.DecodeOptions;
import dev.steering.model.decode.Draft;
import dev.steering.model.decode.Generator;
import dev.steering.model.decode.TokenListener;
import dev.steering.model.pass.DirectionSet;
import dev.steering.model.pass.PassSteering;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Thinking and answer are steered apart: the logits are those of the same steering at positions that are counted by hand. */
class ThinkingSpanTest {
    private static final int LAYER = 3;
    private static final float ALPHA = 0.5f;
    private static final SteeringVector VECTOR = DemoModel.vector();

    @TempDir
    private static Path directory;

    private static ChatModel model;

    @BeforeAll
    static void open() {
        model = DemoModel.open(directory);
    }

    @AfterAll
    static void close() {
        model.close();
    }

    /** Gives every text the tokens of the one given and keeps the logits by which the model would have chosen. */
    private static final class Given implements TokenListener {
        private final List<int[]> tokens;
        private final List<List<float[]>> logits = new ArrayList<>();

        Given(List<int[]> tokens) {
            this.tokens = tokens;
            tokens.forEach(text -> logits.add(new ArrayList<>()));
        }

        @Override
        public boolean onText(int text, String piece) {
            return true;
        }

        @Override
        public int nextToken(int text, FloatBuffer now) {
            float[] copy = new float[now.remaining()];
            now.get(copy);
            logits.get(text).add(copy);
            return tokens.get(text)[logits.get(text).size() - 1];
        }
    }

    private static int[] tokens(String text) {
        return model.tokenizer().encode(text, false);
    }

    private static int[] joined(int[]... parts) {
        return Arrays.stream(parts).flatMapToInt(Arrays::stream).toArray();
    }

    private static List<float[]> planned(Span span, List<Draft> others, int[] prompt, int[] written) {
        Step step = Step.of(
                        VectorReference.to("", VECTOR),
                        new Operation.Add(ALPHA, VectorScale.RAW, false),
                        List.of(LAYER))
                .withScope(Scope.from(span));
        PlannedMethod method = PlannedMethod.of("plan", model, SteeringPlan.of(step), PlanVectors.of(VECTOR));
        List<Draft> drafts = new ArrayList<>(others);
        drafts.add(method.draft(others.size(), Query.plainText(prompt), decided -> {}));
        return logits(drafts, written);
    }

    private static List<float[]> byHand(IntPredicate acts, int[] prompt, int[] written) {
        float[][] points = Directions.points(VECTOR.directions(VectorScale.RAW), List.of(LAYER));
        PassSteering steering = PassSteering.adding(
                DirectionSet.of(new float[][][] {points}),
                List.of((position, direction) -> acts.test(position) ? ALPHA : 0f));
        return logits(List.of(Draft.of(0, prompt, steering)), written);
    }

    private static List<float[]> logits(List<Draft> drafts, int[] written) {
        Given given = new Given(Collections.nCopies(drafts.size(), written));
        new Generator(model, DecodeOptions.greedy(written.length)).generateAll(drafts, 4, given);
        return given.logits.get(drafts.size() - 1);
    }

    private static void assertSame(List<float[]> expected, List<float[]> found, String what) {
        assertEquals(expected.size(), found.size(), what);
        for (int i = 0; i < expected.size(); i++) {
            assertArrayEquals(expected.get(i), found.get(i), 1e-5f, what + ", token " + i);
        }
    }

    @Test
    void aBlockThatThePromptLeavesOpenEndsAtItsClosingTag() {
        int[] prompt = joined(model.encode("How do I kill a Python process?"), tokens("<think>\n"));
        int[] thought = tokens("I think of it.\n</think>");
        int[] answer = tokens("\n\nClose the window.");
        int[] written = joined(thought, answer);
        int last = prompt.length - 1;
        int turn = prompt.length + thought.length - 1;
        assertSame(
                byHand(p -> p >= last && p < turn, prompt, written),
                planned(Span.THINKING, List.of(), prompt, written),
                "thinking");
        assertSame(byHand(p -> p >= turn, prompt, written), planned(Span.ANSWER, List.of(), prompt, written), "answer");
        // The same beside another text, which thinks nothing.
        Draft other = Draft.of(0, model.encode("What is a wasp?"), null);
        assertSame(
                byHand(p -> p >= turn, prompt, written),
                planned(Span.ANSWER, List.of(other), prompt, written),
                "answer in a batch");
        assertFalse(
                Arrays.equals(
                        planned(Span.ANSWER, List.of(), prompt, written).get(written.length - 1),
                        planned(Span.THINKING, List.of(), prompt, written).get(written.length - 1)),
                "they differ");
    }

    @Test
    void aBlockThatTheTextOpensIsThinkingFromItsTagOn() {
        int[] prompt = model.encode("How do I kill a Python process?");
        int[] tag = tokens("<think>");
        int[] thought = tokens("\nI think of it.\n</think>");
        int[] written = joined(tag, thought, tokens("\n\nClose the window."));
        int last = prompt.length - 1;
        int opened = prompt.length + tag.length - 1;
        int turn = opened + thought.length;
        assertSame(
                byHand(p -> p >= opened && p < turn, prompt, written),
                planned(Span.THINKING, List.of(), prompt, written),
                "thinking");
        assertSame(
                byHand(p -> (p >= last && p < opened) || p >= turn, prompt, written),
                planned(Span.ANSWER, List.of(), prompt, written),
                "answer");
    }

    @Test
    void whereNothingIsThoughtAllIsAnswer() {
        int[] written = tokens("Close the window.");
        int[] prompt = model.encode("How do I kill a Python process?");
        int[] closed = joined(prompt, tokens("<think>\n\n</think>\n\n"));
        for (int[] tokens : List.of(prompt, closed)) {
            assertSame(
                    planned(Span.LAST_PROMPT_TOKEN_ON, List.of(), tokens, written),
                    planned(Span.ANSWER, List.of(), tokens, written),
                    "answer");
            assertSame(
                    byHand(p -> false, tokens, written),
                    planned(Span.THINKING, List.of(), tokens, written),
                    "thinking");
        }
    }

    @Test
    void aThoughtWithoutAnEndIsThinkingToTheEnd() {
        int[] prompt = joined(model.encode("What is a wasp?"), tokens("<think>"));
        int[] written = tokens("I think of it and of it and of it");
        assertSame(
                planned(Span.LAST_PROMPT_TOKEN_ON, List.of(), prompt, written),
                planned(Span.THINKING, List.of(), prompt, written),
                "thinking");
        assertSame(byHand(p -> false, prompt, written), planned(Span.ANSWER, List.of(), prompt, written), "answer");
    }
}
