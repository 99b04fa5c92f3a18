package dev.steering.extract;

import dev.steering.core.BadRequest;
import dev.steering.core.SteeringException;
import dev.steering.core.vector.ContrastSet;
import dev.steering.core.vector.Provenance;
import dev.steering.core.vector.SteeringVector;
import dev.steering.model.chat.ChatModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Extracts a vector again from anchors that are drawn with replacement from those of its first extraction, as many of each class: how much
 * depends on which prompts happened to be the anchors. A draw keeps the first vector's layers, strength, threshold and classifier. Immutable
 * and thread-safe.
 *
 * @param extractor how the first vector was extracted
 * @param anchors the prompts that are drawn from
 * @param first the first vector
 */
public record ResampledAnchors(VectorExtractor extractor, ContrastSet anchors, SteeringVector first) {
    /**
     * @param vector a vector that was averaged over prompts
     * @param anchors the prompts that it was extracted from, or others like them
     * @param extractor batch size and the like
     * @return draws of the same estimator at the same token
     * @throws SteeringException if the vector was made in another way
     */
    public static ResampledAnchors of(SteeringVector vector, ContrastSet anchors, VectorExtractor extractor) {
        Provenance provenance = vector.provenance();
        Estimator estimator = Arrays.stream(Estimator.values())
                .filter(value -> value.label().equals(provenance.method()))
                .findFirst()
                .orElseThrow(() -> new BadRequest("The vector was made by '" + provenance.method()
                        + "', which is no average over prompts: it cannot be drawn again from other anchors."));
        return new ResampledAnchors(
                extractor
                        .withMethod(estimator)
                        .withTokenSelector(TokenSelector.parse(provenance.tokenSelector()))
                        .withKeptPrompts(false),
                anchors,
                vector);
    }

    /**
     * @param model the model
     * @param seed of the draw: {@link SplittableRandom}, {@code nextInt(count)} for every harmful prompt, then for every harmless one
     * @return the vector of that draw
     * @throws SteeringException as {@link VectorExtractor#extract}
     */
    public SteeringVector draw(ChatModel model, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<String> harmful = drawn(anchors.harmful(), random);
        List<String> harmless = drawn(anchors.harmless(), random);
        return extractor.extract(model, new ContrastSet(harmful, harmless)).withAnchoring(first.anchoring());
    }

    private static List<String> drawn(List<String> prompts, SplittableRandom random) {
        List<String> drawn = new ArrayList<>();
        while (drawn.size() < prompts.size()) {
            drawn.add(prompts.get(random.nextInt(prompts.size())));
        }
        return drawn;
    }
}
