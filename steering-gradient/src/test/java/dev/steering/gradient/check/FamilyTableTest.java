package dev.steering.gradient.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.steering.core.SteeringException;
import dev.steering.core.bundle.Bundle;
import dev.steering.core.safetensors.SafetensorsFile;
import dev.steering.export.CheckpointExporter;
import dev.steering.export.ExportOptions;
import dev.steering.export.Precision;
import dev.steering.export.check.ReferenceCheck;
import dev.steering.export.family.Families;
import dev.steering.model.ort.LanguageModel;
import dev.steering.testkit.TestCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The table of families in docs/models.md is what the checkpoints of the fixtures show. */
class FamilyTableTest {
    private static final Path DOCS = Path.of("../docs/models.md");
    private static final String BEGIN = "<!-- families -->\n";
    private static final String END = "<!-- end of families -->";
    private static final Map<Precision, Double> TOLERANCES =
            new EnumMap<>(Map.of(Precision.FP32, 1e-4, Precision.FP16, 5e-2, Precision.INT8, 2.0, Precision.INT4, 8.0));

    @TempDir
    private Path directory;

    private int bundles;

    @Test
    void theDocsSayWhatTheFixturesShow() throws IOException {
        String docs = Files.readString(DOCS);
        int from = docs.indexOf(BEGIN) + BEGIN.length();
        assertTrue(from >= BEGIN.length() && docs.contains(END), "the markers are there");
        assertEquals(table(), docs.substring(from, docs.indexOf(END)));
    }

    private String table() throws IOException {
        Map<String, List<String>> fixtures = new TreeMap<>();
        for (String name : names()) {
            Path config = TestCheckpoint.path(name).resolve("config.json");
            String type = new ObjectMapper()
                    .readTree(Files.readString(config))
                    .path("model_type")
                    .asText();
            fixtures.computeIfAbsent(type, t -> new ArrayList<>()).add(name);
        }
        StringBuilder table =
                new StringBuilder("| `model_type` | fp32 | fp16 | int8 | int4 | gradients | checked with |\n");
        table.append("|---|---|---|---|---|---|---|\n");
        for (String family : Families.names()) {
            table.append(row(family, fixtures.getOrDefault(family, List.of())));
        }
        return table.toString();
    }

    private static List<String> names() throws IOException {
        try (Stream<Path> all = Files.list(TestCheckpoint.path("llama").getParent())) {
            return all.filter(Files::isDirectory)
                    .map(path -> path.getFileName().toString())
                    .sorted()
                    .toList();
        }
    }

    private String row(String family, List<String> fixtures) {
        if (fixtures.isEmpty()) {
            return "| `" + family + "` | by its text part | | | | | |\n";
        }
        String cells = Stream.of(Precision.FP32, Precision.FP16, Precision.INT8, Precision.INT4)
                .map(precision -> cell(fixtures, precision))
                .collect(Collectors.joining(" | "));
        return "| `" + family + "` | " + cells + " | " + gradients(fixtures) + " | " + String.join(", ", fixtures)
                + " |\n";
    }

    private String cell(List<String> fixtures, Precision precision) {
        List<String> without = new ArrayList<>();
        for (String fixture : fixtures) {
            SafetensorsFile reference =
                    SafetensorsFile.open(TestCheckpoint.path(fixture).resolve("reference.safetensors"));
            try (LanguageModel model =
                    LanguageModel.open(export(fixture, precision).directory())) {
                ReferenceCheck.Report report = ReferenceCheck.run(model, reference);
                assertTrue(
                        report.passes(TOLERANCES.get(precision)),
                        () -> fixture + " " + precision + " " + report.comparisons());
            } catch (SteeringException e) {
                assertTrue(
                        e.getMessage().contains("not quantised")
                                || e.getMessage().contains("quantised along"),
                        e::getMessage);
                without.add(fixture);
            }
        }
        if (without.isEmpty()) {
            return "yes";
        }
        return without.size() == fixtures.size() ? "no" : "yes; not " + String.join(", ", without);
    }

    private String gradients(List<String> fixtures) {
        for (String fixture : fixtures) {
            Path values = TestCheckpoint.path(fixture).resolve("gradient.safetensors");
            boolean known = Files.isRegularFile(values);
            SafetensorsFile reference = SafetensorsFile.open(
                    known ? values : TestCheckpoint.path("gpt2").resolve("gradient.safetensors"));
            try {
                ReferenceCheck.Report report = GradientCheck.run(export(fixture, Precision.FP32), reference);
                if (known) {
                    assertTrue(report.passes(1e-4), () -> fixture + " " + report.comparisons());
                    return "yes";
                }
            } catch (SteeringException e) {
                assertTrue(e.getMessage().contains("Gradients are not implemented for"), e::getMessage);
                return "no";
            }
        }
        return "not compared";
    }

    private Bundle export(String fixture, Precision precision) {
        return CheckpointExporter.export(
                TestCheckpoint.path(fixture),
                directory.resolve("bundle" + bundles++),
                ExportOptions.defaults().withPrecision(precision));
    }
}
