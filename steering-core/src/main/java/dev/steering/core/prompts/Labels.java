package dev.steering.core.prompts;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a column of labels says about every row. Understood are words for the two sides, and true or false under a name that is such a
 * word; a column of labels with anything else in it is not guessed at: {@link #unclear} says why.
 *
 * @param column the column; null if there is none
 * @param unclear why nothing follows from it; null if something does
 */
record Labels(@Nullable String column, @Nullable String unclear) {
    private static final Set<String> REFUSE = Set.of(
            "unsafe",
            "harmful",
            "malicious",
            "toxic",
            "refuse",
            "refusal",
            "reject",
            "dangerous",
            "disallowed",
            "unacceptable");
    private static final Set<String> COMPLY = Set.of(
            "safe",
            "harmless",
            "unharmful",
            "benign",
            "comply",
            "compliance",
            "answer",
            "allowed",
            "acceptable",
            "nontoxic");
    private static final Set<String> NAMES = Set.of(
            "label",
            "labels",
            "promptlabel",
            "promptharmlabel",
            "harmlabel",
            "safetylabel",
            "safety",
            "promptsafety",
            "harmfulness",
            "promptharmfulness",
            "expected",
            "expectation",
            "class",
            "side");
    private static final Map<String, Boolean> TRUTH =
            Map.of("true", true, "false", false, "1", true, "0", false, "yes", true, "no", false);

    private static final int VALUES_SHOWN = 5;

    /** Looks for a column of labels; a table that has a response is not believed where the label may be the response's. */
    static Labels of(RowSurvey table) {
        List<String> candidates = new ArrayList<>();
        for (String column : table.columns()) {
            String name = plain(column);
            boolean named = NAMES.contains(name) || (truthOf(name) != null && !holdsResponses(table, column));
            if (named && table.filled(column) > 0) {
                candidates.add(column);
            }
        }
        if (candidates.isEmpty()) {
            return new Labels(null, null);
        }
        String first = candidates.get(0);
        if (candidates.size() > 1) {
            return new Labels(first, "it has several columns of labels: " + String.join(", ", candidates));
        }
        if (!plain(first).startsWith("prompt") && table.columns().stream().anyMatch(Labels::isResponse)) {
            return new Labels(first, "the column '" + first + "' may label the response rather than the prompt");
        }
        Set<String> unknown = new LinkedHashSet<>();
        for (String value : table.values(first)) {
            if (side(first, value) == null) {
                unknown.add("'" + Named.shortened(value) + "'");
            }
        }
        return new Labels(first, unknown.isEmpty() ? null : notUnderstood(first, unknown));
    }

    /** A column named answer is one of labels only if it holds nothing else. */
    private static boolean holdsResponses(RowSurvey table, String column) {
        return isResponse(column) && table.values(column).stream().anyMatch(value -> side(column, value) == null);
    }

    private static String notUnderstood(String column, Set<String> unknown) {
        return "its column '" + column + "' holds "
                + unknown.stream().limit(VALUES_SHOWN).collect(Collectors.joining(", "))
                + (unknown.size() > VALUES_SHOWN ? ", ..." : "")
                + ", which are not understood (understood: " + String.join(", ", new TreeSet<>(COMPLY)) + "; "
                + String.join(", ", new TreeSet<>(REFUSE)) + ")";
    }

    /** What a row asks for; null if its label is empty, or nothing follows from the labels. */
    @Nullable
    Expectation of(PromptTable.Row row) {
        if (column == null || unclear != null) {
            return null;
        }
        return side(column, row.shown(column));
    }

    private static @Nullable Expectation side(String column, String value) {
        String word = plain(value);
        if (COMPLY.contains(word)) {
            return Expectation.COMPLY;
        }
        if (REFUSE.contains(word)) {
            return Expectation.REFUSE;
        }
        Expectation whenTrue = truthOf(plain(column));
        Boolean truth = TRUTH.get(word);
        if (whenTrue == null || truth == null) {
            return null;
        }
        boolean refuse = truth == (whenTrue == Expectation.REFUSE);
        return refuse ? Expectation.REFUSE : Expectation.COMPLY;
    }

    /** What true means in a column of that name; null if the name is no word for a side. */
    private static @Nullable Expectation truthOf(String name) {
        String word = name.startsWith("is") ? name.substring(2) : name;
        if (COMPLY.contains(word)) {
            return Expectation.COMPLY;
        }
        return REFUSE.contains(word) ? Expectation.REFUSE : null;
    }

    private static boolean isResponse(String column) {
        return Set.of("response", "completion", "output", "answer", "chosen").contains(plain(column));
    }

    static boolean isEmpty(String value) {
        return value.isBlank() || value.equals("null");
    }

    /** Lower-case letters and digits. */
    private static String plain(String text) {
        return text.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
    }
}
