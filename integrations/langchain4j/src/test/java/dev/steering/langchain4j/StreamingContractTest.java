package dev.steering.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;

import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.common.AbstractStreamingChatModelIT;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.ChatResponseMetadata;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * LangChain4j's own tests of streaming chat models. Four of them ask what only a model of some learning knows (the capital of Germany, a word in
 * German, to say Hello World); these are asked here for what the demo model says.
 */
class StreamingContractTest extends AbstractStreamingChatModelIT {
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
    protected List<StreamingChatModel> models() {
        return List.of(SteeredStreamingChatModel.builder(demo.catalog).build());
    }

    @Override
    protected StreamingChatModel createModelWith(ChatRequestParameters parameters) {
        return SteeredStreamingChatModel.builder(demo.catalog)
                .defaultRequestParameters(parameters)
                .build();
    }

    /** The three tests that want it ask for the capital of Germany; {@link StreamingTest} has them for the demo model. */
    @Override
    public @Nullable StreamingChatModel createModelWith(ChatModelListener listener) {
        return null;
    }

    private ChatResponse answer(StreamingChatModel model, UserMessage question) {
        return chat(model, ChatRequest.builder().messages(question).build()).chatResponse();
    }

    @Override
    protected ChatRequestParameters createIntegrationSpecificParameters(int maxOutputTokens) {
        return SteeredChatRequestParameters.builder()
                .maxOutputTokens(maxOutputTokens)
                .build();
    }

    @Override
    protected Class<? extends ChatResponseMetadata> chatResponseMetadataType(StreamingChatModel model) {
        return SteeredChatResponseMetadata.class;
    }

    @Override
    @ParameterizedTest
    @MethodSource("models")
    protected void should_respect_user_message(StreamingChatModel model) {
        assertThat(answer(model, UserMessage.from(OpenDemo.QUESTION))
                        .aiMessage()
                        .text())
                .isEqualTo(Demonstrated.answer(demo, OpenDemo.QUESTION));
    }

    @Override
    @ParameterizedTest
    @MethodSource("models")
    protected void should_respect_system_message(StreamingChatModel model) {
        Demonstrated.systemMessageMatters(demo, request -> chat(model, request).chatResponse());
    }

    /** Is one of LangChain4j's in later versions than this module's. */
    @ParameterizedTest
    @MethodSource("models")
    protected void should_respect_multiple_messages(StreamingChatModel model) {
        Demonstrated.earlierMessagesMatter(demo, request -> chat(model, request).chatResponse());
    }

    @Override
    @ParameterizedTest
    @MethodSource("models")
    protected void should_respect_stopSequences_in_chat_request(StreamingChatModel model) {
        Demonstrated.stops(demo, request -> chat(
                        model,
                        ChatRequest.builder()
                                .messages(UserMessage.from(OpenDemo.QUESTION))
                                .parameters(request)
                                .build())
                .chatResponse());
    }

    @Override
    @Test
    protected void should_respect_stopSequences_in_default_model_parameters() {
        Demonstrated.stops(demo, request -> answer(createModelWith(request), UserMessage.from(OpenDemo.QUESTION)));
    }

    /** Is not to be fetched: an image of this project's. */
    @Override
    protected String catImageUrl() {
        return Demonstrated.imageUrl();
    }

    /** Its test listens for half a minute whether anything comes after the end: {@link StreamingContractSlowTest}. */
    @Override
    protected boolean supportsStreamingCancellation() {
        return false;
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
