package dev.steering.langchain4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.memory.chat.MessageWindowChatMemory;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.output.FinishReason;
import dev.langchain4j.service.AiServices;
import dev.steering.apply.GenerationOptions;
import dev.steering.apply.Message;
import dev.steering.apply.Prepared;
import dev.steering.apply.Steering;
import dev.steering.apply.named.NamedSteering;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorScale;
import dev.steering.testkit.DemoRefusal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Answers through LangChain4j are the library's own. */
class SteeredChatTest {
    private static final NamedSteering REFUSAL = NamedSteering.vector("refusal");

    @TempDir
    private static Path directory;

    private static OpenDemo demo;
    private static SteeredChatModel chat;
    private static SteeringVector vector;

    @BeforeAll
    static void open() {
        demo = new OpenDemo(directory);
        chat = SteeredChatModel.builder(demo.catalog).build();
        vector = DemoRefusal.vector(demo.model.manifest().fingerprint());
    }

    @AfterAll
    static void close() {
        demo.close();
    }

    private static ChatResponse ask(ChatRequestParameters parameters) {
        return chat.chat(ChatRequest.builder()
                .messages(UserMessage.from(OpenDemo.QUESTION))
                .parameters(parameters)
                .build());
    }

    private static SteeredChatResponseMetadata about(ChatResponse response) {
        return assertInstanceOf(SteeredChatResponseMetadata.class, response.metadata());
    }

    private static dev.steering.apply.ChatResponse own(Steering steering, GenerationOptions options) {
        return demo.model.chat(dev.steering.apply.ChatRequest.builder(OpenDemo.QUESTION)
                .steering(demo.model.prepare(steering))
                .options(options)
                .build());
    }

    /** Names, and the same said with vectors. */
    private static Map<NamedSteering, Steering> choices() {
        Map<NamedSteering, Steering> choices = new LinkedHashMap<>();
        choices.put(NamedSteering.NONE, Steering.none());
        choices.put(REFUSAL, Steering.scans(vector));
        choices.put(NamedSteering.method("scans"), Steering.scans(vector));
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
        choices.put(NamedSteering.method("prompt"), Steering.method("prompt"));
        return choices;
    }

    @Test
    void answersAreTheLibrarysOwnWhateverTheSteering() {
        List<String> texts = new ArrayList<>();
        choices().forEach((named, steering) -> {
            ChatResponse response = ask(SteeredChatRequestParameters.builder()
                    .steering(named)
                    .maxOutputTokens(24)
                    .build());
            dev.steering.apply.ChatResponse own = own(steering, GenerationOptions.greedy(24));

            texts.add(response.aiMessage().text());
            assertEquals(own.text(), response.aiMessage().text(), named.toString());
            assertEquals(own.decisions(), about(response).decisions());
            assertEquals(own.usage().extraPositions(), about(response).extraPositions());
            assertEquals(
                    own.usage().promptTokens(), response.metadata().tokenUsage().inputTokenCount());
            assertEquals(
                    own.usage().completionTokens(),
                    response.metadata().tokenUsage().outputTokenCount());
        });
        assertTrue(texts.stream().distinct().count() > 1, texts.toString());
    }

    @Test
    void theGatesDecisionIsInTheMetadata() {
        SteeredChatResponseMetadata metadata = about(
                ask(SteeredChatRequestParameters.builder().steering(REFUSAL).build()));

        Prepared prepared = demo.model.prepare(Steering.scans(vector));
        assertEquals(1, metadata.decisions().size());
        assertEquals(own(Steering.scans(vector), GenerationOptions.defaults()).decisions(), metadata.decisions());
        assertEquals(prepared.words(), metadata.steering());
        assertEquals(prepared.json(), metadata.steeringJson());
        assertEquals(demo.model.manifest().name(), metadata.modelName());
        assertEquals(metadata, metadata.toBuilder().build());
        SteeredChatResponseMetadata plain =
                about(ask(ChatRequestParameters.builder().build()));
        assertNull(plain.steering());
        assertEquals(List.of(), plain.decisions());
    }

