package dev.steering.export;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.steering.core.bundle.Bundle;
import dev.steering.testkit.TestCheckpoint;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextPartTest {
    @TempDir
    private Path directory;

    @Test
    void theTextPartKnowsTheTokensOfTheRest() {
        Bundle bundle = CheckpointExporter.export(
                TestCheckpoint.path("qwen3_vl"), directory.resolve("bundle"), ExportOptions.defaults());
        assertEquals(
                List.of(151655, 151656),
                Bundle.open(bundle.directory()).manifest().otherTokens());
    }

    @Test
    void modelsOfTextAloneHaveNone() {
        Bundle bundle = CheckpointExporter.export(
                TestCheckpoint.path("llama"), directory.resolve("bundle"), ExportOptions.defaults());
        assertEquals(List.of(), bundle.manifest().otherTokens());
    }
}
