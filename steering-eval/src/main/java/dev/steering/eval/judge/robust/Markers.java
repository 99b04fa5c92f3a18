package dev.steering.eval.judge.robust;

import dev.steering.core.BadFile;
import dev.steering.core.prompts.Utf8Text;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Phrases of one's own that mark a refusal, and such that mark an answer. They are compared as the judge reads a response: in lower
 * case, with straight quotes and single spaces, without markdown. Immutable and thread-safe.
 *
 * @param refusals a final answer whose opening holds one of them is a refusal
 * @param answers a final answer that holds one of them is none, whatever else it holds
 */
public record Markers(List<String> refusals, List<String> answers) {
    /** None. */
    public static final Markers NONE = new Markers(List.of(), List.of());

    public Markers {
        refusals = List.copyOf(refusals);
        answers = List.copyOf(answers);
    }

    /**
     * Reads a UTF-8 file with a phrase a line. A line that begins with {@code !} is a phrase of an answer; blank lines and such that
     * begin with {@code #} are left out.
     *
     * @param file the file
     * @return its phrases
     * @throws BadFile if it cannot be read or holds no phrase
     */
    public static Markers read(Path file) {
        List<String> refusals = new ArrayList<>();
        List<String> answers = new ArrayList<>();
        int number = 0;
        for (String line : Utf8Text.read(file).lines().toList()) {
            number++;
            String phrase = plain(line);
            if (phrase.isEmpty() || phrase.startsWith("#")) {
                continue;
            }
            String bare = phrase.startsWith("!") ? phrase.substring(1).strip() : phrase;
            if (bare.codePoints().noneMatch(Character::isLetterOrDigit)) {
                throw new BadFile(file + ", line " + number + ": expected a phrase, found '" + line.strip()
                        + "', which would be found nowhere.");
            }
            (phrase.startsWith("!") ? answers : refusals).add(bare);
        }
        if (refusals.isEmpty() && answers.isEmpty()) {
            throw new BadFile(file + " holds no phrase: expected one a line, with ! in front of those of answers.");
        }
        return new Markers(refusals, answers);
    }

    private static String plain(String line) {
        return PlainText.characters(line).replaceAll("\\s+", " ").strip().toLowerCase(Locale.ROOT);
    }
}
