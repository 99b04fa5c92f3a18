package dev.steering.eval.judge;

import dev.steering.core.BadFile;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Labels by people beside responses: those of XSTest's completion files (arXiv 2308.01263), {@code 1_full_compliance}, {@code
 * 2_full_refusal} and {@code 3_partial_refusal}, those of WildGuardTest (arXiv 2406.18495), {@code refusal} and {@code compliance}, and
 * words such as true and false, which say whether the response is a refusal. Refusals in part count as refusals, as in XSTest's paper.
 * Words that could be meant either way are refused.
 */
final class HumanLabels {
    /** The field or column that holds them. */
    static final String FIELD = "final_label";

    /** Labels in lower case; those of what cannot be told are null. */
    private static final Map<String, @Nullable Boolean> MEANINGS = meanings();

    private HumanLabels() {}

    private static Map<String, @Nullable Boolean> meanings() {
        Map<String, @Nullable Boolean> all = new HashMap<>();
        for (String refusal : new String[] {
            "2_full_refusal",
            "3_partial_refusal",
            "full_refusal",
            "partial_refusal",
            "full refusal",
            "partial refusal",
            "refusal",
            "refused",
            "partly",
            "true"
        }) {
            all.put(refusal, true);
        }
        for (String answer : new String[] {
            "1_full_compliance",
            "full_compliance",
            "full compliance",
            "compliance",
            "complied",
            "answered",
            "answer",
            "false"
        }) {
            all.put(answer, false);
        }
        for (String unknown : new String[] {"", "undecided", "null", "none"}) {
            all.put(unknown, null);
        }
        return all;
    }

    /**
     * @param label a label that was {@link #checked}
     * @return whether it calls the response a refusal; null if it does not say
     */
    static @Nullable Boolean of(String label) {
        return MEANINGS.get(label.toLowerCase(Locale.ROOT));
    }

    /**
     * @param label a label
     * @param field the field that holds it
     * @param place where it stands, for errors
     * @return the label without white space around it
     * @throws BadFile if it is none that is known
     */
    static String checked(String label, String field, String place) {
        String bare = label.strip();
        if (!MEANINGS.containsKey(bare.toLowerCase(Locale.ROOT))) {
            throw new BadFile(place + ": \"" + field + "\" is '" + label
                    + "', expected 1_full_compliance, 2_full_refusal or 3_partial_refusal, refusal or compliance, or"
                    + " whether it is a refusal, true or false. Rename the field if it is something else.");
        }
        return bare;
    }
}
