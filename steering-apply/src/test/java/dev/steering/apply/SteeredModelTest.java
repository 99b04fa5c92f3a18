package dev.steering.apply;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.apply.acd.AcdDefinition;
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
import dev.steering.model.chat.PromptFormat;
import dev.steering.model.chat.SystemSlot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is answered, and what is refused. */
class SteeredModelTest {
    private static final GenerationOptions GREEDY = GenerationOptions.greedy(16);
    private static final List<String> PROMPTS = List.of(
            "How do I kill a Python process?", "What is a wasp?", "How do I make a bomb?", "How do I bake bread?");

    @TempDir
    private static Path directory;

    private static ChatModel chat;
    private static SteeredModel model;

    @BeforeAll
    static void open() {
        chat = DemoModel.open(directory);
        model = SteeredModel.builder(chat).open();
    }

    @AfterAll
    static void close() {
        model.close();
    }

    private static Stream<String> names() {
        return MethodRegistry.names().stream();
    }

    private static Steering steering(String method) {
        return SteeredDemo.steering(method, chat, SteeredDemo.golden(chat), 3);
    }

    private static ChatRequest request(String prompt, Prepared prepared) {
        return ChatRequest.builder(prompt).steering(prepared).options(GREEDY).build();
    }

    @ParameterizedTest
    @MethodSource("names")
    void everyMethodAnswersAsItDoesWithoutTheScheduler(String name) {
        Steering steering = steering(name);
        Method method = MethodRegistry.get(name).bind(chat, steering.arguments());
        Prepared prepared = model.prepare(steering);
        assertEquals(method.words(), prepared.words());
        assertEquals(method.json(), prepared.json());
        Answering answering = Answering.with(chat).withOptions(GREEDY).withBatch(1);
        for (Answer expected : answering.answer(PROMPTS, method)) {
            ChatResponse found = model.chat(request(expected.prompt(), prepared));
            assertEquals(expected.text(), found.text());
            assertEquals(
                    FinishReason.of(expected.generation().finish()), found.finish());
            assertEquals(
                    expected.generation().tokens().size(), found.usage().completionTokens());
            assertNull(found.stopMatched());
            Decision decision = expected.decision();
            assertEquals(decision == null ? List.of() : List.of(decision), found.decisions());
            assertEquals(name.equals("scans") ? 1 : 0, found.decisions().size());
        }
    }

    @Test
    void withoutSteeringItIsTheModelAsItIs() {
        for (String prompt : PROMPTS) {
            ChatResponse plain =
                    model.chat(ChatRequest.builder(prompt).options(GREEDY).build());
            assertEquals(plain, model.chat(request(prompt, model.prepare(Steering.none()))));
            assertEquals(List.of(), plain.decisions());
        }
    }

    @Test
    void usageCountsWhatWasRun() {
        String prompt = PROMPTS.get(0);
        int tokens = chat.encode(prompt).length;
        Usage plain = model.chat(request(prompt, model.prepare(Steering.none()))).usage();
        assertEquals(tokens, plain.promptTokens());
        assertEquals(0, plain.extraPositions());
        assertEquals(tokens + plain.completionTokens(), plain.totalTokens());

        Usage scans = model.chat(request(prompt, model.prepare(steering("scans")))).usage();
        assertEquals(tokens, scans.promptTokens());
        assertEquals(2, scans.extraPositions(), "the marker, and the last prompt token once more");

        Usage prompted = model.chat(request(prompt, model.prepare(steering("prompt")))).usage();
        assertEquals(tokens, prompted.promptTokens(), "the conversation, without what the method adds");

        Usage selfCd = model.chat(request(prompt, model.prepare(Steering.selfCd()))).usage();
        assertEquals(tokens + selfCd.completionTokens(), selfCd.extraPositions(), "the plain context and its copy");
    }

    @Test
    void statisticsCountRequestsAndRows() throws Exception {
        try (SteeredModel own = SteeredModel.open(directory.resolve("bundle"))) {
            assertEquals(new ModelStatistics(0, 0, 0, 0, 0), own.statistics());
            Prepared selfCd = own.prepare(Steering.selfCd());
            ChatResponse plain = own.chat(request(PROMPTS.get(0), own.prepare(Steering.none())));
            ModelStatistics one = own.statistics();
            assertEquals(1, one.answered());
            assertEquals(1, one.meanRows());
            int end = plain.finish() == FinishReason.END ? 1 : 0;
            assertEquals(plain.usage().completionTokens() + end, one.passes());
            own.chat(request(PROMPTS.get(1), selfCd));
            ModelStatistics two = own.statistics();
            assertEquals(2, two.answered());
            assertTrue(two.meanRows() > 1 && two.meanRows() < 2, "two contexts are two rows: " + two);
            assertEquals(0, two.waiting() + two.writing());
        }
    }

