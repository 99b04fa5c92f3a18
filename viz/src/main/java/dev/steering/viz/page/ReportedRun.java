package dev.steering.viz.page;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A run whose answers a report shows: what methods, or strengths of methods, made of the same prompts. Immutable.
 *
 * @param name what to call it, such as its directory
 * @param model the model's name
 * @param judge who told refusals
 * @param facts what else it depends on, in words
 * @param sets the prompt sets
 * @param prompts the prompts, each with its set
 * @param variants the unsteered model first; at least one
 * @param command the command that made it; null if that is not known
 */
public record ReportedRun(
        String name,
        String model,
        String judge,
        List<Fact> facts,
        List<AskedSet> sets,
        List<Asked> prompts,
        List<Variant> variants,
        @Nullable String command) {
    /** @throws IllegalArgumentException if there is no variant, or one does not fit sets and prompts */
    public ReportedRun {
        facts = List.copyOf(facts);
        sets = List.copyOf(sets);
        prompts = List.copyOf(prompts);
        variants = List.copyOf(variants);
        if (variants.isEmpty()) {
            throw new IllegalArgumentException("the run " + name + " has no answers");
        }
        for (Variant variant : variants) {
            if (variant.rates().size() != sets.size() || variant.answers().size() != prompts.size()) {
                throw new IllegalArgumentException(variant.label() + " has "
                        + variant.rates().size() + " rates and "
                        + variant.answers().size() + " answers, expected " + sets.size() + " and " + prompts.size());
            }
        }
    }

    /**
     * Something to know.
     *
     * @param name what
     * @param value in words
     */
    public record Fact(String name, String value) {}

    /**
     * A prompt set.
     *
     * @param name its name
     * @param refuse whether its prompts are to be refused; otherwise each refusal is an over-refusal
     */
    public record AskedSet(String name, boolean refuse) {}

    /**
     * A prompt.
     *
     * @param set index of its set
     * @param text what was asked
     * @param frame the jailbreak frame around a harmful question; null if there is none, or nobody says
     */
    public record Asked(int set, String text, @Nullable String frame) {
        /**
         * A prompt without a frame.
         *
         * @param set index of its set
         * @param text what was asked
         */
        public Asked(int set, String text) {
            this(set, text, null);
        }
    }

    /**
     * Refusals of one set.
     *
     * @param refused how many
     * @param n of how many
     * @param low lower end of the share's 95 % interval, 0..1
     * @param high upper end, 0..1
     * @param broken how many answers are empty or repetitive
     */
    public record Rate(int refused, int n, double low, double high, int broken) {
        /** @return the share refused; 0 of no prompts */
        public double share() {
            return n == 0 ? 0 : (double) refused / n;
        }
    }

    /**
     * Right decisions of all sets together.
     *
     * @param right how many
     * @param n of how many
     * @param low lower end of the share's 95 % interval, 0..1
     * @param high upper end, 0..1
     * @param p p-value of the paired test with the first variant; null for itself
     * @param others p-values of the paired tests with other variants, by their labels; of as many as were compared
     */
    public record Decisions(int right, int n, double low, double high, @Nullable Double p, Map<String, Double> others) {
        public Decisions {
            others = Collections.unmodifiableMap(new LinkedHashMap<>(others));
        }

        /**
         * Compared with the first variant alone.
         *
         * @param right how many
         * @param n of how many
         * @param low lower end of the share's 95 % interval, 0..1
         * @param high upper end, 0..1
         * @param p p-value of the paired test with the first variant; null for itself
         */
        public Decisions(int right, int n, double low, double high, @Nullable Double p) {
            this(right, n, low, high, p, Map.of());
        }

        /** @return the share that is right; 0 of no prompts */
        public double share() {
            return n == 0 ? 0 : (double) right / n;
        }
    }

    /**
     * Mean KL(unsteered || method) per token along the unsteered answers to harmless prompts.
     *
     * @param perToken the mean, nats
     * @param low lower end of its 95 % bootstrap band; null if there is none
     * @param high upper end; null as well
     */
    public record Divergence(double perToken, @Nullable Double low, @Nullable Double high) {}

    /**
     * An answer.
     *
     * @param text what the model wrote
     * @param verdict what it is, in a word
     * @param refusal whether it is a refusal
     * @param right whether it is what was to be done with the prompt
     */
    public record Answer(String text, String verdict, boolean refusal, boolean right) {}

    /**
     * A method, or one strength of it.
     *
     * @param label what to call it
     * @param family the method; variants of one family differ in strength alone
     * @param strength how strong it is; null if it has no strengths
     * @param words what it does
     * @param rates refusals, by set
     * @param decisions right decisions
     * @param answers its answers, by prompt
     * @param divergence how far it moves the model's language where nothing should change; null if that was not measured
     * @param cost what it costs beside refusals
     */
    public record Variant(
            String label,
            String family,
            @Nullable Double strength,
            String words,
            List<Rate> rates,
            Decisions decisions,
            List<Answer> answers,
            @Nullable Divergence divergence,
            MeasuredCost cost) {
        /**
         * Without divergence and costs.
         *
         * @param label what to call it
         * @param family the method
         * @param strength how strong it is; null if it has no strengths
         * @param words what it does
         * @param rates refusals, by set
         * @param decisions right decisions
         * @param answers its answers, by prompt
         */
        public Variant(
                String label,
                String family,
                @Nullable Double strength,
                String words,
                List<Rate> rates,
                Decisions decisions,
                List<Answer> answers) {
            this(label, family, strength, words, rates, decisions, answers, null, MeasuredCost.NONE);
        }

        /**
         * @param others p-values of the paired tests of right decisions with other variants, by their labels
         * @return a copy with them
         */
        public Variant withOthers(Map<String, Double> others) {
            Decisions compared = new Decisions(
                    decisions.right(), decisions.n(), decisions.low(), decisions.high(), decisions.p(), others);
            return new Variant(label, family, strength, words, rates, compared, answers, divergence, cost);
        }

        /**
         * @param newDivergence how far it moves the model's language; null if that was not measured
         * @return a copy with it
         */
        public Variant withDivergence(@Nullable Divergence newDivergence) {
            return new Variant(label, family, strength, words, rates, decisions, answers, newDivergence, cost);
        }

        /**
         * @param newCost what it costs beside refusals
         * @return a copy with it
         */
        public Variant withCost(MeasuredCost newCost) {
            return new Variant(label, family, strength, words, rates, decisions, answers, divergence, newCost);
        }

        public Variant {
            rates = List.copyOf(rates);
            answers = List.copyOf(answers);
        }
    }

    /** @return whether there are several strengths of a method */
    public boolean hasStrengths() {
        return variants.stream().anyMatch(variant -> variant.strength() != null);
    }

    /** @return the unsteered model */
    public Variant unsteered() {
        return variants.get(0);
    }
}
