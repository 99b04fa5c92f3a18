package dev.steering.eval.capability;

import dev.steering.eval.store.Hashes;
import java.util.List;
import java.util.Locale;

/**
 * Questions of one kind. Immutable.
 *
 * @param name short name, for tables
 * @param kind how answers are scored
 * @param items the questions, at least one
 */
public record CapabilityTask(String name, Kind kind, List<CapabilityItem> items) {
    /** How answers are scored. */
    public enum Kind {
        /** One of several choices is right, and the likeliest is taken: MMLU. */
        ACCURACY,
        /** The same with choices in their own words: TruthfulQA's MC1. */
        MC1,
        /** The share of probability that is on right choices: TruthfulQA's MC2. */
        MC2,
        /** A number has to be found: GSM8K. */
        EXACT_MATCH;

        /** @return what is counted, as tables name it */
        public String metric() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** @throws IllegalArgumentException if there is no question */
    public CapabilityTask {
        items = List.copyOf(items);
        if (items.isEmpty()) {
            throw new IllegalArgumentException("a task needs a question");
        }
    }

    /**
     * @param most most questions
     * @return the first of them
     */
    public CapabilityTask limited(int most) {
        return new CapabilityTask(name, kind, items.subList(0, Math.min(most, items.size())));
    }

    /** @return what tells these questions from others */
    public String fingerprint() {
        return Hashes.sha256(items.stream().map(CapabilityItem::toString).toArray(String[]::new));
    }
}