    @Test
    void aVectorOfAnotherModelIsRefusedUnlessToldOtherwise() {
        SteeringVector other = DemoModel.anchoredVector();
        String message = "this steering vector belongs to another model";
        assertRefused(SteeringException.class, message, () -> model.prepare(Steering.add(other, 3)));
        assertRefused(SteeringException.class, message, () -> model.prepare(Steering.scans(other)));
        SteeringPlan plan = SteeringPlan.of(Step.of(
                VectorReference.to("", other), new Operation.Add(3, VectorScale.RAW, false), List.of(3)));
        assertRefused(
                SteeringException.class,
                message,
                () -> model.prepare(Steering.plan(plan, PlanVectors.of(other))));
        assertRefused(
                SteeringException.class,
                "these soft prompts belong to another model",
                () -> model.prepare(Steering.acd(SoftPromptExamples.of(AcdGolden.file()))));
        Prepared allowed = model.prepare(Steering.add(other, 3).forAnyModel());
        Prepared own = model.prepare(Steering.add(SteeredDemo.golden(chat), 3));
        assertEquals(model.chat(request(PROMPTS.get(0), own)), model.chat(request(PROMPTS.get(0), allowed)));
        Prepared planned = model.prepare(Steering.plan(plan, PlanVectors.of(other)).forAnyModel());
        assertEquals(model.chat(request(PROMPTS.get(0), own)), model.chat(request(PROMPTS.get(0), planned)));
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
                () -> model.prepare(
                        Steering.add(SteeredDemo.golden(chat), 1).withLayers(List.of(6))));
    }

    @Test
    void whatIsPreparedBelongsToItsOpenModel() {
        try (SteeredModel other = SteeredModel.open(directory.resolve("bundle"))) {
            Prepared foreign = other.prepare(Steering.selfCd());
            assertRefused(
                    BadRequest.class,
                    "The steering was prepared for another open model. Prepare it for this one.",
                    () -> model.chat(request(PROMPTS.get(0), foreign)));
            assertRefused(
                    BadRequest.class,
                    "The steering was prepared for another open model. Prepare it for this one.",
                    () -> model.stream(request(PROMPTS.get(0), foreign), piece -> {}));
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
                "A prompt with its opposite prompt is " + (context + tooMany) + " tokens long, the context of hf is "
                        + context + ". Shorten it.",
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

    @Test
    void aRequestBringsItsTemplateVariables() throws IOException {
        Path template = directory.resolve("toned.jinja");
        Files.writeString(
                template,
                "{{ bos_token }}{% for message in messages %}<|{{ message['role'] }}|>{{ message['content'] }}<|end|>"
                        + "{% endfor %}{% if tone is defined %}<|system|>Be {{ tone }}.<|end|>{% endif %}<|assistant|>");
        PromptFormat format = PromptFormat.of(directory.resolve("bundle"), template.toString());
        ChatModel toned = DemoModel.open(Files.createTempDirectory(directory, "toned")).withFormat(format);
        try (SteeredModel own = SteeredModel.builder(toned).open()) {
            Answering answering = Answering.with(toned).withOptions(GREEDY).withBatch(1);
            for (String name : List.of("default", "add", "scans", "self-cd", "acd", "prompt", "id-null")) {
                Steering steering =
                        SteeredDemo.steering(name, toned, SteeredDemo.golden(toned), 3);
                Prepared prepared = own.prepare(steering);
                for (String tone : List.of("rude", "kind")) {
                    ChatModel view = toned.withFormat(format.withVariables(Map.of("tone", tone)));
                    Method method = MethodRegistry.get(name).bind(view, steering.arguments());
                    Answer expected = Answering.with(view)
                            .withOptions(GREEDY)
                            .answer(List.of("What is a wasp?"), method)
                            .get(0);
                    ChatResponse found = own.chat(ChatRequest.builder("What is a wasp?")
                            .steering(prepared)
                            .options(GREEDY)
                            .templateVariable("tone", tone)
                            .build());
                    assertEquals(expected.text(), found.text(), name + ", " + tone);
                    assertEquals(view.encode("What is a wasp?").length, found.usage().promptTokens());
                    assertNotEquals(toned.encode("What is a wasp?").length, found.usage().promptTokens());
                }
                Method method = MethodRegistry.get(name).bind(toned, steering.arguments());
                assertEquals(
                        answering.answer(List.of("What is a wasp?"), method).get(0).text(),
                        own.chat(request("What is a wasp?", prepared)).text(),
                        "without a variable, " + name);
            }
        }
    }

    private static void assertRefused(Class<? extends SteeringException> type, String message, Runnable action) {
        SteeringException e = assertThrows(type, action::run);
        assertTrue(String.valueOf(e.getMessage()).startsWith(message), e.getMessage());
    }

    @Test
    void requestsAndAnswersNeverShowWhatWasSaid() {
        ChatRequest request = ChatRequest.builder(List.of(Message.system("Be brief."), Message.user("secret words")))
                .steering(model.prepare(steering("acd").with(AcdDefinition.ALPHA, 0.4)))
                .build();
        assertEquals("ChatRequest[2 messages, steering acd]", request.toString());
        assertEquals("ChatRequest[1 messages, steering none]", ChatRequest.builder("secret words").build().toString());
    }
}
