package dev.steering.model.chat;

import dev.steering.core.BadRequest;
import dev.steering.core.prompts.Said;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One message of a conversation, as chat templates see it.
 *
 * @param role {@value #SYSTEM}, {@value #USER} or {@value #ASSISTANT}
 * @param content what is said
 */
public record Turn(String role, String content) {
    /** Role of the system prompt, which comes first if at all. */
    public static final String SYSTEM = "system";

    /** Role of who asks. */
    public static final String USER = "user";

    /** Role of the model. */
    public static final String ASSISTANT = "assistant";

    /**
     * @param prompt what the user says
     * @param system the system prompt; null for none
     * @return a conversation of one question
     */
    public static List<Turn> of(String prompt, @Nullable String system) {
        Turn user = new Turn(USER, prompt);
        return system == null ? List.of(user) : List.of(new Turn(SYSTEM, system), user);
    }

    /**
     * @param said a conversation of a file
     * @return it as turns
     */
    public static List<Turn> of(List<Said> said) {
        return said.stream()
                .map(message -> new Turn(message.role(), message.content()))
                .toList();
    }

    /**
     * @param turns a conversation
     * @return its system prompt; null for none
     */
    public static @Nullable String system(List<Turn> turns) {
        return isSystem(turns) ? turns.get(0).content() : null;
    }

    /**
     * @param turns a conversation
     * @return it without its system prompt
     */
    public static List<Turn> spoken(List<Turn> turns) {
        return isSystem(turns) ? turns.subList(1, turns.size()) : turns;
    }

    /**
     * @param turns a conversation
     * @param system the system prompt; null for none
     * @return the conversation with that one instead of its own
     */
    public static List<Turn> withSystem(List<Turn> turns, @Nullable String system) {
        List<Turn> changed = new ArrayList<>();
        if (system != null) {
            changed.add(new Turn(SYSTEM, system));
        }
        changed.addAll(spoken(turns));
        return changed;
    }

    /**
     * Templates without a system turn put the system prompt in front of the user's first words; so does whoever has to do without.
     *
     * @param turns a conversation
     * @param words what is to stand in front of the user's first words
     * @return the conversation with it
     */
    public static List<Turn> withUserPrefix(List<Turn> turns, String words) {
        List<Turn> changed = new ArrayList<>(turns);
        for (int i = 0; i < changed.size(); i++) {
            if (changed.get(i).role().equals(USER)) {
                changed.set(i, new Turn(USER, words + changed.get(i).content()));
                return changed;
            }
        }
        throw new BadRequest("The conversation has no message of the user.");
    }

    /**
     * @param turns a conversation
     * @throws BadRequest unless it is an optional system prompt and then any number of turns, of which the last is the user's
     */
    public static void requireQuestion(List<Turn> turns) {
        List<Turn> spoken = spoken(turns);
        if (spoken.isEmpty()) {
            throw new BadRequest("The conversation has no message of the user, so there is nothing to answer.");
        }
        for (int i = 0; i < spoken.size(); i++) {
            String role = spoken.get(i).role();
            if (!role.equals(USER) && !role.equals(ASSISTANT)) {
                throw new BadRequest("Message " + (turns.size() - spoken.size() + i + 1) + " has the role '" + role
                        + "', expected " + USER + " or " + ASSISTANT + "; a system message comes first or not at all.");
            }
        }
        if (!spoken.get(spoken.size() - 1).role().equals(USER)) {
            throw new BadRequest("The last message is the " + ASSISTANT + "'s: there is nothing to answer. End with a"
                    + " message of the " + USER + ".");
        }
    }

    private static boolean isSystem(List<Turn> turns) {
        return !turns.isEmpty() && turns.get(0).role().equals(SYSTEM);
    }

    Map<String, String> toTemplate() {
        return Map.of("role", role, "content", content);
    }
}
