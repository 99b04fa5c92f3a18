package dev.steering.apply.instructive;

import dev.steering.apply.Decision;
import dev.steering.apply.Method;
import dev.steering.apply.Query;
import dev.steering.apply.acd.Acd;
import dev.steering.apply.acd.AcdSettings;
import dev.steering.apply.json.Description;
import dev.steering.core.ContextExceeded;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.chat.SystemSlot;
import dev.steering.model.chat.Turn;
import dev.steering.model.decode.Draft;
import dev.steering.model.decode.Draft.Context;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Instructive decoding (Kim et al. 2024, arXiv 2311.00233), the baselines of ACD's ablation (arXiv 2406.16743, section 4): the
 * model's logits (z) are contrasted with those under a noisy prompt (z_noisy) that nobody tuned,
 *
 * <pre>z - a z_noisy</pre>
 *
 * <p>The <em>null</em> prompt leaves the conversation out but for its system prompt; the <em>opposite</em> prompt is a system prompt that asks for the
 * opposite of safety, in the place where {@link Acd} has its tuned one. Immutable and thread-safe.
 */
public final class InstructiveDecoding implements Method {
    /** What the user says in the null prompt: nothing that could be answered, but templates want a user's turn. */
    private static final String NOTHING = " ";

    /** The context that is taken off. */
    @FunctionalInterface
    private interface Noise {
        int[] encode(List<Turn> turns);
    }

    private final String name;
    private final String words;
    private final AcdSettings settings;
    private final @Nullable String oppositeText;
    private final Noise noise;

    private InstructiveDecoding(
            String name, String words, AcdSettings settings, @Nullable String oppositeText, Noise noise) {
        this.name = name;
        this.words = words;
        this.settings = settings;
        this.oppositeText = oppositeText;
        this.noise = noise;
    }

    /**
     * @param model the model
     * @param settings strength and constraint
     * @return contrasts with a prompt without the user's words, under the same system prompt
     */
    public static InstructiveDecoding nullPrompt(ChatModel model, AcdSettings settings) {
        String words = "instructive decoding: logits z - a z_null with a = " + settings.alpha()
                + ", z_null without the user's words";
        return new InstructiveDecoding(
                NullPromptDefinition.NAME, words, settings, null, turns -> model.encode(NOTHING, Turn.system(turns)));
    }

    /**
     * @param model the model
     * @param settings strength and constraint
     * @param text the opposite system prompt
     * @return contrasts with that prompt, the caller's own behind it
     * @throws dev.steering.core.SteeringException if the text has no tokens of its own in the model's template
     */
    public static InstructiveDecoding opposite(ChatModel model, AcdSettings settings, String text) {
        SystemSlot slot = SystemSlot.of(model);
        int[] tokens = slot.tokens(text);
        String words = "instructive decoding: logits z - a z_opposite with a = " + settings.alpha()
                + ", z_opposite under the system prompt \"" + text + "\"";
        return new InstructiveDecoding(
                OppositePromptDefinition.NAME,
                words,
                settings,
                text,
                turns -> requireFits(model, slot.around(turns).with(tokens)));
    }

    /** The model's own context is checked where the conversation is encoded; this one is longer. */
    private static int[] requireFits(ChatModel model, int[] tokens) {
        int context = model.manifest().context();
        if (tokens.length > context) {
            throw new ContextExceeded(
                    "A prompt with its opposite prompt is " + tokens.length + " tokens long, the context of "
                            + model.manifest().name() + " is " + context + ". Shorten it.",
                    tokens.length,
                    context);
        }
        return tokens;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String words() {
        return words + settings.constraint();
    }

    @Override
    public String json() {
        Description description =
                Description.of(name).put("alpha", settings.alpha()).put("plausibility", settings.plausibility());
        return (oppositeText == null ? description : description.put("opposite_text", oppositeText)).toJson();
    }

    @Override
    public int contexts() {
        return 2;
    }

    @Override
    public Draft draft(int index, Query query, Consumer<List<Decision>> decided) {
        Context noisy = new Context(noise.encode(query.turns(name)), null);
        return Draft.contrasting(index, new Context(query.tokens(), null), noisy, settings.contrast());
    }
}
