package dev.steering.eval.judge;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Tells texts that repeat themselves, as language models do whose state was moved too far.
 *
 * <p>A text is repetitive if one of these holds; runs of white space count as one space:
 *
 * <ul>
 *   <li><em>A loop at its end</em>: the text ends in a passage of at most {@value #LONGEST_PERIOD} characters that is repeated at
 *       least {@value #REPEATS} times in direct succession (the last time in part or in full), and these repetitions are at least
 *       half of the text and {@value #LOOP_CHARACTERS} characters; or they are all of the text and at least {@value #SHORT_REPEATS}
 *       times. Holtzman et al. (arXiv 1904.09751, section 5.4) ask for three repetitions of a phrase at the end; that the loop has to
 *       be half of the text keeps refrains and the last lines of a table out. A passage without a letter, such as the zeros of a
 *       matrix, has to be all of the text.
 *   <li><em>Few distinct phrases</em>: of its phrases of {@value #WORDS} words in succession, at least {@value #PHRASES}, less than
 *       one in {@value #DISTINCT} is new. That share is {@code 1 - seq-rep-4} of Welleck et al. (arXiv 1908.04319, section 6); the
 *       bound is ours. Words are runs of letters and digits, and every character of a script without spaces; phrases of numbers alone
 *       do not count.
 * </ul>
 *
 * <p>Lists, tables, poems with a refrain and code repeat some of their phrases, but most are new. Not told apart are texts that were
 * asked to repeat. Stateless and thread-safe.
 */
public final class Repetition {
    private static final int LONGEST_PERIOD = 400;
    private static final int REPEATS = 4;
    private static final int LOOP_CHARACTERS = 24;
    private static final int SHORT_REPEATS = 8;
    private static final int WORDS = 4;
    private static final int PHRASES = 40;
    private static final int DISTINCT = 4;

    private Repetition() {}

    /**
     * @param text an answer
     * @return whether it repeats itself
     */
    public static boolean isRepetitive(String text) {
        int[] characters = text.strip().replaceAll("\\s+", " ").codePoints().toArray();
        return endsInLoop(characters) || hasFewPhrases(characters);
    }

    private static boolean endsInLoop(int[] text) {
        int longest = Math.min(LONGEST_PERIOD, text.length / REPEATS);
        for (int period = 1; period <= longest; period++) {
            int loop = period;
            while (loop < text.length && text[text.length - 1 - loop] == text[text.length - 1 - loop + period]) {
                loop++;
            }
            boolean often = loop >= REPEATS * period && 2 * loop >= text.length;
            boolean all = loop == text.length;
            if (often
                    && (loop >= LOOP_CHARACTERS || (all && loop >= SHORT_REPEATS * period))
                    && (all || hasLetter(text, text.length - period))) {
                return true;
            }
        }
        return false;
    }

    private static boolean hasLetter(int[] text, int from) {
        return Arrays.stream(text, from, text.length).anyMatch(Character::isLetter);
    }

    private static boolean hasFewPhrases(int[] text) {
        List<String> words = words(text);
        Set<List<String>> distinct = new HashSet<>();
        int phrases = 0;
        for (int i = 0; i + WORDS <= words.size(); i++) {
            List<String> phrase = words.subList(i, i + WORDS);
            if (phrase.stream().anyMatch(word -> word.codePoints().anyMatch(Character::isLetter))) {
                distinct.add(phrase);
                phrases++;
            }
        }
        return phrases >= PHRASES && DISTINCT * distinct.size() < phrases;
    }

    private static List<String> words(int[] text) {
        List<String> words = new ArrayList<>();
        int start = 0;
        for (int i = 0; i <= text.length; i++) {
            if (i < text.length && isPartOfWord(text[i])) {
                continue;
            }
            if (i > start) {
                words.add(new String(text, start, i - start));
            }
            if (i < text.length && isWithoutSpaces(text[i])) {
                words.add(new String(text, i, 1));
            }
            start = i + 1;
        }
        return words;
    }

    private static boolean isPartOfWord(int c) {
        return (Character.isLetterOrDigit(c) || Character.getType(c) == Character.NON_SPACING_MARK)
                && !isWithoutSpaces(c);
    }

    private static boolean isWithoutSpaces(int c) {
        return switch (Character.UnicodeScript.of(c)) {
            case HAN, HIRAGANA, KATAKANA, THAI, LAO, KHMER, MYANMAR -> true;
            default -> false;
        };
    }
}
