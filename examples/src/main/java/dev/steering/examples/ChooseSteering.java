package dev.steering.examples;

import dev.steering.apply.ChatRequest;
import dev.steering.apply.GenerationOptions;
import dev.steering.apply.Prepared;
import dev.steering.apply.SteeredModel;
import dev.steering.apply.Steering;
import dev.steering.apply.selfcd.SelfCdDefinition;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorFile;
import dev.steering.core.vector.VectorScale;
import java.nio.file.Path;
import java.util.List;

/** What can be done to a model while it answers? */
public final class ChooseSteering {
    private ChooseSteering() {}

    /** @param args model bundle, anchored vector file, prompt */
    public static void main(String[] args) {
        SteeringVector vector = VectorFile.read(Path.of(args[1]));
        List<Steering> choices = List.of(
                Steering.none(),
                Steering.scans(vector),
                Steering.subtract(vector),
                Steering.subtract(vector, 0.5).withLayers(List.of(4, 5)),
                Steering.add(vector).withScale(VectorScale.UNIT).withStrength(2),
                Steering.ablate(vector),
                Steering.selfCd().with(SelfCdDefinition.PLAUSIBILITY, 0.1),
                Steering.method("prompt"));
        try (SteeredModel model = SteeredModel.open(Path.of(args[0]))) {
            for (Steering choice : choices) {
                Prepared prepared = model.prepare(choice);
                ChatRequest request = ChatRequest.builder(args[2])
                        .steering(prepared)
                        .options(GenerationOptions.greedy(40))
                        .build();
                System.out.println(prepared.words());
                System.out.println("  " + model.chat(request).text());
            }
        }
    }
}
