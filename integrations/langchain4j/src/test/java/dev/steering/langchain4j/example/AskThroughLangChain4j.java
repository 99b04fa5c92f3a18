package dev.steering.langchain4j.example;

import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.memory.chat.MessageWindowChatMemory;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.service.AiServices;
import dev.steering.apply.SteeredModel;
import dev.steering.apply.named.NamedSteering;
import dev.steering.apply.named.SteeringCatalog;
import dev.steering.langchain4j.SteeredChatModel;
import dev.steering.langchain4j.SteeredChatRequestParameters;
import dev.steering.langchain4j.SteeredChatResponseMetadata;
import dev.steering.langchain4j.SteeredStreamingChatModel;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** An application of LangChain4j on a steered model: a bundle, a vector's file and questions. */
public final class AskThroughLangChain4j {
    private AskThroughLangChain4j() {}

    /** LangChain4j makes it. */
    interface Assistant {
        String answer(String question);
    }

    /**
     * @param args bundle, vector, question
     */
    public static void main(String[] args) {
        try (SteeredModel model = SteeredModel.open(Path.of(args[0]))) {
            SteeringCatalog catalog = SteeringCatalog.read(model, Map.of("refusal", Path.of(args[1])));
            SteeredChatRequestParameters scans = SteeredChatRequestParameters.builder()
                    .steering(NamedSteering.vector("refusal").withMethod("scans"))
                    .maxOutputTokens(60)
                    .build();

            SteeredChatModel chat = SteeredChatModel.builder(catalog)
                    .defaultRequestParameters(scans)
                    .build();
            Assistant assistant = AiServices.builder(Assistant.class)
                    .chatModel(chat)
                    .chatMemory(MessageWindowChatMemory.withMaxMessages(10))
                    .build();
            System.out.println("steered:   " + assistant.answer(args[2]));

            ChatResponse response = chat.chat(UserMessage.from(args[2]));
            if (response.metadata() instanceof SteeredChatResponseMetadata metadata) {
                System.out.println("decided:   " + metadata.decisions());
            }
            stream(catalog, args[2]);
        }
    }

    /** The same question, not steered, as it is written. */
    private static void stream(SteeringCatalog catalog, String question) {
        SteeredStreamingChatModel streaming =
                SteeredStreamingChatModel.builder(catalog).build();
        ChatRequest plain = ChatRequest.builder()
                .messages(UserMessage.from(question))
                .maxOutputTokens(60)
                .build();
        CompletableFuture<ChatResponse> whole = new CompletableFuture<>();
        System.out.print("unsteered: ");
        streaming.chat(plain, new StreamingChatResponseHandler() {
            @Override
            public void onPartialResponse(String piece) {
                System.out.print(piece);
            }

            @Override
            public void onCompleteResponse(ChatResponse response) {
                whole.complete(response);
            }

            @Override
            public void onError(Throwable error) {
                whole.completeExceptionally(error);
            }
        });
        ChatResponse response = whole.join();
        System.out.println();
        System.out.println("took:      " + response.metadata().tokenUsage());
    }
}
