package dev.steering.springai;

import dev.steering.apply.ChatRequest;
import dev.steering.apply.FinishReason;
import dev.steering.apply.Prepared;
import dev.steering.apply.Usage;
import dev.steering.apply.named.SteeringCatalog;
import java.util.List;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.metadata.ChatGenerationMetadata;
import org.springframework.ai.chat.metadata.ChatResponseMetadata;
import org.springframework.ai.chat.metadata.DefaultUsage;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;

/**
 * One answer of the library as Spring AI's responses.
 *
 * @param catalog the model
 * @param request what was asked
 * @param id of the answer
 */
record ChatAnswer(SteeringCatalog catalog, ChatRequest request, String id) {
    ChatResponse piece(String text) {
        return new ChatResponse(List.of(new Generation(new AssistantMessage(text))), about().build());
    }

    ChatResponse whole(dev.steering.apply.ChatResponse answer) {
        return response(answer, answer.text());
    }

    ChatResponse end(dev.steering.apply.ChatResponse answer) {
        return response(answer, "");
    }

    private ChatResponse response(dev.steering.apply.ChatResponse answer, String text) {
        Usage usage = answer.usage();
        ChatResponseMetadata.Builder about = about().usage(
                        new DefaultUsage(usage.promptTokens(), usage.completionTokens(), usage.totalTokens(), usage))
                .keyValue(SteeringMetadata.DECISIONS, answer.decisions())
                .keyValue(SteeringMetadata.EXTRA_POSITIONS, usage.extraPositions());
        Prepared steering = request.steering();
        if (steering != null) {
            about.keyValue(SteeringMetadata.WORDS, steering.words())
                    .keyValue(SteeringMetadata.SETTINGS, steering.json());
        }
        ChatGenerationMetadata.Builder end = ChatGenerationMetadata.builder()
                .finishReason(reason(answer.finish()))
                .metadata(SteeringMetadata.FINISH, answer.finish());
        if (answer.stopMatched() != null) {
            end.metadata(SteeringMetadata.STOP_MATCHED, answer.stopMatched());
        }
        return new ChatResponse(List.of(new Generation(new AssistantMessage(text), end.build())), about.build());
    }

    private ChatResponseMetadata.Builder about() {
        return ChatResponseMetadata.builder()
                .id(id)
                .model(catalog.model().manifest().name());
    }

    /** As Spring AI's other models have it where they have it. */
    private static String reason(FinishReason finish) {
        return switch (finish) {
            case END, STOP -> "STOP";
            case LENGTH, CONTEXT -> "LENGTH";
            case CANCELLED -> "CANCELLED";
            case DEADLINE -> "DEADLINE";
        };
    }
}
