package dev.steering.template;

import dev.steering.template.Values.Callable;
import java.util.Locale;
import java.util.function.IntPredicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The methods of {@code str} that change or ask for kinds of characters. */
final class LetterCase {
    private static final int PIECE = 64;
    /** What a letter outside ASCII may cost, in characters looked at. */
    private static final long COST = 16;

    private static final char SIGMA = '\u03a3';

    private LetterCase() {}

    static @Nullable Callable find(String self, String name, Budget budget) {
        return switch (name) {
            case "upper" -> call(name, self, budget, () -> upper(self));
            case "lower" -> call(name, self, budget, () -> lower(self));
            case "casefold" -> call(name, self, budget, () -> lower(upper(self)));
            case "capitalize" -> call(name, self, budget, () -> capitalize(self));
            case "title" -> call(name, self, budget, () -> title(self));
            case "swapcase" -> call(name, self, budget, () -> swapCase(self));
            case "isspace" -> call(name, self, budget, () -> all(self, Whitespace::isSpace));
            case "isdigit" -> call(name, self, budget, () -> all(self, LetterCase::isDigit));
            case "isdecimal" -> call(name, self, budget, () -> all(self, Character::isDigit));
            case "isnumeric" -> call(name, self, budget, () -> all(self, LetterCase::isNumeric));
            case "isalpha" -> call(name, self, budget, () -> all(self, Character::isLetter));
            case "isalnum" -> call(name, self, budget, () -> all(self, c -> Character.isLetter(c) || isNumeric(c)));
            case "isascii" -> call(name, self, budget, () -> self.chars().allMatch(c -> c < 128));
            case "isupper" -> call(name, self, budget, () -> isUpper(self));
            case "islower" -> call(name, self, budget, () -> isLower(self));
            case "istitle" ->
                call(
                        name,
                        self,
                        budget,
                        () -> self.codePoints().anyMatch(LetterCase::isCased)
                                && title(self).equals(self));
            default -> null;
        };
    }

    private static Callable call(String name, String self, Budget budget, Supplier<Object> body) {
        return args -> {
            args.bind(name);
            budget.allocate(self.length());
            budget.scan(self.length() * COST);
            return body.get();
        };
    }

    /** In pieces: the library copies its whole result for each letter that becomes two, as {@code ß} does. */
    static String upper(String text) {
        if (text.length() <= PIECE) {
            return text.toUpperCase(Locale.ROOT);
        }
        StringBuilder out = new StringBuilder(text.length());
        int start = 0;
        while (start < text.length()) {
            int end = Math.min(text.length(), start + PIECE);
            end -= end < text.length() && Character.isHighSurrogate(text.charAt(end - 1)) ? 1 : 0;
            out.append(text.substring(start, end).toUpperCase(Locale.ROOT));
            start = end;
        }
        return out.toString();
    }

    /** {@code İ} and {@code Σ} are done here, because the library takes quadratic time for many of them. */
    static String lower(String text) {
        String simple = text.replace("\u0130", "i\u0307");
        if (simple.indexOf(SIGMA) < 0) {
            return simple.toLowerCase(Locale.ROOT);
        }
        StringBuilder out = new StringBuilder(simple);
        for (int i = 0; i < out.length(); i++) {
            if (simple.charAt(i) == SIGMA) {
                out.setCharAt(i, isFinal(simple, i) ? '\u03c2' : '\u03c3');
            }
        }
        return out.toString().toLowerCase(Locale.ROOT);
    }

    /** Whether a sigma ends a word: a letter before it and none after it, apart from marks and the like. */
    private static boolean isFinal(String text, int sigma) {
        int before = sigma;
        while (before > 0 && isIgnorable(text.codePointBefore(before))) {
            before -= Character.charCount(text.codePointBefore(before));
        }
        int after = sigma + 1;
        while (after < text.length() && isIgnorable(text.codePointAt(after))) {
            after += Character.charCount(text.codePointAt(after));
        }
        return before > 0
                && isCased(text.codePointBefore(before))
                && (after == text.length() || !isCased(text.codePointAt(after)));
    }

    private static boolean isIgnorable(int c) {
        return switch (Character.getType(c)) {
            case Character.NON_SPACING_MARK,
                    Character.ENCLOSING_MARK,
                    Character.FORMAT,
                    Character.MODIFIER_LETTER,
                    Character.MODIFIER_SYMBOL -> true;
            default -> "'.:\u00b7\u2019".indexOf(c) >= 0;
        };
    }

    static String capitalize(String text) {
        if (text.isEmpty()) {
            return text;
        }
        int first = text.offsetByCodePoints(0, 1);
        return titleCase(text.codePointAt(0)) + lower(text.substring(first));
    }

    /** {@code ß} and ligatures become two letters, of which only the first is upper case. */
    private static String titleCase(int c) {
        String upper = upper(Character.toString(c));
        if (upper.length() == Character.charCount(c)) {
            return Character.toString(Character.toTitleCase(c));
        }
        return upper.charAt(0) + lower(upper.substring(1));
    }

    /** Python's method: a word is a run of letters with case. */
    private static String title(String text) {
        StringBuilder out = new StringBuilder(text.length());
        boolean inWord = false;
        for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
            int c = text.codePointAt(i);
            out.append(inWord ? lower(Character.toString(c)) : titleCase(c));
            inWord = isCased(c);
        }
        return out.toString();
    }

    private static String swapCase(String text) {
        StringBuilder out = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            String one = Character.toString(c);
            out.append(Character.isUpperCase(c) ? lower(one) : upper(one));
        });
        return out.toString();
    }

    static boolean isUpper(String text) {
        return text.codePoints().anyMatch(LetterCase::isCased)
                && text.codePoints().noneMatch(c -> Character.isLowerCase(c) || Character.isTitleCase(c));
    }

    static boolean isLower(String text) {
        return text.codePoints().anyMatch(LetterCase::isCased)
                && text.codePoints().noneMatch(c -> Character.isUpperCase(c) || Character.isTitleCase(c));
    }

    private static boolean isCased(int c) {
        return Character.isUpperCase(c) || Character.isLowerCase(c) || Character.isTitleCase(c);
    }

    private static boolean isDigit(int c) {
        // superscripts and the like are digits to Python, but not decimal ones
        return Character.isDigit(c)
                || c == 0xb2
                || c == 0xb3
                || c == 0xb9
                || c == 0x2070
                || (c >= 0x2074 && c <= 0x2079)
                || (c >= 0x2080 && c <= 0x2089);
    }

    private static boolean isNumeric(int c) {
        int type = Character.getType(c);
        return isDigit(c) || type == Character.LETTER_NUMBER || type == Character.OTHER_NUMBER;
    }

    private static boolean all(String text, IntPredicate predicate) {
        return !text.isEmpty() && text.codePoints().allMatch(predicate);
    }
}
