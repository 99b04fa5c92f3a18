package dev.steering.export.family;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.steering.export.checkpoint.Checkpoint;
import dev.steering.export.decoder.rotary.RotaryEmbedding;
import dev.steering.export.decoder.rotary.RotaryTable;
import dev.steering.testkit.TestCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

class RotaryConfigTest {
    /** Made by golden_rotary.py with transformers' own functions. */
    private static final Path GOLDEN = Path.of("src/test/resources/rotary.json");

    @TempDir
    private Path directory;

    @TestFactory
    List<DynamicTest> frequenciesAreThoseOfTransformers() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        for (JsonNode golden : new ObjectMapper().readTree(Files.readString(GOLDEN))) {
            tests.add(DynamicTest.dynamicTest(golden.path("name").asText(), () -> {
                RotaryTable table = read(golden.path("config"));
                assertSame(golden, 0, table.first());
                RotaryEmbedding beyond = table.beyond();
                assertSame(golden, 1, beyond == null ? table.first() : beyond);
            }));
        }
        return tests;
    }

    private static void assertSame(JsonNode golden, int list, RotaryEmbedding found) {
        JsonNode expected = golden.path("frequencies").path(list);
        assertEquals(expected.size(), found.pairs());
        for (int i = 0; i < expected.size(); i++) {
            float value = (float) expected.path(i).asDouble();
            // Single-precision powers of other libraries differ in the last place, and blending doubles that.
            assertEquals(value, found.inverseFrequencies()[i], 4 * Math.ulp(value), "pair " + i);
        }
        assertEquals(golden.path("attention_factor").asDouble(), found.magnitude(), 1e-7);
    }

    @Test
    void dynamicIsTheDefaultUpToTheContext() throws IOException {
        ObjectMapper mapper = new ObjectMapper();
        RotaryTable dynamic = read(mapper.readTree("{\"rope_scaling\": {\"type\": \"dynamic\", \"factor\": 4}}"));
        RotaryTable plain = read(mapper.readTree("{}"));
        assertArrayEquals(plain.first().inverseFrequencies(), dynamic.first().inverseFrequencies());
    }

    private RotaryTable read(JsonNode keys) throws IOException {
        TestCheckpoint checkpoint = TestCheckpoint.load("llama");
        checkpoint.config.remove("rope_scaling");
        keys.properties().forEach(e -> checkpoint.config.set(e.getKey(), e.getValue()));
        return Families.read(Checkpoint.open(checkpoint.save(directory)))
                .rotaries()
                .get(0);
    }
}
