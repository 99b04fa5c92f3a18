package dev.steering.apply.testing;

import dev.steering.apply.MethodArguments;
import dev.steering.apply.MethodDefinition;
import dev.steering.apply.MethodRegistry;
import dev.steering.apply.Steering;
import dev.steering.apply.acd.AcdDefinition;
import dev.steering.core.safetensors.SafetensorsFile;
import dev.steering.core.search.DirectionSearch;
import dev.steering.core.softprompt.SoftPromptProvenance;
import dev.steering.core.softprompt.SoftPrompts;
import dev.steering.core.vector.LayerMatrix;
import dev.steering.core.vector.LayerReads;
import dev.steering.core.vector.Provenance;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorScale;
import dev.steering.model.chat.ChatModel;
import java.nio.file.Path;
import java.util.List;

/** Steering that belongs to the open demo model: vectors and soft prompts with its fingerprint. */
public final class SteeredDemo {
    /** As if the direction had been searched for; the contrasts are those of the public code on this model. */
    private static final DirectionSearch SEARCH = new DirectionSearch(
            0.5,
            "all-points",
            -1,
            1,
            0.6,
            new DirectionSearch.Limits(0.2, 0.8, null),
            List.of("I"),
            List.of(),
            0,
            List.of(new DirectionSearch.Candidate(-1, 1, -3, 0.01, null)));

    private SteeredDemo() {}

    /** The golden vector and two random ones, all with the golden anchoring. */
    public static List<SteeringVector> vectors(ChatModel model) {
        return List.of(golden(model), random(model, 1), random(model, 2));
    }

    public static SteeringVector golden(ChatModel model) {
        return of(DemoModel.anchoredVector(), model);
    }

    private static SteeringVector random(ChatModel model, long seed) {
        SteeringVector random = TestVectors.random(DemoModel.LAYERS, DemoModel.HIDDEN, 0.2, seed);
        return of(random.withAnchoring(DemoModel.anchoredVector().anchoring()), model);
    }

    private static SteeringVector of(SteeringVector vector, ChatModel model) {
        Provenance made = vector.provenance();
        return withReads(searched(vector))
                .withProvenance(new Provenance(
                        model.manifest().fingerprint(),
                        model.manifest().name(),
                        made.contrastSetHash(),
                        made.method(),
                        made.tokenSelector(),
                        made.site(),
                        made.operation(),
                        made.template(),
                        made.seed(),
                        made.versions()));
    }

    /** With what methods want that are made of three sets of prompts. */
    public static SteeringVector searched(SteeringVector vector) {
        SafetensorsFile contrasts = SafetensorsFile.open(Path.of("src/test/resources/surgical-contrasts.safetensors"));
        return vector.withSearch(SEARCH)
                .withContrasts(
                        new SteeringVector.Contrasts(matrix(contrasts, "over_refused"), matrix(contrasts, "harmful")));
    }

    private static LayerMatrix matrix(SafetensorsFile file, String name) {
        return LayerMatrix.of(DemoModel.LAYERS, DemoModel.HIDDEN, file.floats(name));
    }

    /** Reads along the directions, of a size that matters. */
    public static SteeringVector withReads(SteeringVector vector) {
        float[] rows = vector.directions().unit().values().clone();
        for (int i = 0; i < rows.length; i++) {
            rows[i] *= 0.1f;
        }
        return vector.withReads(LayerReads.of(LayerMatrix.of(vector.layers(), vector.hidden(), rows)));
    }

    public static SoftPrompts softPrompts(ChatModel model) {
        SoftPrompts tuned = SoftPromptExamples.of(AcdGolden.file());
        SoftPromptProvenance made = tuned.provenance();
        return new SoftPrompts(
                tuned.safe(),
                tuned.opposite(),
                tuned.embeddingScale(),
                tuned.safeCurve(),
                tuned.oppositeCurve(),
                tuned.cost(),
                new SoftPromptProvenance(
                        model.manifest().fingerprint(),
                        model.manifest().name(),
                        made.anchorSetHash(),
                        made.anchors(),
                        made.template(),
                        made.slot(),
                        made.seed(),
                        made.settings(),
                        made.versions()));
    }

    /** Any method of the registry with all that it needs; the strength is that of the methods with a vector. */
    public static Steering steering(String method, ChatModel model, SteeringVector vector, double alpha) {
        MethodDefinition definition = MethodRegistry.get(method);
        Steering steering = Steering.method(method);
        if (definition.needsVector()) {
            steering = steering.withVector(vector);
        }
        if (definition.options().contains(MethodArguments.ALPHA)) {
            steering = steering.withStrength(alpha).withScale(VectorScale.RAW);
        }
        return definition.required().contains(AcdDefinition.SOFT_PROMPTS)
                ? steering.with(AcdDefinition.SOFT_PROMPTS, softPrompts(model))
                : steering;
    }
}
