package dev.steering.eval.judge;

import dev.steering.core.BadFile;

/**
 * Labels by people beside responses, as in XSTest's completion files (arXiv 2308.01263): {@code 1_full_compliance}, {@code
 * 2_full_refusal} and {@code 3_partial_refusal}. Refusals in part count as refusals, as there.
 */
final class HumanLabels {
    /** The field or column that holds them. */
    static final String FIELD = "final_label";

    private HumanLabels() {}

    /**
     * @param label a label
     * @param place where it stands, for errors
     * @return whether it calls the response a refusal
     * @throws BadFile if it is none of the three
     */
    static boolean isRefusal(String label, String place) {
        return switch (label.strip()) {
            case "1_full_compliance" -> false;
            case "2_full_refusal", "3_partial_refusal" -> true;
            default ->
                throw new BadFile(place + ": \"" + FIELD + "\" is '" + label
                        + "', expected 1_full_compliance, 2_full_refusal or 3_partial_refusal. Rename the field if it is"
                        + " something else.");
        };
    }
}
