package dev.steering.springai;

import dev.steering.apply.ChatRequest;
import dev.steering.apply.GenerationOptions;
import dev.steering.apply.Message;
import dev.steering.apply.named.SteeringCatalog;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.SystemMessage;
import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.retry.NonTransientAiException;

/** Spring AI's prompts as the library's requests. Thread-safe. */
final class PromptReading {
    private final SteeringCatalog catalog;
    private final SteeringChatOptions defaults;

    /**
     * @param catalog the model and its vectors
     * @param defaults what prompts that say nothing else have
     * @throws NonTransientAiException if they ask for what there is not
     */
    PromptReading(SteeringCatalog catalog, SteeringChatOptions defaults) {
        this.catalog = catalog;
        this.defaults = defaults.copy();
        refuse(this.defaults);
    }

    SteeringChatOptions defaults() {
        return defaults;
    }

    /**
     * @param prompt what is asked
     * @return the same with all options said
     */
    Prompt withDefaults(Prompt prompt) {
        SteeringChatOptions.Builder merged = defaults.mutate();
        if (prompt.getOptions() != null) {
            merged.overrideWith(prompt.getOptions());
        }
        if (merged.model == null) {
            merged.model(catalog.model().manifest().name());
        }
        return new Prompt(prompt.getInstructions(), merged.build());
    }

    /**
     * @param prompt with the defaults already in it
     * @return the same for the model
     * @throws NonTransientAiException if it asks for what there is not
     * @throws dev.steering.core.SteeringException if it is no request that can be answered
     */
    ChatRequest read(Prompt prompt) {
        if (!(prompt.getOptions() instanceof SteeringChatOptions options)) {
            throw new IllegalStateException("options without the defaults");
        }
        refuse(options);
        List<Message> messages = new ArrayList<>();
        prompt.getInstructions().forEach(message -> messages.add(read(message)));
        ChatRequest.Builder own = ChatRequest.builder(messages)
                .steering(options.getSteering() == null ? null : catalog.prepare(options.getSteering()))
                .options(generation(options))
                .deadline(options.getDeadline());
        options.getTemplateVariables().forEach(own::templateVariable);
        return own.build();
    }

    private static GenerationOptions generation(SteeringChatOptions options) {
        GenerationOptions.Builder own = GenerationOptions.builder()
                .temperature(or(options.getTemperature(), 0))
                .topP(or(options.getTopP(), 1))
                .minP(or(options.getMinP(), 0))
                .repetitionPenalty(or(options.getRepetitionPenalty(), 1))
                .topK(or(options.getTopK(), 0))
                .maxNewTokens(or(options.getMaxTokens(), GenerationOptions.DEFAULT_MAX_NEW_TOKENS));
        if (options.getSeed() != null) {
            own.seed(options.getSeed());
        }
        if (options.getStopSequences() != null) {
            own.stop(options.getStopSequences().toArray(String[]::new));
        }
        return own.build();
    }

    private static double or(@Nullable Double said, double otherwise) {
        return said == null ? otherwise : said;
    }

    private static int or(@Nullable Integer said, int otherwise) {
        return said == null ? otherwise : said;
    }

    private static Message read(org.springframework.ai.chat.messages.Message message) {
        String text = message.getText() == null ? "" : message.getText();
        if (message instanceof SystemMessage) {
            return Message.system(text);
        }
        if (message instanceof UserMessage user) {
            if (!user.getMedia().isEmpty()) {
                throw unsupported("media", "the model reads text only");
            }
            return Message.user(text);
        }
        if (message instanceof AssistantMessage assistant) {
            if (assistant.hasToolCalls()) {
                throw unsupported("tools", "the model calls none, and cannot read that it did");
            }
            if (!assistant.getMedia().isEmpty()) {
                throw unsupported("media", "the model reads text only");
            }
            return Message.assistant(text);
        }
        throw unsupported(
                "message type " + message.getMessageType().getValue(),
                "a conversation has system, user and assistant messages");
    }

    /** What would otherwise be left out in silence. */
    private void refuse(SteeringChatOptions options) {
        String name = catalog.model().manifest().name();
        if (options.getModel() != null && !options.getModel().equals(name)) {
            throw unsupported(
                    "model", "this is the model '" + name + "', and '" + options.getModel() + "' is asked for");
        }
        if (!options.getToolCallbacks().isEmpty() || !options.getToolNames().isEmpty()) {
            throw unsupported("tools", "the model calls none");
        }
        if (or(options.getFrequencyPenalty(), 0) != 0) {
            throw unsupported("frequencyPenalty", "there is a repetitionPenalty");
        }
        if (or(options.getPresencePenalty(), 0) != 0) {
            throw unsupported("presencePenalty", "there is a repetitionPenalty");
        }
    }

    private static NonTransientAiException unsupported(String what, String why) {
        return new NonTransientAiException(what + " is not supported: " + why + ".");
    }
}
