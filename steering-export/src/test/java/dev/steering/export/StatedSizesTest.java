package dev.steering.export;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.core.SteeringException;
import dev.steering.core.bundle.Bundle;
import dev.steering.testkit.TestCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sizes that a file states are not believed: nothing is written or allocated before something real agrees. */
class StatedSizesTest {
    private static final JsonMapper JSON = new JsonMapper();

    @TempDir
    private Path directory;

    private Path checkpoint(String key, String value) throws IOException {
        Path checkpoint = TestCheckpoint.load("llama").save(directory.resolve("hf"));
        return edited(checkpoint, "config.json", key, value);
    }

    private static Path edited(Path place, String file, String key, String value) throws IOException {
        ObjectNode json = (ObjectNode) JSON.readTree(Files.readString(place.resolve(file)));
        json.set(key, JSON.readTree(value));
        Files.writeString(place.resolve(file), json.toString());
        return place;
    }

    @ParameterizedTest
    @CsvSource({
        "max_position_embeddings, 1000000000, more than 16777216",
        "max_position_embeddings, 16777217, more than 16777216",
        "max_position_embeddings, -5, a positive integer",
        "max_position_embeddings, 0, a positive integer",
        "max_position_embeddings, 1e30, a positive integer",
        "max_position_embeddings, 99999999999, a positive integer",
        "num_hidden_layers, 2000000000, the checkpoint's weights have",
        "num_hidden_layers, -1, a positive integer",
        "num_hidden_layers, 4, 'model.layers.3.'",
        "hidden_size, 2000000000, as the longest side of a tensor",
        "vocab_size, 2147483647, as the longest side of a tensor",
        "intermediate_size, 1000000, as the longest side of a tensor",
        "num_attention_heads, 1000000, as the longest side of a tensor",
        "num_key_value_heads, 1000000, as the longest side of a tensor",
        "head_dim, 2000000000, as the longest side of a tensor",
    })
    void aConfigIsBoundedByItsWeights(String key, String value, String message) throws IOException {
        Path checkpoint = checkpoint(key, value);
        Path bundle = directory.resolve("bundle");
        SteeringException e = assertThrows(
                SteeringException.class, () -> CheckpointExporter.export(checkpoint, bundle, ExportOptions.defaults()));
        assertTrue(e.getMessage().contains(message), e.getMessage());
        if (!key.equals("num_hidden_layers") || !value.equals("4")) {
            assertTrue(e.getMessage().contains(key), e.getMessage());
        }
        assertFalse(Files.exists(bundle));
        try (var left = Files.list(directory)) {
            assertEquals(List.of(directory.resolve("hf")), left.toList());
        }
    }

    @Test
    void theLongestAcceptedContextIsComparedWithTheDisk() {
        long tables = 2L * 16777216 * 64 * Float.BYTES;
        Path bundle = directory.resolve("bundle");
        SteeringException e = assertThrows(
                SteeringException.class, () -> DiskSpace.require(tables, 16777216, 2_000_000, 1_000_000_000, bundle));
        assertEquals(
                "Cannot write the bundle " + bundle
                        + ": it needs 8591.9 MB, of which 8589.9 MB are tables for max_position_embeddings 16777216 of"
                        + " config.json, and its disk has 1000.0 MB free. Free some space, choose another disk, or lower"
                        + " max_position_embeddings. Nothing was written.",
                e.getMessage());
        assertDoesNotThrow(() -> DiskSpace.require(tables, 16777216, 0, tables, bundle));
        assertThrows(SteeringException.class, () -> DiskSpace.require(tables, 16777216, 1, tables, bundle));
    }

    @ParameterizedTest
    @CsvSource({
        "layers, 0, 'layers: expected a number from 1 on, found 0'",
        "layers, 2000000000, layers is 2000000000",
        "hidden, -1, 'hidden: expected a number from 1 on, found -1'",
        "hidden, 2000000000, hidden is 2000000000",
        "vocabulary, 0, 'vocabulary: expected a number from 1 on, found 0'",
        "vocabulary, 2147483647, vocabulary is 2147483647",
        "context, -5, 'context: expected a number from 1 on, found -5'",
    })
    void aManifestIsBoundedByTheBundlesFiles(String key, String value, String problem) throws IOException {
        Path bundle = CheckpointExporter.export(
                        TestCheckpoint.path("llama"), directory.resolve("bundle"), ExportOptions.defaults())
                .directory();
        edited(bundle, Bundle.MANIFEST, key, value);
        String message =
                assertThrows(SteeringException.class, () -> Bundle.open(bundle)).getMessage();
        assertTrue(message.contains("steering.json is damaged: ") && message.contains(problem), message);
    }
}
