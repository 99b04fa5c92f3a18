package dev.steering.core.prompts;

import java.util.ArrayList;
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
    /** AdvBench (arXiv 2307.15043), {@code goal,target}, or {@code prompt} with its name: all to be refused. The target is not read. */
    ADVBENCH("goal", "prompt"),
    /** TruthfulQA (arXiv 2109.07958), {@code Type,Category,Question,Best Answer,...}, or in lower case: all to be answered. */
    TRUTHFULQA("Question", "question"),
    /**
     * HarmBench (arXiv 2402.04249), {@code Behavior,FunctionalCategory,SemanticCategory,Tags,ContextString,BehaviorID}, or {@code
     * prompt,category,context} with its name: all to be refused. A row with a context is the context, a line {@code ---} and the
     * behaviour, as HarmBench's own code asks it.
     */
    HARMBENCH("Behavior", "prompt"),
    /**
     * JailbreakBench (arXiv 2404.01318), {@code Index,Goal,Target,Behavior,...}: to be refused, those of a file with "benign" in its name
     * answered.
     */
    JAILBREAKBENCH("Goal"),
    /** StrongREJECT (arXiv 2402.10260), {@code category,source,forbidden_prompt}, or {@code prompt} with its name: all to be refused. */
    STRONGREJECT("forbidden_prompt", "prompt"),
    /** WildGuardTest (arXiv 2406.18495), {@code prompt,...,prompt_harm_label}: what the label says. */
    WILDGUARD("prompt"),
    /** OR-Bench (arXiv 2405.20947), {@code prompt,category}: to be answered, those of a file with "toxic" in its name refused. */
    OR_BENCH("prompt"),
    /** PHTest (arXiv 2409.00598), {@code ID,Request,Harmfulness}: harmless ones to be answered; controversial ones are on neither side. */
    PHTEST("Request"),
    /** FalseReject (arXiv 2505.08054), {@code prompt,category,category_text}, in training with responses: all to be answered. */
    FALSEREJECT("prompt"),
    /** SORRY-Bench (arXiv 2406.14598), {@code question_id,category,turns,prompt_style}, a turn in each: all to be refused. */
    SORRY_BENCH("turns"),
    /** OKTest (arXiv 2401.17633), {@code prompt}, told by its name: all to be answered. Most of its prompts end in a line feed. */
    OKTEST("prompt"),
    /** MaliciousInstruct (arXiv 2310.06987), one a line, told by its name: all to be refused. */
    MALICIOUS_INSTRUCT("prompt"),
    /** The splits of refusal_direction (arXiv 2406.11717), {@code instruction,category}, told by names such as harmful_train.json. */
    REFUSAL_DIRECTION("instruction"),
    /** IBM's pairs for conditions (arXiv 2409.05907), {@code harmful,harmless}: a prompt of each side a row. */
    IBM_PAIRS("harmful", "harmless"),
    /** Pairs as repeng has them, {@code positive,negative}: which of the two should be refused is not said. */
    REPENG_PAIRS("positive", "negative"),
    /** Any other file: nothing is known about what its prompts ask for. */
    OTHER("prompt");

    /** The columns of HarmBench's contexts. */
    static final List<String> CONTEXTS = List.of("ContextString", "context");

    private static final String CONTRAST = "contrast_";

    @SuppressWarnings("ImmutableEnumChecker") // a list that cannot change
    private final List<String> known;

    Layout(String... known) {
        this.known = List.of(known);
    }

    /** @return the column that holds the prompts, in the form that was published first */
    public String column() {
        return known.get(0);
    }

    /** The column that holds the prompts among those there are. */
    String column(List<String> columns) {
        return known.stream().filter(columns::contains).findFirst().orElse(column());
    }

    static Layout of(RowSurvey survey) {
        List<String> all = new ArrayList<>(survey.columns());
        all.addAll(survey.nested().keySet());
        Layout byColumns = byColumns(all);
        return byColumns == OTHER ? named(all, plainName(survey.origin())) : byColumns;
    }

    private static Layout byColumns(List<String> columns) {
        if (has(columns, "prompt", "type", "focus") || has(columns, "prompt", "type", "completion", "final_label")) {
            return XSTEST;
        }
        if (has(columns, "Goal", "Behavior")) {
            return JAILBREAKBENCH;
        }
        if (has(columns, "goal", "target")) {
            return ADVBENCH;
        }
        if (has(columns, "Question", "Best Answer") || has(columns, "question", "best_answer")) {
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
        return newer(columns);
    }

    private static Layout newer(List<String> columns) {
        if (has(columns, "Request", "Harmfulness")) {
            return PHTEST;
        }
        if (has(columns, "prompt", "category_text") || has(columns, "prompt", "instruct_response", "cot_response")) {
            return FALSEREJECT;
        }
        if (has(columns, "turns", "prompt_style")) {
            return SORRY_BENCH;
        }
        if (has(columns, "harmful", "harmless")) {
            return IBM_PAIRS;
        }
        return has(columns, "positive", "negative") ? REPENG_PAIRS : OTHER;
    }

    private static Layout named(List<String> columns, String name) {
        if (has(columns, "instruction", "category") && (name.startsWith("harmful") || name.startsWith("harmless"))) {
            return REFUSAL_DIRECTION;
        }
        if (!has(columns, "prompt")) {
            return OTHER;
        }
        if (has(columns, "category")) {
            if (name.contains("orbench")) {
                return OR_BENCH;
            }
            if (name.contains("harmbench")) {
                return HARMBENCH;
            }
            if (name.contains("strongreject")) {
                return STRONGREJECT;
            }
        }
        if (name.contains("advbench")) {
            return ADVBENCH;
        }
        if (name.contains("maliciousinstruct")) {
            return MALICIOUS_INSTRUCT;
        }
        return name.contains("oktest") ? OKTEST : OTHER;
    }

    private static boolean has(List<String> columns, String... all) {
        return columns.containsAll(List.of(all));
    }

    /** Whether its sides are told by the file's name, which is weaker than what a user says. */
    boolean isNamed(List<String> columns) {
        return switch (this) {
            case ADVBENCH, HARMBENCH, STRONGREJECT -> !columns.contains(column());
            case OR_BENCH, OKTEST, MALICIOUS_INSTRUCT, REFUSAL_DIRECTION, JAILBREAKBENCH -> true;
            default -> false;
        };
    }

    /** Whether it may leave rows on neither side. */
    boolean isUndecided() {
        return this == PHTEST;
    }

    /**
     * What a row's prompt asks for; null if the layout does not say, or leaves it to a column of labels.
     *
     * @param origin where the row comes from
     * @param row its texts
     */
    @Nullable
    Expectation expectation(Origin origin, Map<String, String> row) {
        return switch (this) {
            case XSTEST -> row.getOrDefault("type", "").startsWith(CONTRAST) ? Expectation.REFUSE : Expectation.COMPLY;
            case ADVBENCH, HARMBENCH, STRONGREJECT, MALICIOUS_INSTRUCT, SORRY_BENCH -> Expectation.REFUSE;
            case OR_BENCH -> plainName(origin).contains("toxic") ? Expectation.REFUSE : Expectation.COMPLY;
            case JAILBREAKBENCH -> plainName(origin).contains("benign") ? Expectation.COMPLY : Expectation.REFUSE;
            case REFUSAL_DIRECTION -> plainName(origin).startsWith("harmful") ? Expectation.REFUSE : Expectation.COMPLY;
            case TRUTHFULQA, OKTEST, FALSEREJECT -> Expectation.COMPLY;
            case PHTEST ->
                row.getOrDefault("Harmfulness", "").strip().equalsIgnoreCase("harmless") ? Expectation.COMPLY : null;
            case WILDGUARD, IBM_PAIRS, REPENG_PAIRS, OTHER -> null;
        };
    }

    /** @return what people call it */
    String words() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-') + " layout";
    }

    /** Lower-case letters and digits of the file's name; of a shard, which has a number for a name, with its directory's. */
    private static String plainName(Origin origin) {
        return origin.fileName().replaceAll("[^a-z0-9]", "");
    }
}
