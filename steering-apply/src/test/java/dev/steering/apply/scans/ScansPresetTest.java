package dev.steering.apply.scans;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.steering.apply.scans.ScansPreset.ClassifierLayers;
import dev.steering.core.SteeringException;
import dev.steering.core.vector.VectorScale;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The constants as they stand in the defaults and branches of the public code's SCANS_llama.py and SCANS_vicuna.py. */
class ScansPresetTest {
    private static List<Integer> layers(int first, int last) {
        return IntStream.rangeClosed(first, last).boxed().toList();
    }

    @Test
    void constantsAreThoseOfThePublicCode() {
        assertPreset("llama-2-7b", 32, layers(10, 31), 3.5, 0.75);
        assertPreset("llama-2-13b", 40, layers(10, 18), 3.5, 0.75);
        assertPreset("vicuna-7b", 32, layers(10, 31), 4, 0.75);
        assertPreset("vicuna-13b", 40, layers(10, 18), 4, 0.7);
        assertEquals(256, ScansPreset.LLAMA_2_7B.generation().decode().maxNewTokens());
        assertEquals(1.1, ScansPreset.LLAMA_2_7B.generation().decode().repetitionPenalty());
        assertEquals(0, ScansPreset.LLAMA_2_7B.generation().decode().temperature());
    }

    private static void assertPreset(String name, int count, List<Integer> classifier, double alpha, double threshold) {
        assertEquals(
                new ScansSettings(layers(10, 19), classifier, alpha, VectorScale.UNIT, threshold),
                ScansPreset.of(name).settings(count));
    }

    @Test
    void classifierLayersFollowTheSteeredOnes() {
        assertEquals(List.of(3, 4, 5), ClassifierLayers.TO_LAST.of(List.of(3, 4), 6));
        assertEquals(List.of(2, 3), ClassifierLayers.WITHIN_STEERED.of(List.of(2, 3, 4), 6));
        assertEquals(List.of(3), ClassifierLayers.WITHIN_STEERED.of(List.of(3), 6));
    }

    @Test
    void aPresetBelongsToItsModel() {
        assertEquals(
                "The preset vicuna-7b is for a model of 32 layers, this one has 6. Anchor the layers of a vector to find settings for it.",
                assertThrows(SteeringException.class, () -> ScansPreset.VICUNA_7B.settings(6))
                        .getMessage());
        assertEquals(
                "There is no preset 'gpt-5'. There are llama-2-7b, llama-2-13b, vicuna-7b, vicuna-13b.",
                assertThrows(SteeringException.class, () -> ScansPreset.of("gpt-5"))
                        .getMessage());
    }
}
