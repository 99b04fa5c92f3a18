package dev.steering.core.prompts;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.steering.core.BadRequest;
import dev.steering.core.PromptIdentity;
import dev.steering.core.Sha256;
import dev.steering.core.vector.ContrastSet;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Makes and identifies contrast sets. Stateless and thread-safe. */
public final class ContrastSets {
    private static final int SHOWN_CHARACTERS = 80;

    private ContrastSets() {}

    /**
     * Reads both classes from their files: prompts of published layouts and labelled files only where they are of the class.
     *
     * @param harmful prompts that should be refused
     * @param harmless prompts that should be answered
     * @return the contrast set
     * @throws dev.steering.core.SteeringException as {@link #read(DatasetSpec, DatasetSpec)}
     */
    public static ContrastSet read(Path harmful, Path harmless) {
        return read(DatasetSpec.parse(harmful.toString()), DatasetSpec.parse(harmless.toString()));
    }

    /**
     * Reads both classes.
     *
     * @param harmful where the prompts are that should be refused
     * @param harmless where those are that should be answered
     * @return the contrast set
     * @throws dev.steering.core.SteeringException as {@link Dataset#readSide} and {@link #ofPrompts}
     */
    public static ContrastSet read(DatasetSpec harmful, DatasetSpec harmless) {
        return ofPrompts(
                Dataset.readSide(harmful, Expectation.REFUSE).prompts(),
                Dataset.readSide(harmless, Expectation.COMPLY).prompts());
    }

    /**
     * @param harmful prompts that should be refused
     * @param harmless prompts that should be answered
     * @return the contrast set
     * @throws BadRequest as {@link #of(List, List)}, or if there are conversations
     */
    public static ContrastSet ofPrompts(List<Prompt> harmful, List<Prompt> harmless) {
        return of(questions(harmful), questions(harmless));
    }

    private static List<String> questions(List<Prompt> prompts) {
        for (Prompt prompt : prompts) {
            if (prompt.isConversation()) {
                throw new BadRequest(prompt.place() + ": expected a single question, found a conversation of "
                        + prompt.conversation().size()
                        + " messages. A contrast set holds single questions: give a file of them.");
            }
        }
        return prompts.stream().map(Prompt::text).toList();
    }

    /**
     * @param harmful prompts that should be refused, at least one
     * @param harmless prompts that should be answered, at least one
     * @return the contrast set
     * @throws BadRequest if a class is empty, a prompt blank, or a prompt in both classes ({@link PromptIdentity}):
     *     its label would be a guess, and it would cancel out of the difference
     */
    public static ContrastSet of(List<String> harmful, List<String> harmless) {
        if (harmful.isEmpty() || harmless.isEmpty()) {
            throw new BadRequest("a contrast set needs prompts of both classes, found " + harmful.size()
                    + " harmful and " + harmless.size() + " harmless.");
        }
        requireFilled("harmful", harmful);
        requireFilled("harmless", harmless);
        Set<String> same = new HashSet<>();
        harmful.forEach(prompt -> same.add(PromptIdentity.of(prompt)));
        List<String> both = harmless.stream()
                .filter(prompt -> same.contains(PromptIdentity.of(prompt)))
                .distinct()
                .toList();
        if (!both.isEmpty()) {
            throw new BadRequest("a prompt must be harmful or harmless, but " + both.size()
                    + (both.size() == 1 ? " is" : " are") + " in both classes: " + shown(both)
                    + " Remove each from one of them.");
        }
        return new ContrastSet(harmful, harmless);
    }

    /**
     * A stable identity: SHA-256 over, for the harmful and then the harmless list, one byte ({@code +} or {@code -}), the
     * number of prompts, and for each prompt the length of its UTF-8 bytes and those bytes; numbers are 8 bytes, big-endian.
     * The order of the prompts matters.
     *
     * @param set a contrast set
     * @return 64 lower-case hexadecimal digits
     */
    public static String hash(ContrastSet set) {
        MessageDigest digest = Sha256.digest();
        update(digest, '+', set.harmful());
        update(digest, '-', set.harmless());
        return Sha256.hex(digest);
    }

    private static void update(MessageDigest digest, char tag, List<String> prompts) {
        digest.update((byte) tag);
        digest.update(ByteBuffer.allocate(Long.BYTES).putLong(prompts.size()).flip());
        for (String prompt : prompts) {
            byte[] bytes = prompt.getBytes(UTF_8);
            digest.update(ByteBuffer.allocate(Long.BYTES).putLong(bytes.length).flip());
            digest.update(bytes);
        }
    }

    private static void requireFilled(String name, List<String> prompts) {
        for (int i = 0; i < prompts.size(); i++) {
            if (prompts.get(i).isBlank()) {
                throw new BadRequest("the " + name + " prompt number " + (i + 1) + " is blank.");
            }
        }
    }

    /** The first few prompts in quotes, cut to a readable length. */
    private static String shown(List<String> prompts) {
        StringBuilder shown = new StringBuilder();
        int few = Math.min(3, prompts.size());
        for (String prompt : prompts.subList(0, few)) {
            String text = prompt.strip();
            boolean cut = text.codePointCount(0, text.length()) > SHOWN_CHARACTERS;
            String head = cut ? text.substring(0, text.offsetByCodePoints(0, SHOWN_CHARACTERS)) + "..." : text;
            shown.append(shown.isEmpty() ? "" : ", ").append('"').append(head).append('"');
        }
        return shown + (few < prompts.size() ? " and " + (prompts.size() - few) + " more." : ".");
    }
}
