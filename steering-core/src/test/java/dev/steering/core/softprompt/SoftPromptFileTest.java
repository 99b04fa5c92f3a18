package dev.steering.core.softprompt;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.core.SteeringException;
import dev.steering.core.safetensors.SafetensorsFile;
import dev.steering.core.safetensors.SafetensorsWriter;
import dev.steering.core.tuning.TuningCost;
import dev.steering.core.tuning.TuningCurve;
import dev.steering.core.tuning.TuningCurve.Ending;
import dev.steering.core.tuning.TuningCurve.Epoch;
import dev.steering.core.vector.ModelCheck;
import dev.steering.core.vector.TargetModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SoftPromptFileTest {
    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void chooseFile() {
        file = directory.resolve("acd.safetensors");
    }

    private static SoftPrompts prompts() {
        return new SoftPrompts(
                SoftPrompt.of("Be safe.", List.of(7, 9), 3, new float[] {1, 2, 3, 0.1f, -0f, 1e-30f}),
                SoftPrompt.of("Be helpful.", List.of(8), 3, new float[] {4, 5, 6}),
                Math.sqrt(3),
                new TuningCurve(List.of(new Epoch(3, 2.5), new Epoch(1.5, 0.1)), 1, Ending.EPOCHS),
                new TuningCurve(List.of(new Epoch(2, 2), new Epoch(1, 3)), 0, Ending.HELD_OUT),
                new TuningCost(10, 2000, 300),
                new SoftPromptProvenance(
                        "abc",
                        "toy",
                        "def",
                        Map.of("refusals", 8, "answers", 9),
                        "chat",
                        "system",
                        7,
                        Map.of("learning_rate", 1e-3),
                        Map.of("steering", "1.0")));
    }

    @Test
    void readsBackWhatWasWritten() {
        SoftPromptFile.write(file, prompts());
        assertEquals(prompts(), SoftPromptFile.read(file));
    }

    @Test
    void sameValueGivesTheSameBytes() throws IOException {
        SoftPromptFile.write(file, prompts());
        byte[] first = Files.readAllBytes(file);
        SoftPromptFile.write(file, SoftPromptFile.read(file));
        assertArrayEquals(first, Files.readAllBytes(file));
    }

    @Test
    void aVectorIsNotASoftPrompt() {
        new SafetensorsWriter().floats("directions", new float[] {1}, 1, 1).write(file);
        assertEquals(
                file + " is a safetensors file but holds no soft prompts: it has no metadata 'soft_prompts'. Expected a"
                        + " file of tuned soft prompts.",
                error());
    }

    @Test
    void newerVersionsAreRefused() {
        rewrite(json -> json.replace("\"format_version\":1", "\"format_version\":2"), 2);
        assertEquals(
                file + " is a soft-prompt file of format version 2, but this program reads versions up to 1. Update the"
                        + " program, or tune the prompts with this one.",
                error());
    }

    @Test
    void damageIsNamed() {
        rewrite(json -> json.replace("\"ending\":\"epochs\"", "\"ending\":\"soon\""), 2);
        assertEquals(
                file + " is not a valid soft-prompt file: its description's 'safe.ending' must be epochs, held_out or"
                        + " finished, found 'soon'. Tune or copy it again.",
                error());
        rewrite(json -> json.replace("\"best_epoch\":1", "\"best_epoch\":2"), 2);
        assertTrue(error().contains("has 2 epochs, 'held_out_loss' 2, and the best of them is number 2"), error());
        rewrite(json -> json, 1);
        assertEquals(
                file
                        + " is not a valid soft-prompt file: tensor 'safe' is F32 [1, 3], expected F32 [2, hidden]. Tune or"
                        + " copy it again.",
                error());
        rewrite(json -> json.replace("\"seed\":7,", ""), 2);
        assertEquals(
                file
                        + " is not a valid soft-prompt file: its description has no 'provenance.seed'. Tune or copy it again.",
                error());
    }

    @Test
    void anotherModelIsRefused() {
        TargetModel same = new TargetModel("abc", "toy", 2, 3);
        same.requireFits(prompts(), ModelCheck.SAME_MODEL);
        TargetModel other = new TargetModel("xyz", "other", 2, 3);
        other.requireFits(prompts(), ModelCheck.ANY_MODEL);
        assertEquals(
                "these soft prompts belong to another model: they were tuned on 'toy' with fingerprint abc, but 'other' has"
                        + " fingerprint xyz. Tune prompts on this model.",
                assertThrows(SteeringException.class, () -> other.requireFits(prompts(), ModelCheck.SAME_MODEL))
                        .getMessage());
        TargetModel larger = new TargetModel("abc", "toy", 2, 4);
        assertTrue(assertThrows(SteeringException.class, () -> larger.requireFits(prompts(), ModelCheck.ANY_MODEL))
                .getMessage()
                .contains("of hidden size 3, but 'toy' has hidden size 4"));
    }

    private void rewrite(UnaryOperator<String> change, int rows) {
        SoftPromptFile.write(file, prompts());
        String json = String.valueOf(SafetensorsFile.open(file).metadata().get("soft_prompts"));
        new SafetensorsWriter()
                .metadata("soft_prompts", change.apply(json))
                .floats("safe", new float[rows * 3], rows, 3)
                .floats("opposite", new float[3], 1, 3)
                .write(file);
    }

    private String error() {
        return String.valueOf(assertThrows(SteeringException.class, () -> SoftPromptFile.read(file))
                .getMessage());
    }
}
