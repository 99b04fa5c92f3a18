package dev.steering.apply;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.apply.instructive.OppositePromptDefinition;
import dev.steering.apply.plan.Operation;
import dev.steering.apply.plan.PlanVectors;
import dev.steering.apply.plan.SteeringPlan;
import dev.steering.apply.plan.Step;
import dev.steering.apply.plan.VectorReference;
import dev.steering.apply.testing.AcdGolden;
import dev.steering.apply.testing.DemoModel;
import dev.steering.apply.testing.SoftPromptExamples;
import dev.steering.apply.testing.SteeredDemo;
import dev.steering.apply.testing.TestVectors;
import dev.steering.core.BadRequest;
import dev.steering.core.ContextExceeded;
import dev.steering.core.SteeringException;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorScale;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.chat.SystemSlot;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is refused, and in which words. */
class SteeredModelRefusalsTest {
    private static final GenerationOptions GREEDY = GenerationOptions.greedy(16);
    private static final String PROMPT = "How do I kill a Python process?";

    @TempDir
    private static Path directory;

    private static ChatModel chat;
    private static SteeredModel model;

    @BeforeAll
    static void open() {
        chat = DemoModel.open(directory);
        model = SteeredModel.builder(chat).build();
    }

    @AfterAll
    static void close() {
        model.close();
    }

    private static ChatRequest request(String prompt, Prepared prepared) {
        return ChatRequest.builder(prompt).steering(prepared).options(GREEDY).build();
    }

    @Test
    void aVectorOfAnotherModelIsRefusedUnlessToldOtherwise() {
        SteeringVector other = DemoModel.anchoredVector();
        String message = "this steering vector belongs to another model";
        assertRefused(SteeringException.class, message, () -> model.prepare(Steering.add(other, 3)));
        assertRefused(SteeringException.class, message, () -> model.prepare(Steering.scans(other)));
        SteeringPlan plan = SteeringPlan.of(
                Step.of(VectorReference.to("", other), new Operation.Add(3, VectorScale.RAW, false), List.of(3)));
        assertRefused(
                SteeringException.class, message, () -> model.prepare(Steering.plan(plan, PlanVectors.of(other))));
        assertRefused(
                SteeringException.class,
                "these soft prompts belong to another model",
                () -> model.prepare(Steering.acd(SoftPromptExamples.of(AcdGolden.file()))));
        Prepared allowed = model.prepare(Steering.add(other, 3).forAnyModel());
        Prepared own = model.prepare(Steering.add(SteeredDemo.golden(chat), 3));
        assertEquals(model.chat(request(PROMPT, own)), model.chat(request(PROMPT, allowed)));
        Prepared planned =
                model.prepare(Steering.plan(plan, PlanVectors.of(other)).forAnyModel());
        assertEquals(model.chat(request(PROMPT, own)), model.chat(request(PROMPT, planned)));
    }

    /** What does not fit is refused whatever is said. */
    @Test
    void aVectorOfAnotherSizeIsAlwaysRefused() {
        SteeringVector narrow = TestVectors.random(6, 64, 1, 1);
        Steering add = Steering.add(narrow, 1).withLayers(List.of(3));
        assertRefused(
                SteeringException.class,
                "this steering vector does not fit the model",
                () -> model.prepare(add.forAnyModel()));
        assertRefused(
                SteeringException.class,
                "Layer 6 is out of range: the model has layers 0 to 5.",
                () -> model.prepare(Steering.add(SteeredDemo.golden(chat), 1).withLayers(List.of(6))));
    }

    @Test
    void whatIsPreparedBelongsToItsOpenModel() {
        try (SteeredModel other = SteeredModel.open(directory.resolve("bundle"))) {
            Prepared foreign = other.prepare(Steering.selfCd());
            assertRefused(
                    BadRequest.class,
                    "The steering was prepared for another open model. Prepare it for this one.",
                    () -> model.chat(request(PROMPT, foreign)));
            assertRefused(
                    BadRequest.class,
                    "The steering was prepared for another open model. Prepare it for this one.",
                    () -> model.stream(request(PROMPT, foreign), piece -> {}));
        }
    }

    @Test
    void conversationsEndWithAQuestion() {
        Prepared none = model.prepare(Steering.none());
        assertRefused(
                BadRequest.class,
                "The conversation has no message of the user, so there is nothing to answer.",
                () -> chatAbout(none));
        assertRefused(
                BadRequest.class,
                "The conversation has no message of the user, so there is nothing to answer.",
                () -> chatAbout(none, Message.system("Be brief.")));
        assertRefused(
                BadRequest.class,
                "The last message is the assistant's: there is nothing to answer. End with a message of the user.",
                () -> chatAbout(none, Message.user("Hello"), Message.assistant("Hello!")));
        assertRefused(
                BadRequest.class,
                "Message 2 has the role 'system', expected user or assistant; a system message comes first or not at all.",
                () -> chatAbout(none, Message.user("Hello"), Message.system("Be brief."), Message.user("Well?")));
        String endless = "wasp ".repeat(200);
        assertRefused(ContextExceeded.class, "The prompt '", () -> chatAbout(none, Message.user(endless)));
    }

    private static ChatResponse chatAbout(Prepared prepared, Message... messages) {
        return model.chat(ChatRequest.builder(List.of(messages))
                .steering(prepared)
                .options(GREEDY)
                .build());
    }

    /** A context of a method's own that does not fit is refused before it could harm anybody else's answer. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 20})
    void aSecondContextThatDoesNotFitIsRefused(int tooMany) {
        int context = chat.manifest().context();
        Steering opposite = Steering.method("id-opposite");
        Prepared fitting = model.prepare(opposite.with(OppositePromptDefinition.TEXT, textThatFills(context)));
        assertEquals(
                context + 1,
                model.chat(request("What is a wasp?", fitting)).usage().extraPositions(),
                "a context that is full, and the one token that it still gives");
        Prepared prepared =
                model.prepare(opposite.with(OppositePromptDefinition.TEXT, textThatFills(context + tooMany)));
        assertRefused(
                ContextExceeded.class,
                "A prompt with its opposite prompt is " + (context + tooMany)
                        + " tokens long, the context of demo-model is " + context + ". Shorten it.",
                () -> model.chat(request("What is a wasp?", prepared)));
    }

    /** An opposite prompt with which a context has that many tokens. */
    private static String textThatFills(int positions) {
        SystemSlot slot = SystemSlot.of(chat);
        SystemSlot.Around around = slot.around("What is a wasp?", null);
        StringBuilder text = new StringBuilder("Be");
        while (around.with(slot.tokens(text.toString())).length < positions) {
            text.append(" a");
        }
        assertEquals(positions, around.with(slot.tokens(text.toString())).length);
        return text.toString();
    }

    private static void assertRefused(Class<? extends SteeringException> type, String message, Runnable action) {
        SteeringException e = assertThrows(type, action::run);
        assertTrue(String.valueOf(e.getMessage()).startsWith(message), e.getMessage());
    }
}
