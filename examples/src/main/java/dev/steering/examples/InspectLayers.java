package dev.steering.examples;

import dev.steering.core.prompts.ContrastSets;
import dev.steering.core.vector.ContrastSet;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorFile;
import dev.steering.extract.anchor.LayerAnchoring;
import dev.steering.model.chat.ChatModel;
import dev.steering.viz.LayerCharts;
import java.nio.file.Path;

/** In which layers does refusal live, and what do they say in the model's own vocabulary? */
public final class InspectLayers {
    private InspectLayers() {}

    /** @param args model bundle, vector file, held-out harmful prompts, held-out harmless prompts, directory for charts */
    public static void main(String[] args) {
        Path file = Path.of(args[1]);
        SteeringVector vector = VectorFile.read(file);
        ContrastSet heldOut = ContrastSets.read(Path.of(args[2]), Path.of(args[3]));
        try (ChatModel model = ChatModel.open(Path.of(args[0]))) {
            LayerAnchoring.Result result = LayerAnchoring.withDefaults().anchor(model, vector, heldOut);
            SteeringVector anchored = vector.withAnchoring(result.anchoring());
            VectorFile.write(file, anchored);
            LayerCharts.of(anchored).write(Path.of(args[4]));
            System.out.println(result.layers().reason());
        }
    }
}
