package dev.steering.apply.prompt;

import dev.steering.core.BadRequest;
import dev.steering.core.SteeringException;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.chat.Turn;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * A text that a method adds to every prompt, such as one that emphasises safety, and where in the model's format it goes. Immutable.
 *
 * @param text what it says
 * @param placement where it goes
 */
public record AddedPrompt(String text, Placement placement) {
    /**
     * The safety prompt of Self-CD's public code, which is the beginning of Llama 2's default system prompt. The code writes it
     * into the user's turn, not into the template's system block.
     */
    public static final String PUBLISHED_SAFETY = "You are a helpful, respectful and honest assistant. Always answer as"
            + " helpfully as possible, while being safe. Your answers should not include any harmful, unethical, racist,"
            + " sexist, toxic, dangerous, or illegal content.";

    /** The system prompt of the <em>prompt</em> baseline in Self-CD's public code. */
    public static final String PUBLISHED_HELPFULNESS =
            "You are an assistant that always prioritizes helpfulness. That is,"
                    + " you always give answers to any user queries.";

    /** Where it goes. */
    public enum Placement {
        /** The template's system turn where it takes one, otherwise in front of the user's text. */
        AUTO,
        /** The template's system turn; an error where the template takes none. */
        SYSTEM,
        /** In front of the user's first text, a blank between, as the public code of Self-CD does with its one text. */
        USER;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** @throws SteeringException if there is no text */
    public AddedPrompt {
        if (text.isBlank()) {
            throw new BadRequest("The system prompt of the method is empty: without a text there is no contrast.");
        }
    }

    /** @return Self-CD's safety prompt wherever the template takes it */
    public static AddedPrompt safety() {
        return new AddedPrompt(PUBLISHED_SAFETY, Placement.AUTO);
    }

    /** @return the prompt baseline's wherever the template takes it */
    public static AddedPrompt helpfulness() {
        return new AddedPrompt(PUBLISHED_HELPFULNESS, Placement.AUTO);
    }

    /**
     * @param model whose template decides what AUTO means
     * @return the same with SYSTEM or USER
     */
    public AddedPrompt placedFor(ChatModel model) {
        return placement != Placement.AUTO
                ? this
                : new AddedPrompt(text, takesSystem(model) ? Placement.SYSTEM : Placement.USER);
    }

    /** Whether the template takes a system prompt; if it refuses other prompts, too, those say why. */
    private boolean takesSystem(ChatModel model) {
        try {
            model.format().render("user", text);
            return true;
        } catch (SteeringException e) {
            return false;
        }
    }

    /** @return where it goes, for people */
    public String place() {
        return placement == Placement.USER ? "in front of the user's text" : "as system prompt";
    }

    /** @return what it is, for the settings of a run */
    public Map<String, Object> described() {
        return new TreeMap<>(Map.of("text", text, "placement", placement.toString()));
    }

    /**
     * The conversation with this text; a system prompt that it already has stays in front.
     *
     * @param model encodes
     * @param turns a conversation whose last turn is the user's
     * @return token ids up to where the answer begins
     * @throws SteeringException if the template does not take it, or it does not fit the context
     */
    public int[] encode(ChatModel model, List<Turn> turns) {
        if (placedFor(model).placement == Placement.USER) {
            return model.encode(Turn.withUserPrefix(turns, text + " "));
        }
        String before = Turn.system(turns);
        return model.encode(Turn.withSystem(turns, before == null ? text : before + " " + text));
    }
}
