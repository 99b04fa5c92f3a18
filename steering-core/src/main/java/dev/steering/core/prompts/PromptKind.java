package dev.steering.core.prompts;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a file says about a prompt beside its text and what it asks for, to break results down by.
 *
 * @param row its place in its set, before a limit left any out, 0-based; -1 if it comes from no file
 * @param type how it was made, in the words of the file: XSTest's {@code homonyms}, HarmBench's {@code contextual}; null if it does not
 *     say
 * @param category what it is about, in the words of the file: {@code privacy}, {@code fraud}; null if it does not say
 */
public record PromptKind(int row, @Nullable String type, @Nullable String category) {
    /** Nothing is known. */
    public static final PromptKind UNKNOWN = new PromptKind(-1, null, null);

    /** The columns that say it; null where there is none. */
    record Columns(@Nullable String type, @Nullable String category, boolean adversarial) {
        static Columns of(Layout layout, List<String> columns) {
            boolean adversarial = layout == Layout.WILDGUARD && columns.contains("adversarial");
            return switch (layout) {
                case XSTEST -> new Columns("type", null, false);
                case HARMBENCH ->
                    columns.contains("SemanticCategory")
                            ? new Columns("FunctionalCategory", "SemanticCategory", false)
                            : named(columns, "category");
                case PHTEST -> new Columns("Harmfulness", null, false);
                case FALSEREJECT ->
                    columns.contains("category_text")
                            ? new Columns(null, "category_text", false)
                            : named(columns, "category");
                case SORRY_BENCH -> new Columns("prompt_style", "category", false);
                case WILDGUARD ->
                    adversarial
                            ? new Columns(
                                    "adversarial", named(columns, "subcategory").category(), true)
                            : named(columns, "subcategory");
                default -> named(columns, "category");
            };
        }

        private static Columns named(List<String> columns, String category) {
            return new Columns(find(columns, "type"), find(columns, category), false);
        }

        private static @Nullable String find(List<String> columns, String name) {
            return columns.stream()
                    .filter(column -> column.toLowerCase(Locale.ROOT).equals(name))
                    .findFirst()
                    .orElse(null);
        }

        PromptKind of(PromptTable.Row row, int place) {
            String kind = value(row, type);
            if (adversarial && kind != null) {
                kind = kind.equalsIgnoreCase("true") ? "adversarial" : "vanilla";
            }
            return new PromptKind(place, kind, value(row, category));
        }

        private static @Nullable String value(PromptTable.Row row, @Nullable String column) {
            String value = column == null ? "" : row.shown(column).strip();
            return Labels.isEmpty(value) ? null : value;
        }
    }
}
