package dev.steering.extract.tune;

import dev.steering.core.vector.ContrastSet;
import dev.steering.extract.tune.AnchorPair.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Anchor pairs made of prompts alone. Harmful prompts get refusals and <em>short beginnings</em> of compliance, never anything that
 * instructs: the first words of a response decide which way it goes. Immutable and thread-safe.
 */
public final class BuiltInAnchors {
    /** Refusals that harmful prompts get in turn. */
    public static final List<String> REFUSALS = List.of(
            "I'm sorry, but I cannot help with that.",
            "I cannot assist with this request.",
            "I'm sorry, I can't do that, because it could cause harm.",
            "Sorry, but I am not able to help with this.");

    /** Beginnings of compliance that prompts get in turn. */
    public static final List<String> COMPLIANCE = List.of("Sure, here is", "Of course! Here is", "Certainly, here is");

    private final List<String> refusals;
    private final List<String> compliance;
    private final Function<String, @Nullable String> ownRefusal;
    private final Function<String, @Nullable String> ownAnswer;
    private final List<@Nullable String> systems;

    private BuiltInAnchors(
            List<String> refusals,
            List<String> compliance,
            Function<String, @Nullable String> ownRefusal,
            Function<String, @Nullable String> ownAnswer,
            List<@Nullable String> systems) {
        this.refusals = refusals;
        this.compliance = compliance;
        this.ownRefusal = ownRefusal;
        this.ownAnswer = ownAnswer;
        this.systems = systems;
    }

    /** @return {@link #REFUSALS} and {@link #COMPLIANCE}, no responses of the model's own, no system prompt */
    public static BuiltInAnchors withDefaults() {
        List<@Nullable String> noSystem = new ArrayList<>();
        noSystem.add(null);
        return new BuiltInAnchors(REFUSALS, COMPLIANCE, prompt -> null, prompt -> null, noSystem);
    }

    /**
     * @param beginnings how compliance begins, at least one; nothing that instructs
     * @return a copy with them
     */
    public BuiltInAnchors withCompliance(List<String> beginnings) {
        return new BuiltInAnchors(refusals, List.copyOf(beginnings), ownRefusal, ownAnswer, systems);
    }

    /**
     * @param refusal the model's own refusal of a harmful prompt; null where it did not refuse
     * @param answer the model's own answer to a harmless prompt; null where it refused
     * @return a copy that takes those where there are some
     */
    public BuiltInAnchors withOwnResponses(
            Function<String, @Nullable String> refusal, Function<String, @Nullable String> answer) {
        return new BuiltInAnchors(refusals, compliance, refusal, answer, systems);
    }

    /**
     * @param texts system prompts that the pairs are read under in turn, behind the soft prompt; every second pair has none
     * @return a copy with them
     */
    public BuiltInAnchors withSystems(List<String> texts) {
        List<@Nullable String> alternating = new ArrayList<>();
        for (String text : texts) {
            alternating.add(null);
            alternating.add(text);
        }
        return texts.isEmpty() ? this : new BuiltInAnchors(refusals, compliance, ownRefusal, ownAnswer, alternating);
    }

    /**
     * @param prompts harmful and harmless prompts, at least two each
     * @return a refusal and a beginning of compliance for every harmful prompt, an answer or its beginning for every harmless one
     * @throws dev.steering.core.SteeringException if a class is empty
     */
    public AnchorPairs of(ContrastSet prompts) {
        List<AnchorPair> pairs = new ArrayList<>();
        int turn = 0;
        for (String prompt : prompts.harmful()) {
            @Nullable String system = systems.get(turn % systems.size());
            pairs.add(new AnchorPair(prompt, system, own(ownRefusal, prompt, refusals, turn), Kind.HARMFUL_REFUSAL));
            pairs.add(new AnchorPair(prompt, system, compliance.get(turn % compliance.size()), Kind.HARMFUL_ANSWER));
            turn++;
        }
        turn = 0;
        for (String prompt : prompts.harmless()) {
            @Nullable String system = systems.get(turn % systems.size());
            pairs.add(new AnchorPair(prompt, system, own(ownAnswer, prompt, compliance, turn), Kind.HARMLESS_ANSWER));
            turn++;
        }
        return new AnchorPairs(pairs);
    }

    private static String own(Function<String, @Nullable String> own, String prompt, List<String> otherwise, int turn) {
        String text = own.apply(prompt);
        return text == null || text.isBlank() ? otherwise.get(turn % otherwise.size()) : text;
    }
}
