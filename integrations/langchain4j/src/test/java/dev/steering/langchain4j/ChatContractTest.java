package dev.steering.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;

import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.common.AbstractChatModelIT;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.response.ChatResponseMetadata;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * LangChain4j's own tests of chat models. Four of them ask what only a model of some learning knows (the capital of Germany, a word in
 * German, to say Hello World); these are asked here for what the demo model says.
 */
class ChatContractTest extends AbstractChatModelIT {
    private OpenDemo demo;

    @BeforeAll
    void open(@TempDir Path directory) {
        demo = new OpenDemo(directory);
    }

    @AfterAll
    void close() {
        demo.close();
    }

    @Override
    protected List<ChatModel> models() {
        return List.of(SteeredChatModel.builder(demo.catalog).build());
    }

    @Override
    protected ChatModel createModelWith(ChatRequestParameters parameters) {
        return SteeredChatModel.builder(demo.catalog)
                .defaultRequestParameters(parameters)
                .build();
    }

    @Override
    protected ChatRequestParameters createIntegrationSpecificParameters(int maxOutputTokens) {
        return SteeredChatRequestParameters.builder()
                .maxOutputTokens(maxOutputTokens)
                .build();
    }

    @Override
    protected Class<? extends ChatResponseMetadata> chatResponseMetadataType(ChatModel model) {
        return SteeredChatResponseMetadata.class;
    }

    @Override
    @ParameterizedTest
    @MethodSource("models")
    protected void should_respect_user_message(ChatModel model) {
        assertThat(model.chat(OpenDemo.QUESTION)).isEqualTo(Demonstrated.answer(demo, OpenDemo.QUESTION));
    }

    @Override
    @ParameterizedTest
    @MethodSource("models")
    protected void should_respect_system_message(ChatModel model) {
        Demonstrated.systemMessageMatters(demo, request -> model.chat(request));
    }

    /** Is one of LangChain4j's in later versions than this module's. */
    @ParameterizedTest
    @MethodSource("models")
    protected void should_respect_multiple_messages(ChatModel model) {
        Demonstrated.earlierMessagesMatter(demo, request -> model.chat(request));
    }

    @Override
    @ParameterizedTest
    @MethodSource("models")
    protected void should_respect_stopSequences_in_chat_request(ChatModel model) {
        Demonstrated.stops(
                demo,
                request -> model.chat(ChatRequest.builder()
                        .messages(UserMessage.from(OpenDemo.QUESTION))
                        .parameters(request)
                        .build()));
    }

    @Override
    @Test
    protected void should_respect_stopSequences_in_default_model_parameters() {
        Demonstrated.stops(demo, request -> createModelWith(request).chat(UserMessage.from(OpenDemo.QUESTION)));
    }

    /** Is not to be fetched: an image of this project's. */
    @Override
    protected String catImageUrl() {
        return Demonstrated.imageUrl();
    }

    @Override
    protected boolean supportsModelNameParameter() {
        return false;
    }

    @Override
    protected boolean supportsTools() {
        return false;
    }

    @Override
    protected boolean supportsToolChoiceRequired() {
        return false;
    }

    @Override
    protected boolean supportsJsonResponseFormat() {
        return false;
    }

    @Override
    protected boolean supportsJsonResponseFormatWithSchema() {
        return false;
    }

    @Override
    protected boolean supportsJsonResponseFormatWithRawSchema() {
        return false;
    }

    @Override
    protected boolean supportsToolsAndJsonResponseFormatWithSchema() {
        return false;
    }

    @Override
    protected boolean supportsSingleImageInputAsBase64EncodedString() {
        return false;
    }

    @Override
    protected boolean supportsMultipleImageInputsAsBase64EncodedStrings() {
        return false;
    }

    @Override
    protected boolean supportsSingleImageInputAsPublicURL() {
        return false;
    }

    @Override
    protected boolean supportsMultipleImageInputsAsPublicURLs() {
        return false;
    }
}
