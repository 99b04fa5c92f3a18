package dev.steering.langchain4j;

import dev.langchain4j.exception.NonRetriableException;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.common.AbstractChatModelListenerIT;
import dev.langchain4j.model.chat.common.AbstractStreamingChatModelListenerIT;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.steering.apply.named.SteeringCatalog;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/** LangChain4j's own tests of what listeners hear. */
class ListenerContractTest {
    @TempDir
    private static Path directory;

    private static OpenDemo demo;
    private static SteeringCatalog closed;

    @BeforeAll
    static void open() {
        demo = new OpenDemo(directory);
        OpenDemo other = new OpenDemo(directory);
        other.close();
        closed = other.catalog;
    }

    @AfterAll
    static void close() {
        demo.close();
    }

    private static ChatRequestParameters parameters(String model) {
        return ChatRequestParameters.builder()
                .modelName(model)
                .temperature(0.7)
                .topP(1.0)
                .maxOutputTokens(7)
                .build();
    }

    @Nested
    class Whole extends AbstractChatModelListenerIT {
        @Override
        protected ChatModel createModel(ChatModelListener listener) {
            return SteeredChatModel.builder(demo.catalog)
                    .defaultRequestParameters(parameters(modelName()))
                    .listeners(List.of(listener))
                    .build();
        }

        @Override
        protected String modelName() {
            return demo.model.manifest().name();
        }

        @Override
        protected ChatModel createFailingModel(ChatModelListener listener) {
            return SteeredChatModel.builder(closed).listeners(List.of(listener)).build();
        }

        @Override
        protected Class<? extends Exception> expectedExceptionClass() {
            return NonRetriableException.class;
        }

        @Override
        protected boolean supportsTools() {
            return false;
        }
    }

    @Nested
    class Streamed extends AbstractStreamingChatModelListenerIT {
        @Override
        protected StreamingChatModel createModel(ChatModelListener listener) {
            return SteeredStreamingChatModel.builder(demo.catalog)
                    .defaultRequestParameters(parameters(modelName()))
                    .listeners(List.of(listener))
                    .build();
        }

        @Override
        protected String modelName() {
            return demo.model.manifest().name();
        }

        @Override
        protected StreamingChatModel createFailingModel(ChatModelListener listener) {
            return SteeredStreamingChatModel.builder(closed)
                    .listeners(List.of(listener))
                    .build();
        }

        @Override
        protected Class<? extends Exception> expectedExceptionClass() {
            return NonRetriableException.class;
        }

        @Override
        protected boolean supportsTools() {
            return false;
        }
    }
}
