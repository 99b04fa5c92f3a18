package dev.steering.model.chat;

import dev.steering.core.BadRequest;
import dev.steering.core.ContextExceeded;
import dev.steering.core.SteeringException;
import dev.steering.core.bundle.Bundle;
import dev.steering.core.bundle.BundleManifest;
import dev.steering.model.ort.LanguageModel;
import dev.steering.model.pass.RuntimeOptions;
import dev.steering.model.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An open model with its tokenizer and prompt format: what extraction and steering work on. Thread-safe; close it when
 * nothing runs on it.
 */
public final class ChatModel implements AutoCloseable {
    private final LanguageModel model;
    private final Tokenizer tokenizer;
    private final PromptFormat format;
    private final Map<String, List<Turn>> conversations;

    private ChatModel(
            LanguageModel model, Tokenizer tokenizer, PromptFormat format, Map<String, List<Turn>> conversations) {
        this.model = model;
        this.tokenizer = tokenizer;
        this.format = format;
        this.conversations = Map.copyOf(conversations);
    }

    /**
     * @param bundle directory of a model bundle
     * @return the model with its own chat template, on the best device with all cores
     * @throws SteeringException if it is not a bundle, lacks a tokenizer or cannot be loaded
     */
    public static ChatModel open(Path bundle) {
        return open(Bundle.open(bundle), RuntimeOptions.defaults());
    }

    /**
     * @param bundle a model bundle
     * @param options threads and device
     * @return the model with its own chat template
     * @throws SteeringException if it lacks a tokenizer or cannot be loaded
     */
    public static ChatModel open(Bundle bundle, RuntimeOptions options) {
        return open(bundle, options, PromptFormat.of(bundle));
    }

    /**
     * @param bundle a model bundle
     * @param options threads and device
     * @param format how prompts are written
     * @return the model with that format
     * @throws SteeringException if it lacks a tokenizer or cannot be loaded
     */
    public static ChatModel open(Bundle bundle, RuntimeOptions options, PromptFormat format) {
        Tokenizer tokenizer = Tokenizer.open(bundle.directory().resolve("tokenizer.json"));
        try {
            return new ChatModel(LanguageModel.open(bundle, options), tokenizer, format, Map.of());
        } catch (RuntimeException e) {
            tokenizer.close();
            throw e;
        }
    }

    /**
     * @param model an open model
     * @param tokenizer its tokenizer
     * @param format how prompts are written
     * @return all of them together; closing it closes model and tokenizer
     */
    public static ChatModel of(LanguageModel model, Tokenizer tokenizer, PromptFormat format) {
        return new ChatModel(model, tokenizer, format, Map.of());
    }

    /**
     * @param newFormat another prompt format
     * @return a view of the same model that uses it; close only one of them
     */
    public ChatModel withFormat(PromptFormat newFormat) {
        return new ChatModel(model, tokenizer, newFormat, conversations);
    }

    /**
     * Lets prompts stand for conversations, for what works on prompts, such as extraction.
     *
     * @param prompts conversations that end with the user's question, by the texts that stand for them, as {@link
     *     dev.steering.core.prompts.Prompt} has both
     * @return a view of the same model that encodes these texts as conversations; close only one of them
     */
    public ChatModel withConversations(Map<String, List<Turn>> prompts) {
        return new ChatModel(model, tokenizer, format, prompts);
    }

    /** @return the graph */
    public LanguageModel model() {
        return model;
    }

    /** @return what the bundle says about the model */
    public BundleManifest manifest() {
        return model.manifest();
    }

    /** @return the tokenizer */
    public Tokenizer tokenizer() {
        return tokenizer;
    }

    /** @return how prompts are written */
    public PromptFormat format() {
        return format;
    }

    /**
     * @param prompt what the user says
     * @return token ids up to where the answer begins
     * @throws SteeringException if they do not fit the model's context
     */
    public int[] encode(String prompt) {
        return encode(prompt, null);
    }

    /**
     * @param prompt what the user says
     * @param system the system prompt; null for none
     * @return token ids up to where the answer begins
     * @throws SteeringException if they do not fit the model's context, or the template knows no system prompt
     */
    public int[] encode(String prompt, @Nullable String system) {
        List<Turn> turns = conversations.get(prompt);
        if (turns == null) {
            return encode(Turn.of(prompt, system));
        }
        if (system != null && Turn.system(turns) != null) {
            throw new BadRequest(
                    "A conversation has a system message, and a system prompt is given for it: leave one out.");
        }
        return encode(system == null ? turns : Turn.withSystem(turns, system));
    }

    /**
     * @param turns a conversation whose last turn is the user's
     * @return token ids up to where the answer begins
     * @throws ContextExceeded if they do not fit the model's context
     * @throws SteeringException if the template refuses them
     */
    public int[] encode(List<Turn> turns) {
        int[] tokens = format.encode(tokenizer, turns);
        String last = turns.get(turns.size() - 1).content();
        if (tokens.length == 0) {
            throw new BadRequest("The prompt '" + head(last) + "' has no tokens.");
        }
        TextTokens.require(manifest(), tokens);
        int context = manifest().context();
        if (tokens.length > context) {
            String what = Turn.spoken(turns).size() > 1 ? "The conversation that ends in '" : "The prompt '";
            throw new ContextExceeded(
                    what + head(last) + "' is " + tokens.length + " tokens long with its template, the context of "
                            + manifest().name() + " is " + context + ". Shorten it.",
                    tokens.length,
                    context);
        }
        return tokens;
    }

    /**
     * @param system the system prompt; null for none
     * @return what the prompt format writes around a prompt, in tokens
     * @throws SteeringException if the template refuses, or leaves the prompt out
     */
    public TemplateFrame frame(@Nullable String system) {
        return TemplateFrame.of(format, tokenizer, system);
    }

    private static String head(String prompt) {
        return prompt.length() <= 60 ? prompt : prompt.substring(0, 57) + "...";
    }

    @Override
    public void close() {
        model.close();
        tokenizer.close();
    }
}
