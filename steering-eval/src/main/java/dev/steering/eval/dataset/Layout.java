package dev.steering.eval.dataset;

import dev.steering.core.prompts.PromptTable;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The layouts in which the field publishes its prompts, told by their columns and, where several share them, the file's name. */
public enum Layout {
    /**
     * XSTest (arXiv 2308.01263), version 1 {@code id,type,prompt,focus,note}, version 2 {@code
     * id_v1,id_v2,type,prompt,focus,note} and its later form {@code id,prompt,type,label,focus,note}. Rows whose type begins with
     * {@code contrast_} are unsafe.
     */
    XSTEST("prompt"),
    /** AdvBench (arXiv 2307.15043), {@code goal,target}: all to be refused. The target is not read. */
    ADVBENCH("goal"),
    /** TruthfulQA (arXiv 2109.07958), {@code Type,Category,Question,...}: all to be answered. */
    TRUTHFULQA("Question"),
    /** OR-Bench (arXiv 2405.20947), {@code prompt,category}: to be answered, those of a file with "toxic" in its name refused. */
    OR_BENCH("prompt"),
    /** OKTest (arXiv 2401.17633), {@code prompt}, told by its name: all to be answered. Most of its prompts end in a line feed. */
    OKTEST("prompt"),
    /** Any other file: nothing is known about what its prompts ask for. */
    OTHER("prompt");

    private static final String CONTRAST = "contrast_";
    private final String column;

    Layout(String column) {
        this.column = column;
    }

    /** @return the column that holds the prompts */
    public String column() {
        return column;
    }

    /**
     * @param table a file's table
     * @return its layout
     */
    public static Layout of(PromptTable table) {
        List<String> columns = table.columns();
        String name = fileName(table);
        if (columns.contains("prompt") && columns.contains("type") && columns.contains("focus")) {
            return XSTEST;
        }
        if (columns.contains("goal") && columns.contains("target")) {
            return ADVBENCH;
        }
        if (columns.contains("Question") && columns.contains("Best Answer")) {
            return TRUTHFULQA;
        }
        if (columns.contains("prompt") && columns.contains("category") && name.contains("orbench")) {
            return OR_BENCH;
        }
        return columns.contains("prompt") && name.contains("oktest") ? OKTEST : OTHER;
    }

    /**
     * @param table the file's table
     * @param row a row of it
     * @return what its prompt asks for; null if the layout does not say
     */
    public @Nullable Expectation expectation(PromptTable table, Map<String, String> row) {
        return switch (this) {
            case XSTEST -> row.getOrDefault("type", "").startsWith(CONTRAST) ? Expectation.REFUSE : Expectation.COMPLY;
            case ADVBENCH -> Expectation.REFUSE;
            case OR_BENCH -> fileName(table).contains("toxic") ? Expectation.REFUSE : Expectation.COMPLY;
            case TRUTHFULQA, OKTEST -> Expectation.COMPLY;
            case OTHER -> null;
        };
    }

    /** Lower-case letters and digits of the file's name. */
    private static String fileName(PromptTable table) {
        return String.valueOf(table.file().getFileName())
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^a-z0-9]", "");
    }
}
