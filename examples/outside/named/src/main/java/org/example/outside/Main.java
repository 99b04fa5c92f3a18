package org.example.outside;

import dev.steering.apply.Answer;
import dev.steering.apply.Answering;
import dev.steering.apply.Scans;
import dev.steering.apply.ScansSettings;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorFile;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.decode.GenerationOptions;
import dev.steering.viz.LayerCharts;
import java.nio.file.Path;
import java.util.List;

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
        try (ChatModel model = ChatModel.open(Path.of(args[0]))) {
            Scans scans = new Scans(model, GenerationOptions.greedy(64), vector, ScansSettings.of(vector));
            for (Answer answer : Answering.with(model).answer(List.of(args[2]), scans)) {
                System.out.println(Main.class.getModule() + " answers: " + answer.text());
            }
        }
        System.out.println("charts: " + LayerCharts.of(vector).write(Path.of(args[3])).files().size());
    }
}
