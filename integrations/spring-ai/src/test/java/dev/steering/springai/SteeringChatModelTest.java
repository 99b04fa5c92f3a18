package dev.steering.springai;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.apply.ChatRequest;
import dev.steering.apply.Decision;
import dev.steering.apply.FinishReason;
import dev.steering.apply.GenerationOptions;
import dev.steering.apply.Prepared;
import dev.steering.apply.Steering;
import dev.steering.apply.named.NamedSteering;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorScale;
import dev.steering.testkit.DemoRefusal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.SystemMessage;
import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.chat.prompt.Prompt;

/** Answers through Spring AI are the library's own. */
class SteeringChatModelTest {
    private static final NamedSteering REFUSAL = NamedSteering.vector("refusal");
    private static final String QUESTION = DemoInSpring.QUESTION;

    @TempDir
    private static Path directory;

    private static DemoInSpring demo;
    private static SteeringChatModel chat;
    private static SteeringVector vector;

    @BeforeAll
    static void open() {
        demo = new DemoInSpring(directory);
        chat = SteeringChatModel.builder(demo.catalog).build();
        vector = DemoRefusal.vector(demo.model.manifest().fingerprint());
    }

    @AfterAll
    static void close() {
        demo.close();
    }

    private static ChatResponse ask(ChatOptions options) {
        return chat.call(new Prompt(QUESTION, options));
    }

    private static String text(ChatResponse response) {
        return Objects.requireNonNull(response.getResult().getOutput().getText());
    }

    private static dev.steering.apply.ChatResponse own(Steering steering, GenerationOptions options) {
        return demo.model.chat(ChatRequest.builder(QUESTION)
                .steering(demo.model.prepare(steering))
                .options(options)
                .build());
    }

    /** Names, and the same said with vectors. */
    private static Map<NamedSteering, Steering> choices() {
        Map<NamedSteering, Steering> choices = new LinkedHashMap<>();
        choices.put(NamedSteering.NONE, Steering.none());
        choices.put(REFUSAL, Steering.scans(vector));
        choices.put(REFUSAL.withMethod("add"), Steering.add(vector));
        choices.put(REFUSAL.withMethod("subtract").withStrength(0.5), Steering.subtract(vector, 0.5));
        choices.put(
                REFUSAL.withMethod("add")
                        .withScale(VectorScale.UNIT)
                        .withStrength(2)
                        .withLayers(List.of(2, 4)),
                Steering.add(vector).withScale(VectorScale.UNIT).withStrength(2).withLayers(List.of(2, 4)));
        choices.put(REFUSAL.withMethod("ablate"), Steering.ablate(vector));
        choices.put(NamedSteering.method("self-cd").withStrength(1.5), Steering.selfCd(1.5));
        return choices;
    }

    private static SteeringChatOptions steered(NamedSteering steering, int tokens) {
        return SteeringChatOptions.builder()
                .steering(steering)
                .maxTokens(tokens)
                .build();
    }

    @Test
    void answersAreTheLibrarysOwnWhateverTheSteering() {
        List<String> texts = new ArrayList<>();
        choices().forEach((named, steering) -> {
            ChatResponse response = ask(steered(named, 24));
            dev.steering.apply.ChatResponse own = own(steering, GenerationOptions.greedy(24));

            texts.add(text(response));
            assertEquals(own.text(), text(response), named.toString());
            assertEquals(own.decisions(), response.getMetadata().get(SteeringMetadata.DECISIONS));
            assertEquals(
                    own.usage().promptTokens(),
                    response.getMetadata().getUsage().getPromptTokens());
            assertEquals(
                    own.usage().completionTokens(),
                    response.getMetadata().getUsage().getCompletionTokens());
            assertEquals(
                    own.usage().totalTokens(), response.getMetadata().getUsage().getTotalTokens());
            assertEquals(own.usage(), response.getMetadata().getUsage().getNativeUsage());
        });
        assertTrue(texts.stream().distinct().count() > 1, texts.toString());
    }

    @Test
    void theGatesDecisionIsInTheMetadata() {
        ChatResponse response = ask(steered(REFUSAL, 8));
        Prepared prepared = demo.model.prepare(Steering.scans(vector));
        List<Decision> decisions = response.getMetadata().get(SteeringMetadata.DECISIONS);
        assertEquals(1, decisions.size());
        assertEquals(prepared.words(), response.getMetadata().get(SteeringMetadata.WORDS));
        assertEquals(prepared.json(), response.getMetadata().get(SteeringMetadata.SETTINGS));
        assertEquals(demo.model.manifest().name(), response.getMetadata().getModel());
        assertNull(ask(steered(NamedSteering.NONE, 8)).getMetadata().get(SteeringMetadata.WORDS));
    }

    @Test
    void samplingIsTheLibrarysOwn() {
        List<String> texts = new ArrayList<>();
        for (long seed = 1; seed <= 4; seed++) {
            texts.add(text(ask(SteeringChatOptions.builder()
                    .temperature(1.1)
                    .topP(0.95)
                    .topK(40)
                    .minP(0.01)
                    .repetitionPenalty(1.1)
                    .maxTokens(24)
                    .seed(seed)
                    .build())));
            GenerationOptions options = GenerationOptions.builder()
                    .temperature(1.1)
                    .topP(0.95)
                    .topK(40)
                    .minP(0.01)
                    .repetitionPenalty(1.1)
                    .maxNewTokens(24)
                    .seed(seed)
                    .build();
            assertEquals(own(Steering.none(), options).text(), texts.get(texts.size() - 1));
        }
        assertTrue(texts.stream().distinct().count() > 1, texts.toString());
    }