    @Test
    void samplingIsTheLibrarysOwn() {
        SteeredChatRequestParameters.Builder sampling = SteeredChatRequestParameters.builder()
                .temperature(1.1)
                .topP(0.95)
                .topK(40)
                .minP(0.01)
                .repetitionPenalty(1.1)
                .maxOutputTokens(24);
        List<String> texts = new ArrayList<>();
        for (long seed = 1; seed <= 4; seed++) {
            texts.add(ask(sampling.seed(seed).build()).aiMessage().text());
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
    void lengthAndContextAreLength() {
        ChatResponse cut =
                ask(ChatRequestParameters.builder().maxOutputTokens(3).build());
        assertEquals(FinishReason.LENGTH, cut.metadata().finishReason());
        assertEquals(3, cut.metadata().tokenUsage().outputTokenCount());
        assertEquals(dev.steering.apply.FinishReason.LENGTH, about(cut).finish());
    }

    @Test
    void aRequestsSteeringReplacesTheDefaultAsAWhole() {
        SteeredChatModel steered = SteeredChatModel.builder(demo.catalog)
                .defaultRequestParameters(SteeredChatRequestParameters.builder()
                        .steering(REFUSAL.withStrength(1))
                        .seed(3L)
                        .maxOutputTokens(24)
                        .build())
                .build();
        ChatResponse byDefault = steered.chat(UserMessage.from(OpenDemo.QUESTION));
        ChatResponse common = steered.chat(ChatRequest.builder()
                .messages(UserMessage.from(OpenDemo.QUESTION))
                .parameters(ChatRequestParameters.builder().temperature(0.0).build())
                .build());
        ChatResponse none = steered.chat(ChatRequest.builder()
                .messages(UserMessage.from(OpenDemo.QUESTION))
                .parameters(SteeredChatRequestParameters.builder()
                        .steering(NamedSteering.NONE)
                        .build())
                .build());

        String scans = own(Steering.scans(vector).withStrength(1), GenerationOptions.greedy(24))
                .text();
        assertEquals(scans, byDefault.aiMessage().text());
        assertEquals(scans, common.aiMessage().text());
        assertEquals(
                own(Steering.none(), GenerationOptions.greedy(24)).text(),
                none.aiMessage().text());
        assertNotEquals(scans, none.aiMessage().text());
    }

    @Test
    void conversationsAreReadInOrder() {
        List<ChatMessage> messages = List.of(
                SystemMessage.from("Answer in one sentence."),
                UserMessage.from("What is a thread?"),
                AiMessage.from("It is part of a process."),
                UserMessage.from(OpenDemo.QUESTION));
        ChatResponse response = chat.chat(messages);

        dev.steering.apply.ChatResponse own = demo.model.chat(dev.steering.apply.ChatRequest.builder(List.of(
                        Message.system("Answer in one sentence."),
                        Message.user("What is a thread?"),
                        Message.assistant("It is part of a process."),
                        Message.user(OpenDemo.QUESTION)))
                .build());
        assertEquals(own.text(), response.aiMessage().text());
        assertEquals(
                own.usage().promptTokens(), response.metadata().tokenUsage().inputTokenCount());
    }

    interface Assistant {
        String ask(String question);
    }

    @Test
    void servicesWithMemoryWork() {
        Assistant assistant = AiServices.builder(Assistant.class)
                .chatModel(chat)
                .chatMemory(MessageWindowChatMemory.withMaxMessages(4))
                .build();
        String first = assistant.ask("What is a thread?");
        String second = assistant.ask(OpenDemo.QUESTION);

        assertEquals(Demonstrated.answer(demo, "What is a thread?"), first);
        assertEquals(
                demo.model
                        .chat(dev.steering.apply.ChatRequest.builder(List.of(
                                        Message.user("What is a thread?"),
                                        Message.assistant(first),
                                        Message.user(OpenDemo.QUESTION)))
                                .build())
                        .text(),
                second);
    }

    @Test
    void manyThreadsEachGetTheirOwn() {
        List<NamedSteering> named = List.copyOf(choices().keySet());
        List<CompletableFuture<String>> answers = new ArrayList<>();
        for (int i = 0; i < 36; i++) {
            NamedSteering steering = named.get(i % named.size());
            answers.add(CompletableFuture.supplyAsync(() -> ask(SteeredChatRequestParameters.builder()
                            .steering(steering)
                            .maxOutputTokens(16)
                            .build())
                    .aiMessage()
                    .text()));
        }
        Map<NamedSteering, Steering> choices = choices();
        for (int i = 0; i < answers.size(); i++) {
            Steering steering = choices.get(named.get(i % named.size()));
            assertEquals(
                    own(steering, GenerationOptions.greedy(16)).text(),
                    answers.get(i).join());
        }
    }

    @Test
    void anInterruptedThreadGetsWhatThereIs() {
        CompletableFuture<Void> letGo = demo.held();
        Thread.currentThread().interrupt();
        try {
            ChatResponse response = chat.chat(UserMessage.from(OpenDemo.QUESTION));
            assertTrue(Thread.currentThread().isInterrupted());
            assertEquals(FinishReason.OTHER, response.metadata().finishReason());
            assertEquals(
                    dev.steering.apply.FinishReason.CANCELLED, about(response).finish());
        } finally {
            letGo.complete(null);
            boolean unused = Thread.interrupted();
        }
    }
}
