package dev.steering.langchain4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.output.FinishReason;
import dev.steering.apply.Message;
import dev.steering.testkit.Fixtures;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/** What LangChain4j's tests ask of models of some learning, asked of the demo model. */
final class Demonstrated {
    private Demonstrated() {}

    static String answer(OpenDemo demo, String question) {
        return demo.model
                .chat(dev.steering.apply.ChatRequest.builder(question).build())
                .text();
    }

    static String imageUrl() {
        try (Stream<Path> images = Files.list(Fixtures.demoModel().resolve("../../docs/images"))) {
            return images.filter(file -> file.toString().endsWith(".png"))
                    .findFirst()
                    .orElseThrow()
                    .toUri()
                    .toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void systemMessageMatters(OpenDemo demo, Function<ChatRequest, ChatResponse> chat) {
        String system = "Answer in one sentence.";
        ChatResponse response = chat.apply(ChatRequest.builder()
                .messages(SystemMessage.from(system), UserMessage.from(OpenDemo.QUESTION))
                .build());

        dev.steering.apply.ChatResponse own = demo.model.chat(
                dev.steering.apply.ChatRequest.builder(List.of(Message.system(system), Message.user(OpenDemo.QUESTION)))
                        .build());
        assertEquals(own.text(), response.aiMessage().text());
        assertEquals(
                own.usage().promptTokens(), response.metadata().tokenUsage().inputTokenCount());
        assertNotEquals(
                demo.model
                        .chat(dev.steering.apply.ChatRequest.builder(OpenDemo.QUESTION)
                                .build())
                        .usage()
                        .promptTokens(),
                own.usage().promptTokens());
    }

    static void earlierMessagesMatter(OpenDemo demo, Function<ChatRequest, ChatResponse> chat) {
        List<ChatMessage> messages = List.of(
                UserMessage.from("What is a thread?"),
                AiMessage.from("It is part of a process."),
                UserMessage.from(OpenDemo.QUESTION));
        ChatResponse response =
                chat.apply(ChatRequest.builder().messages(messages).build());

        dev.steering.apply.ChatResponse own = demo.model.chat(dev.steering.apply.ChatRequest.builder(List.of(
                        Message.user("What is a thread?"),
                        Message.assistant("It is part of a process."),
                        Message.user(OpenDemo.QUESTION)))
                .build());
        assertEquals(own.text(), response.aiMessage().text());
        assertEquals(
                own.usage().promptTokens(), response.metadata().tokenUsage().inputTokenCount());
    }

    static void stops(OpenDemo demo, Function<ChatRequestParameters, ChatResponse> chat) {
        String whole = answer(demo, OpenDemo.QUESTION);
        String word = whole.split(" ", -1)[2];
        ChatResponse response =
                chat.apply(ChatRequestParameters.builder().stopSequences(word).build());

        String text = response.aiMessage().text();
        assertFalse(text.isBlank());
        assertFalse(text.contains(word), text);
        assertTrue(whole.startsWith(text), text);
        assertEquals(FinishReason.STOP, response.metadata().finishReason());
        assertEquals(word, ((SteeredChatResponseMetadata) response.metadata()).stopMatched());
    }
}
