package dev.steering.cli.prompts;

import dev.steering.core.prompts.Prompt;
import dev.steering.extract.tune.AnchorPair;
import dev.steering.extract.tune.AnchorPairs;
import dev.steering.model.chat.PromptFit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Anchor pairs that fit every context that they are put into: all pairs of a prompt are kept, cut alike, or left out. */
public final class FittedPairs {
    private FittedPairs() {}

    /** A prompt with its pairs. */
    private record Group(Prompt prompt, List<AnchorPair> pairs) {
        Group withText(String text) {
            return new Group(
                    prompt.withText(text),
                    pairs.stream()
                            .map(pair -> new AnchorPair(text, pair.system(), pair.response(), pair.kind()))
                            .toList());
        }
    }

    /**
     * @param pairs the pairs
     * @param places where each prompt stands
     * @param fit the rule
     * @param need how long the longest context of a pair is
     * @param remarks told what was left out or cut
     * @return what fits, in order
     * @throws dev.steering.core.SteeringException as {@link PromptFit#of}, or if no pairs of a kind are left
     */
    public static AnchorPairs of(
            AnchorPairs pairs,
            Function<String, String> places,
            PromptFit fit,
            PromptFit.Need<AnchorPair> need,
            Remarks remarks) {
        Map<String, List<AnchorPair>> byPrompt = new LinkedHashMap<>();
        pairs.pairs().forEach(pair -> byPrompt.computeIfAbsent(pair.prompt(), key -> new ArrayList<>())
                .add(pair));
        List<Group> groups = new ArrayList<>();
        byPrompt.forEach((text, list) -> groups.add(new Group(new Prompt(text, places.apply(text)), list)));
        PromptFit.Result<Group> result = fit.of(groups, Group::prompt, Group::withText, group -> group.pairs().stream()
                .mapToInt(need::tokens)
                .max()
                .orElse(0));
        if (result.skipped().isEmpty() && result.shortened().isEmpty()) {
            return pairs;
        }
        result.notes("anchor", Group::prompt).forEach(remarks::note);
        return new AnchorPairs(inOrder(pairs, groups, result));
    }

    private static List<AnchorPair> inOrder(AnchorPairs pairs, List<Group> groups, PromptFit.Result<Group> result) {
        Map<AnchorPair, AnchorPair> fitting = new HashMap<>();
        int kept = 0;
        for (Group group : groups) {
            if (result.skipped().contains(group)) {
                continue;
            }
            Group left = result.kept().get(kept++);
            for (int i = 0; i < group.pairs().size(); i++) {
                fitting.put(group.pairs().get(i), left.pairs().get(i));
            }
        }
        return pairs.pairs().stream()
                .filter(fitting::containsKey)
                .map(fitting::get)
                .toList();
    }
}
