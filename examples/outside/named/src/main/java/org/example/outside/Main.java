package org.example.outside;

import dev.steering.apply.ChatRequest;
import dev.steering.apply.GenerationOptions;
import dev.steering.apply.SteeredModel;
import dev.steering.apply.Steering;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorFile;
import dev.steering.viz.LayerCharts;
import java.nio.file.Path;

/** Reads a vector, answers with it, draws it: one class of each library module. */
public final class Main {
    private Main() {}

    /**
     * Answers one prompt and draws the vector's charts.
     *
     * @param args model bundle, anchored vector file, prompt, directory for charts
     */
    public static void main(String[] args) {
        SteeringVector vector = VectorFile.read(Path.of(args[1]));
        try (SteeredModel model = SteeredModel.open(Path.of(args[0]))) {
            ChatRequest request = ChatRequest.builder(args[2])
                    .steering(model.prepare(Steering.scans(vector)))
                    .options(GenerationOptions.greedy(64))
                    .build();
            System.out.println(
                    Main.class.getModule() + " answers: " + model.chat(request).text());
        }
        System.out.println("charts: " + LayerCharts.of(vector).write(Path.of(args[3])).files().size());
    }
}
