package dev.steering.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.core.SteeringException;
import dev.steering.core.bundle.Bundle;
import dev.steering.model.ort.LanguageModel;
import dev.steering.model.pass.ForwardRequest;
import dev.steering.testkit.TestCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextPartTest {
    @TempDir
    private Path directory;

    /** The toy's vocabulary has 64 tokens, so its image token is made one of them. */
    @Test
    void tokensOfPicturesAreRefused() throws IOException {
        Path checkpoint = Files.createDirectories(directory.resolve("checkpoint"));
        Path original = TestCheckpoint.path("qwen3_vl");
        Files.copy(original.resolve("model.safetensors"), checkpoint.resolve("model.safetensors"));
        ObjectNode config = (ObjectNode) new ObjectMapper().readTree(Files.readString(original.resolve("config.json")));
        Files.writeString(
                checkpoint.resolve("config.json"),
                config.put("image_token_id", 7).put("video_token_id", 9).toString());
        Bundle bundle = CheckpointExporter.export(checkpoint, directory.resolve("bundle"), ExportOptions.defaults());
        assertEquals(List.of(7, 9), Bundle.open(bundle.directory()).manifest().otherTokens());
        try (LanguageModel model = LanguageModel.open(bundle.directory())) {
            model.forward(ForwardRequest.of(List.of(new int[] {3, 8})).withLastLogits());
            SteeringException e = assertThrows(
                    SteeringException.class,
                    () -> model.forward(
                            ForwardRequest.of(List.of(new int[] {3, 7})).withLastLogits()));
            assertTrue(e.getMessage().startsWith("The token 7 stands for a picture or a sound"), e.getMessage());
        }
    }

    @Test
    void modelsOfTextAloneHaveNone() {
        Bundle bundle = CheckpointExporter.export(
                TestCheckpoint.path("llama"), directory.resolve("bundle"), ExportOptions.defaults());
        assertEquals(List.of(), bundle.manifest().otherTokens());
    }
}
