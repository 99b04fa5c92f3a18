package dev.steering.core;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What is wrong with a JSON text, for people. Stateless and thread-safe. */
public final class JsonMessages {
    /** In place of the source, Jackson's messages name one of its own settings, which tells a user nothing: only the position is kept. */
    private static final Pattern SOURCE = Pattern.compile("\\[Source: [^\\]]*?(line: \\d+, column: \\d+)\\]");

    /** Advice to a programmer: which of Jackson's switches would let it through. */
    private static final Pattern FEATURE =
            Pattern.compile(":? \\(?enable `[^`]*` to allow\\)?|:? \\(?[Uu]se `[^`]*` [^)]*\\)?|, from `[^`]*`");

    /** What is wrong with a text that gives a {@link NumberFormatException}, which Jackson lets through: more than ten digits of exponent. */
    public static final String ENDLESS_NUMBER = "holds a number whose exponent is too long.";

    private static final String TRAILING = "Trailing token";

    private JsonMessages() {}

    /**
     * @param e what the parser found
     * @return its first line, with the place in the text if it is known. Where the text is JSON but holds something of the wrong kind,
     *     the place in the document and what is expected there: Jackson would name Java's classes
     */
    public static String of(JsonProcessingException e) {
        if (String.valueOf(e.getOriginalMessage()).startsWith(TRAILING)) {
            return TRAILING + ": there is something behind the end";
        }
        if (e instanceof ValueInstantiationException || e instanceof MismatchedInputException) {
            return place((JsonMappingException) e) + " " + problem((JsonMappingException) e);
        }
        String first =
                String.valueOf(e.getOriginalMessage()).lines().findFirst().orElse("");
        String reason = FEATURE.matcher(SOURCE.matcher(first).replaceAll("$1")).replaceAll("");
        return e.getLocation() == null || reason.contains("line: ")
                ? reason
                : reason + " (line: " + e.getLocation().getLineNr() + ", column: "
                        + e.getLocation().getColumnNr() + ")";
    }

    private static String place(JsonMappingException e) {
        StringBuilder place = new StringBuilder();
        for (JsonMappingException.Reference part : e.getPath()) {
            if (part.getFieldName() == null) {
                place.append('[').append(part.getIndex()).append(']');
            } else {
                place.append(place.isEmpty() ? "" : ".").append(part.getFieldName());
            }
        }
        return place.isEmpty() ? "it" : "'" + place + "'";
    }

    private static String problem(JsonMappingException e) {
        if (e instanceof ValueInstantiationException) {
            Throwable cause = e.getCause();
            return cause instanceof NullPointerException || cause == null
                    ? "holds null where a value is needed"
                    : "is wrong: " + cause.getMessage();
        }
        Class<?> type = ((MismatchedInputException) e).getTargetType();
        return "must be " + (type == null ? "of another kind" : expected(type));
    }

    private static String expected(@Nullable Class<?> type) {
        if (type == null || Map.class.isAssignableFrom(type) || type.isRecord()) {
            return "an object with everything that belongs into it";
        }
        if (type.isEnum()) {
            return "one of " + Arrays.toString(type.getEnumConstants());
        }
        if (type == String.class) {
            return "a text";
        }
        if (Collection.class.isAssignableFrom(type) || type.isArray()) {
            return "a list";
        }
        boolean whole = type == int.class || type == Integer.class || type == long.class || type == Long.class;
        return whole
                ? "a whole number that fits"
                : "of the kind " + type.getSimpleName().toLowerCase(Locale.ROOT);
    }
}
