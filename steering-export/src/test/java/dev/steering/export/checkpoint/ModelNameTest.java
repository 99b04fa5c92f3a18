package dev.steering.export.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelNameTest {
    @ParameterizedTest
    @CsvSource({
        "meta-llama/Llama-3.2-1B, /data/x, meta-llama/Llama-3.2-1B",
        "'', /data/llama-1b, llama-1b",
        "'', /data/demo-model/hf, demo-model",
        "'', /data/llama-1b/onnx/, llama-1b",
        "/home/somebody/out, /data/tuned, tuned",
        "'./out', /data/tuned, tuned",
        "'', /cache/models--org--name/snapshots/0123456789012345678901234567890123456789, org/name",
        "'', /hf, hf",
    })
    void namesWhatTheModelIsNotWhereItLies(String configured, String directory, String expected) {
        assertEquals(expected, ModelName.of(configured, Path.of(directory)));
    }
}
