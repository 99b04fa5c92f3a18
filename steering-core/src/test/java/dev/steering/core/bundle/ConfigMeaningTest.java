package dev.steering.core.bundle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.core.BadFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigMeaningTest {
    @TempDir
    Path directory;

    private Map<String, String> read(String json) throws IOException {
        Path file = directory.resolve("config.json");
        Files.writeString(file, json);
        return ConfigMeaning.read(file);
    }

    @Test
    void keepsWhatChangesTheArithmetic() throws IOException {
        assertEquals(
                "{architectures=[A, B], hidden_act=silu, layer_types=[full, sliding], rope_scaling.factor=8,"
                        + " rope_scaling.rope_type=llama3, rope_theta=10000, tie=false}",
                read("{\"rope_theta\": 10000.0, \"tie\": false, \"hidden_act\": \"silu\","
                                + " \"rope_scaling\": {\"rope_type\": \"llama3\", \"factor\": 8.00},"
                                + " \"architectures\": [\"B\", \"A\"], \"layer_types\": [\"full\", \"sliding\"],"
                                + " \"head_dim\": null, \"transformers_version\": \"5.1\", \"torch_dtype\": \"float16\","
                                + " \"_name_or_path\": \"x\", \"eos_token_id\": [2, 3]}")
                        .toString());
    }

    @Test
    void spellingDoesNotCountButValuesDo() throws IOException {
        Map<String, String> one = read("{\"rope_theta\": 1e4, \"a\": [1, 2.0]}");
        assertEquals(one, read("{\"a\": [1.0, 2], \"rope_theta\": 10000.000}"));
        assertNotEquals(one, read("{\"a\": [2, 1], \"rope_theta\": 10000}"), "the order of a list counts");
        assertNotEquals(one, read("{\"a\": [1, 2], \"rope_theta\": 500000}"));
    }

    @Test
    void longListsAreHashed() throws IOException {
        String factors = "1.5, ".repeat(99);
        String hashed =
                String.valueOf(read("{\"long_factor\": [" + factors + "2]}").get("long_factor"));
        assertTrue(hashed.matches("sha256:[0-9a-f]{64}"), hashed);
        assertNotEquals(hashed, read("{\"long_factor\": [" + factors + "3]}").get("long_factor"));
    }

    @Test
    void aNumberOfAThousandMillionDigitsIsNotWrittenOut() throws IOException {
        assertEquals("{a=1E+999999999}", read("{\"a\": 1e999999999}").toString());
    }

    @Test
    void aModelWithoutAConfigurationHasNoSettings() {
        assertEquals(Map.of(), ConfigMeaning.read(directory.resolve("none.json")));
    }

    @Test
    void refusesWhatIsNoConfiguration() {
        assertTrue(assertThrows(BadFile.class, () -> read("[1]"))
                .getMessage()
                .endsWith("config.json is not a JSON object."));
        assertTrue(assertThrows(BadFile.class, () -> read("{\"a\": "))
                .getMessage()
                .contains("config.json is not valid JSON: Unexpected end-of-input"));
    }
}
