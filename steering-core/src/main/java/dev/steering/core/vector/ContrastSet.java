package dev.steering.core.vector;

import java.util.List;

/**
 * The prompts that a direction is the difference of.
 *
 * @param harmful prompts that should be refused (label +), in file order
 * @param harmless prompts that should be answered (label -), in file order
 */
public record ContrastSet(List<String> harmful, List<String> harmless) {
    public ContrastSet {
        harmful = List.copyOf(harmful);
        harmless = List.copyOf(harmless);
    }

    /** Numbers only: prompts do not belong in logs. */
    @Override
    public String toString() {
        return "ContrastSet[" + harmful.size() + " harmful, " + harmless.size() + " harmless]";
    }
}
