package dev.steering.extract.search;

import dev.steering.core.BadRequest;
import dev.steering.core.Require;
import dev.steering.core.vector.ContrastSet;
import java.util.ArrayList;
import java.util.List;

/**
 * Prompts of three classes. Immutable.
 *
 * @param overRefused harmless prompts that the model refuses; empty for a search with two classes
 * @param harmful prompts that should be refused
 * @param harmless prompts that are answered
 */
public record PromptSets(List<String> overRefused, List<String> harmful, List<String> harmless) {
    public PromptSets {
        overRefused = List.copyOf(overRefused);
        harmful = List.copyOf(harmful);
        harmless = List.copyOf(harmless);
    }

    /**
     * Prompts to find directions on and others to choose among them.
     *
     * @param training for the directions
     * @param development for the choice
     */
    public record Split(PromptSets training, PromptSets development) {
        /**
         * @param other prompts of other sets to choose on
         * @return with those in place of one's own, class by class, where there are any; what was held out of a class goes back to its
         *     training prompts, so this is called before anything is held out
         */
        static Split of(PromptSets all, PromptSets other, int every) {
            return new Split(
                    new PromptSets(
                            without(all.overRefused, other.overRefused, every),
                            without(all.harmful, other.harmful, every),
                            without(all.harmless, other.harmless, every)),
                    new PromptSets(
                            chosen(all.overRefused, other.overRefused, every),
                            chosen(all.harmful, other.harmful, every),
                            chosen(all.harmless, other.harmless, every)));
        }

        private static List<String> without(List<String> all, List<String> other, int every) {
            return other.isEmpty() ? part(all, every, false) : all;
        }

        private static List<String> chosen(List<String> all, List<String> other, int every) {
            return other.isEmpty() ? part(all, every, true) : other;
        }

        private static List<String> part(List<String> all, int every, boolean heldOut) {
            List<String> part = new ArrayList<>();
            for (int i = 0; i < all.size(); i++) {
                if (((i + 1) % every == 0) == heldOut) {
                    part.add(all.get(i));
                }
            }
            return part;
        }
    }

    /**
     * @param development prompts to choose on, class by class; where a class is empty, prompts of these are held out for it
     * @param every one of how many is held out, at least 2: the every-th, the 2 every-th, ...
     * @return both parts
     * @throws BadRequest if a class is too small to hold something out
     */
    public Split split(PromptSets development, int every) {
        Require.atLeast("One prompt is held out of every so many", every, 2);
        requireEnough("over-refused", overRefused, development.overRefused, every);
        requireEnough("harmful", harmful, development.harmful, every);
        requireEnough("harmless", harmless, development.harmless, every);
        return Split.of(this, development, every);
    }

    private static void requireEnough(String name, List<String> prompts, List<String> development, int every) {
        if (!prompts.isEmpty() && development.isEmpty() && prompts.size() < every) {
            throw new BadRequest(
                    "Of " + prompts.size() + " " + name + " prompts none can be held out to choose a direction on:"
                            + " that takes at least " + every + ", or prompts of their own to choose on.");
        }
    }

    /** @return harmful and harmless prompts */
    public ContrastSet contrast() {
        return new ContrastSet(harmful, harmless);
    }
}
