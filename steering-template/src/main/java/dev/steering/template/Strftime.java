package dev.steering.template;

import java.time.DayOfWeek;
import java.time.ZonedDateTime;
import java.time.format.TextStyle;
import java.time.temporal.ChronoField;
import java.time.temporal.IsoFields;
import java.util.Locale;

/**
 * {@code datetime.now().strftime(format)} in the C locale. Python's value there has no zone, so {@code %Z} and {@code %z}
 * are empty. An unknown directive stays as it is.
 */
final class Strftime {
    private Strftime() {}

    static String format(String format, ZonedDateTime now, Budget budget) {
        budget.allocate(format.length() * 16L);
        return expand(format, now);
    }

    private static String expand(String format, ZonedDateTime now) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < format.length(); i++) {
            char c = format.charAt(i);
            if (c != '%' || i + 1 == format.length()) {
                out.append(c);
                continue;
            }
            char directive = format.charAt(++i);
            if (directive == '-' && i + 1 < format.length()) {
                // glibc: without leading zeros
                String padded = directive(format.charAt(++i), now);
                out.append(padded.replaceFirst("^[0 ]+(?=.)", ""));
            } else {
                out.append(directive(directive, now));
            }
        }
        return out.toString();
    }

    private static String directive(char directive, ZonedDateTime now) {
        return switch (directive) {
            case 'a', 'A', 'b', 'B', 'h', 'p' -> name(directive, now);
            case 'd' -> pad(now.getDayOfMonth(), 2);
            case 'e' -> String.format(Locale.ROOT, "%2d", now.getDayOfMonth());
            case 'm' -> pad(now.getMonthValue(), 2);
            case 'y' -> pad(now.getYear() % 100, 2);
            case 'Y' -> String.valueOf(now.getYear());
            case 'C' -> pad(now.getYear() / 100, 2);
            case 'H' -> pad(now.getHour(), 2);
            case 'I' -> pad(now.get(ChronoField.CLOCK_HOUR_OF_AMPM), 2);
            case 'M' -> pad(now.getMinute(), 2);
            case 'S' -> pad(now.getSecond(), 2);
            case 'f' -> pad(now.getNano() / 1000, 6);
            case 'j' -> pad(now.getDayOfYear(), 3);
            case 'w' -> String.valueOf(now.getDayOfWeek().getValue() % 7);
            case 'u' -> String.valueOf(now.getDayOfWeek().getValue());
            case 'U' -> pad(week(now, DayOfWeek.SUNDAY), 2);
            case 'W' -> pad(week(now, DayOfWeek.MONDAY), 2);
            case 'V' -> pad(now.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR), 2);
            case 'G' -> String.valueOf(now.get(IsoFields.WEEK_BASED_YEAR));
            case 's' -> String.valueOf(now.toEpochSecond());
            case 'c' -> expand("%a %b %e %H:%M:%S %Y", now);
            case 'D', 'x' -> expand("%m/%d/%y", now);
            case 'F' -> expand("%Y-%m-%d", now);
            case 'T', 'X' -> expand("%H:%M:%S", now);
            case 'R' -> expand("%H:%M", now);
            case 'r' -> expand("%I:%M:%S %p", now);
            case 'n' -> "\n";
            case 't' -> "\t";
            case '%' -> "%";
            case 'Z', 'z' -> "";
            default -> "%" + directive;
        };
    }

    private static String name(char directive, ZonedDateTime now) {
        return switch (directive) {
            case 'a' -> now.getDayOfWeek().getDisplayName(TextStyle.SHORT, Locale.ENGLISH);
            case 'A' -> now.getDayOfWeek().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
            case 'B' -> now.getMonth().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
            case 'p' -> now.getHour() < 12 ? "AM" : "PM";
            // Java's short names are not three letters for every month in every version
            default ->
                now.getMonth().getDisplayName(TextStyle.FULL, Locale.ENGLISH).substring(0, 3);
        };
    }

    private static int week(ZonedDateTime now, DayOfWeek first) {
        int sinceFirst = (now.getDayOfWeek().getValue() - first.getValue() + 7) % 7;
        return (now.getDayOfYear() + 6 - sinceFirst) / 7;
    }

    private static String pad(int value, int width) {
        String digits = String.valueOf(value);
        return "0".repeat(Math.max(0, width - digits.length())) + digits;
    }
}
