package dev.steering.extract.anchor;

import dev.steering.core.BadRequest;
import dev.steering.core.ProgressListener;
import dev.steering.core.Require;
import dev.steering.core.prompts.Overlap;
import dev.steering.core.vector.ModelCheck;
import dev.steering.core.vector.VectorScale;
import dev.steering.extract.project.VocabularyProjector;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The options of {@link LayerAnchoring}; an empty list of layers means that they are to be found, null that the strength is. */
record AnchoringOptions(
        VocabularyProjector projector,
        List<Integer> steeringLayers,
        List<Integer> classifierLayers,
        @Nullable Double alpha,
        VectorScale scale,
        Passes passes,
        ModelCheck check,
        Overlap overlap) {
    AnchoringOptions {
        steeringLayers = steeringLayers.stream().sorted().distinct().toList();
        classifierLayers = classifierLayers.stream().sorted().distinct().toList();
        if (alpha != null) {
            Require.finite("The strength", alpha);
        }
    }

    /** How prompts are run. */
    record Passes(String marker, int batchSize, ProgressListener progress) {
        Passes {
            Require.atLeast("The batch size", batchSize, 1);
        }
    }

    AnchoringOptions with(VocabularyProjector newProjector) {
        return new AnchoringOptions(
                newProjector, steeringLayers, classifierLayers, alpha, scale, passes, check, overlap);
    }

    AnchoringOptions withLayers(List<Integer> steering, List<Integer> classifier) {
        return new AnchoringOptions(projector, steering, classifier, alpha, scale, passes, check, overlap);
    }

    AnchoringOptions withStrength(@Nullable Double newAlpha, VectorScale newScale) {
        return new AnchoringOptions(
                projector, steeringLayers, classifierLayers, newAlpha, newScale, passes, check, overlap);
    }

    AnchoringOptions withPasses(String marker, int batchSize, ProgressListener progress) {
        Passes newPasses = new Passes(marker, batchSize, progress);
        return new AnchoringOptions(
                projector, steeringLayers, classifierLayers, alpha, scale, newPasses, check, overlap);
    }

    AnchoringOptions with(ModelCheck newCheck) {
        return new AnchoringOptions(
                projector, steeringLayers, classifierLayers, alpha, scale, passes, newCheck, overlap);
    }

    AnchoringOptions with(Overlap newOverlap) {
        return new AnchoringOptions(
                projector, steeringLayers, classifierLayers, alpha, scale, passes, check, newOverlap);
    }

    String marker() {
        return passes.marker();
    }

    int batchSize() {
        return passes.batchSize();
    }

    ProgressListener progress() {
        return passes.progress();
    }

    void requireLayers(int layers) {
        Stream.concat(steeringLayers.stream(), classifierLayers.stream())
                .filter(layer -> layer < 0 || layer >= layers)
                .findFirst()
                .ifPresent(layer -> {
                    throw new BadRequest("There is no layer " + layer + ": the model has " + layers + " layers, 0 to "
                            + (layers - 1) + ".");
                });
    }
}
