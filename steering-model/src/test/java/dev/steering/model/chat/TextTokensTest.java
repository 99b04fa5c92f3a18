package dev.steering.model.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.steering.core.BadRequest;
import dev.steering.core.bundle.BundleManifest;
import dev.steering.core.bundle.GraphSignature;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TextTokensTest {
    private static BundleManifest manifest(List<Integer> otherTokens) {
        return new BundleManifest(
                "seer",
                "llama",
                2,
                8,
                64,
                16,
                null,
                "f32",
                "model.onnx",
                "model-projection.onnx",
                new GraphSignature(List.of(), "logits", GraphSignature.Cache.ABSENT, GraphSignature.Padding.RIGHT),
                null,
                null,
                null,
                null,
                List.of(),
                Map.of(),
                "f",
                null,
                null,
                otherTokens);
    }

    @Test
    void aPromptWithThePlaceOfAPictureIsRefused() {
        TextTokens.require(manifest(List.of(7, 9)), new int[] {1, 2, 8});
        BadRequest e =
                assertThrows(BadRequest.class, () -> TextTokens.require(manifest(List.of(7, 9)), new int[] {1, 9}));
        assertEquals(
                "The prompt has the token 9, which stands for a picture or a sound, and of seer only the text part is in the"
                        + " bundle. Leave pictures and sounds out.",
                e.getMessage());
    }

    @Test
    void modelsOfTextAloneTakeEveryToken() {
        TextTokens.require(manifest(List.of()), new int[] {1, 9});
    }
}
