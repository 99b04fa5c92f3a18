package dev.steering.eval.capability;

import java.math.BigDecimal;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** AnswerNumbers in answers. Stateless and thread-safe. */
final class AnswerNumbers {
    private static final String NUMBER = "-?\\d[\\d,]*(?:\\.\\d+)?";
    private static final Pattern ANY = Pattern.compile(NUMBER);
    private static final Pattern MARKED = Pattern.compile("####\\s*\\$?(" + NUMBER + ")");

    private AnswerNumbers() {}

    /** The number behind the last {@code ####}; null if there is none. */
    static @Nullable String behindMark(String text) {
        return last(MARKED.matcher(text), 1);
    }

    /** The number that an answer comes to: that behind {@code ####}, else the last; null if it has none. */
    static @Nullable String answer(String text) {
        String marked = behindMark(text);
        return marked != null ? marked : last(ANY.matcher(text), 0);
    }

    private static @Nullable String last(Matcher matcher, int group) {
        String found = null;
        while (matcher.find()) {
            found = matcher.group(group);
        }
        return found;
    }

    /** Whether both are the same number: 1,000 is 1000.0. */
    static boolean equal(String a, String b) {
        return value(a).compareTo(value(b)) == 0;
    }

    private static BigDecimal value(String number) {
        return new BigDecimal(number.replace(",", ""));
    }
}
