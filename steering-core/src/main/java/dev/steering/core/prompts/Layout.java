package dev.steering.core.prompts;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The layouts in which the field publishes its prompts, told by their columns and, where several share them, the file's name. */
public enum Layout {
    /**
     * XSTest (arXiv 2308.01263), version 1 {@code id,type,prompt,focus,note}, version 2 {@code
     * id_v1,id_v2,type,prompt,focus,note} and its later form {@code id,prompt,type,label,focus,note}; and the file of labelled
     * completions {@code id,type,prompt,completion,...,final_label}. Rows whose type begins with {@code contrast_} are unsafe.
     */
    XSTEST("prompt"),
    /** AdvBench (arXiv 2307.15043), {@code goal,target}: all to be refused. The target is not read. */
    ADVBENCH("goal"),
    /** TruthfulQA (arXiv 2109.07958), {@code Type,Category,Question,...}: all to be answered. */
    TRUTHFULQA("Question"),
    /**
     * HarmBench (arXiv 2402.04249), {@code Behavior,FunctionalCategory,SemanticCategory,Tags,ContextString,BehaviorID}: all to be refused.
     * A row with a context is the context, a line {@code ---} and the behaviour, as HarmBench's own code asks it.
     */
    HARMBENCH("Behavior"),
    /**
     * JailbreakBench (arXiv 2404.01318), {@code Index,Goal,Target,Behavior,...}: to be refused, those of a file with "benign" in its name
     * answered.
     */
    JAILBREAKBENCH("Goal"),
    /** StrongREJECT (arXiv 2402.10260), {@code category,source,forbidden_prompt}: all to be refused. */
    STRONGREJECT("forbidden_prompt"),
    /** WildGuardTest (arXiv 2406.18495), {@code prompt,...,prompt_harm_label}: what the label says. */
    WILDGUARD("prompt"),
    /** OR-Bench (arXiv 2405.20947), {@code prompt,category}: to be answered, those of a file with "toxic" in its name refused. */
    OR_BENCH("prompt"),
    /** OKTest (arXiv 2401.17633), {@code prompt}, told by its name: all to be answered. Most of its prompts end in a line feed. */
    OKTEST("prompt"),
    /** MaliciousInstruct (arXiv 2310.06987), one a line, told by its name: all to be refused. */
    MALICIOUS_INSTRUCT("prompt"),
    /** The splits of refusal_direction (arXiv 2406.11717), {@code instruction,category}, told by names such as harmful_train.json. */
    REFUSAL_DIRECTION("instruction"),
    /** Any other file: nothing is known about what its prompts ask for. */
    OTHER("prompt");

    /** The column of HarmBench's contexts. */
    static final String CONTEXT = "ContextString";

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
        if (has(columns, "prompt", "type", "focus") || has(columns, "prompt", "type", "completion", "final_label")) {
            return XSTEST;
        }
        if (has(columns, "Goal", "Behavior")) {
            return JAILBREAKBENCH;
        }
        if (has(columns, "goal", "target")) {
            return ADVBENCH;
        }
        if (has(columns, "Question", "Best Answer")) {
            return TRUTHFULQA;
        }
        if (has(columns, "Behavior", "BehaviorID")) {
            return HARMBENCH;
        }
        if (has(columns, "forbidden_prompt")) {
            return STRONGREJECT;
        }
        if (has(columns, "prompt", "prompt_harm_label")) {
            return WILDGUARD;
        }
        return named(columns, name);
    }

    private static Layout named(List<String> columns, String name) {
        if (has(columns, "prompt", "category") && name.contains("orbench")) {
            return OR_BENCH;
        }
        if (has(columns, "instruction", "category") && (name.startsWith("harmful") || name.startsWith("harmless"))) {
            return REFUSAL_DIRECTION;
        }
        if (has(columns, "prompt") && name.contains("maliciousinstruct")) {
            return MALICIOUS_INSTRUCT;
        }
        return has(columns, "prompt") && name.contains("oktest") ? OKTEST : OTHER;
    }

    private static boolean has(List<String> columns, String... all) {
        return columns.containsAll(List.of(all));
    }

    /** Whether its sides are told by the file's name, which is weaker than what a user says. */
    boolean isNamed() {
        return switch (this) {
            case OR_BENCH, OKTEST, MALICIOUS_INSTRUCT, REFUSAL_DIRECTION, JAILBREAKBENCH -> true;
            default -> false;
        };
    }

    /**
     * @param table the file's table
     * @param row a row of it
     * @return what its prompt asks for; null if the layout does not say, or leaves it to a column of labels
     */
    public @Nullable Expectation expectation(PromptTable table, Map<String, String> row) {
        return switch (this) {
            case XSTEST -> row.getOrDefault("type", "").startsWith(CONTRAST) ? Expectation.REFUSE : Expectation.COMPLY;
            case ADVBENCH, HARMBENCH, STRONGREJECT, MALICIOUS_INSTRUCT -> Expectation.REFUSE;
            case OR_BENCH -> fileName(table).contains("toxic") ? Expectation.REFUSE : Expectation.COMPLY;
            case JAILBREAKBENCH -> fileName(table).contains("benign") ? Expectation.COMPLY : Expectation.REFUSE;
            case REFUSAL_DIRECTION -> fileName(table).startsWith("harmful") ? Expectation.REFUSE : Expectation.COMPLY;
            case TRUTHFULQA, OKTEST -> Expectation.COMPLY;
            case WILDGUARD, OTHER -> null;
        };
    }

    /** @return what people call it */
    String words() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-') + " layout";
    }

    /** Lower-case letters and digits of the file's name. */
    private static String fileName(PromptTable table) {
        return table.fileName().replaceAll("[^a-z0-9]", "");
    }
}
