package dev.steering.spark;

import dev.steering.core.prompts.ContrastSets;
import dev.steering.core.vector.ContrastSet;
import dev.steering.testkit.FixtureBundle;
import dev.steering.testkit.Fixtures;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** The demo model and its prompts. */
final class LocalBundle {
    static final Path DIRECTORY =
            FixtureBundle.DEMO.unpack(Path.of("target", "demo-bundle")).toAbsolutePath();
    static final StructType LABELLED = new StructType()
            .add("prompt", DataTypes.StringType)
            .add("label", DataTypes.StringType)
            .add("id", DataTypes.StringType);
    static final PromptColumns COLUMNS = new PromptColumns("prompt", "label", "id");

    private LocalBundle() {}

    static List<String> lines(String file) {
        try {
            return Files.readAllLines(Fixtures.demoModel().resolve("prompts").resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static ContrastSet anchors() {
        return ContrastSets.of(lines("anchors-harmful.txt"), lines("anchors-harmless.txt"));
    }

    static List<Row> rows(ContrastSet prompts) {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < prompts.harmful().size(); i++) {
            rows.add(RowFactory.create(prompts.harmful().get(i), "harmful", "+" + i));
        }
        for (int i = 0; i < prompts.harmless().size(); i++) {
            rows.add(RowFactory.create(prompts.harmless().get(i), "harmless", "-" + i));
        }
        return rows;
    }
}