    @Test
    void theReasonOfTheEndIsSaid() {
        ChatResponse cut = ask(ChatOptions.builder().maxTokens(3).build());
        assertEquals("LENGTH", cut.getResult().getMetadata().getFinishReason());
        assertEquals(FinishReason.LENGTH, cut.getResult().getMetadata().get(SteeringMetadata.FINISH));

        String whole = text(ask(ChatOptions.builder().build()));
        String word = whole.split(" ", -1)[2];
        ChatResponse stopped =
                ask(ChatOptions.builder().stopSequences(List.of(word)).build());
        assertEquals("STOP", stopped.getResult().getMetadata().getFinishReason());
        assertEquals(word, stopped.getResult().getMetadata().get(SteeringMetadata.STOP_MATCHED));
        assertEquals(whole.substring(0, whole.indexOf(word)), text(stopped));

        CompletableFuture<Void> letGo = demo.held();
        Thread.currentThread().interrupt();
        try {
            assertEquals(
                    "CANCELLED",
                    ask(ChatOptions.builder().build()).getResult().getMetadata().getFinishReason());
        } finally {
            letGo.complete(null);
            assertTrue(Thread.interrupted());
        }
    }

    @Test
    void aPromptsSteeringReplacesTheDefaultAsAWhole() {
        SteeringChatModel byDefault = SteeringChatModel.builder(demo.catalog)
                .defaultOptions(steered(REFUSAL.withStrength(1), 24))
                .build();
        String scans = own(Steering.scans(vector).withStrength(1), GenerationOptions.greedy(24))
                .text();
        assertEquals(scans, text(byDefault.call(new Prompt(QUESTION))));
        assertEquals(
                scans,
                text(byDefault.call(new Prompt(
                        QUESTION, ChatOptions.builder().temperature(0.0).build()))));
        SteeringChatOptions none =
                SteeringChatOptions.builder().steering(NamedSteering.NONE).build();
        String plain = text(byDefault.call(new Prompt(QUESTION, none)));
        assertEquals(own(Steering.none(), GenerationOptions.greedy(24)).text(), plain);
        assertNotEquals(scans, plain);
    }

    @Test
    void conversationsAreReadInOrderAndClientsWork() {
        ChatResponse response = chat.call(new Prompt(
                new SystemMessage("Answer in one sentence."),
                new UserMessage("What is a thread?"),
                new AssistantMessage("It is part of a process."),
                new UserMessage(QUESTION)));
        dev.steering.apply.ChatResponse own = demo.model.chat(ChatRequest.builder(List.of(
                        dev.steering.apply.Message.system("Answer in one sentence."),
                        dev.steering.apply.Message.user("What is a thread?"),
                        dev.steering.apply.Message.assistant("It is part of a process."),
                        dev.steering.apply.Message.user(QUESTION)))
                .build());
        assertEquals(own.text(), text(response));
        assertEquals(
                own.usage().promptTokens(), response.getMetadata().getUsage().getPromptTokens());

        ChatClient client = ChatClient.create(chat);
        assertEquals(
                own(Steering.scans(vector), GenerationOptions.greedy(24)).text(),
                client.prompt()
                        .user(QUESTION)
                        .options(steered(REFUSAL, 24))
                        .call()
                        .content());
    }

    @Test
    void manyThreadsEachGetTheirOwn() {
        Map<NamedSteering, Steering> choices = choices();
        List<NamedSteering> named = List.copyOf(choices.keySet());
        List<CompletableFuture<String>> answers = new ArrayList<>();
        for (int i = 0; i < 28; i++) {
            NamedSteering steering = named.get(i % named.size());
            answers.add(CompletableFuture.supplyAsync(() -> text(ask(steered(steering, 16)))));
        }
        for (int i = 0; i < answers.size(); i++) {
            assertEquals(
                    own(choices.get(named.get(i % named.size())), GenerationOptions.greedy(16))
                            .text(),
                    answers.get(i).join());
        }
    }

    @Test
    void optionsAreCopiedAndComparedByWhatTheySay() {
        SteeringChatOptions options = SteeringChatOptions.builder()
                .steering(REFUSAL.withStrength(2))
                .seed(3L)
                .minP(0.1)
                .deadline(Duration.ofSeconds(3))
                .stopSequences(List.of("."))
                .templateVariable("enable_thinking", false)
                .build();
        assertEquals(options, options.copy());
        assertEquals(options.hashCode(), options.copy().hashCode());
        assertNotEquals(options, options.mutate().seed(4L).build());
        assertNotEquals(
                options,
                options.mutate()
                        .overrideWith(ChatOptions.builder().topK(3).build())
                        .build());
        assertEquals(SteeringChatOptions.builder().build(), chat.getDefaultOptions());
    }
}
