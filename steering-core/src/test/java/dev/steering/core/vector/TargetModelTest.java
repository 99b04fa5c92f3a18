package dev.steering.core.vector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.steering.core.SteeringException;
import org.junit.jupiter.api.Test;

class TargetModelTest {
    private final SteeringVector vector = VectorExamples.plain();

    @Test
    void acceptsTheModelOfTheExtraction() {
        new TargetModel("ab".repeat(32), "renamed", 2, 3).requireFits(vector, ModelCheck.SAME_MODEL);
    }

    @Test
    void refusesAnotherFingerprintUnlessToldOtherwise() {
        TargetModel other = new TargetModel("ef".repeat(32), "tiny-qwen", 2, 3);
        assertEquals(
                "this steering vector belongs to another model: it was extracted from 'tiny-llama' with fingerprint "
                        + "abababababab..., but 'tiny-qwen' has fingerprint efefefefefef.... Extract a vector from "
                        + "this model, or pass --any-model to use this one all the same.",
                message(other, ModelCheck.SAME_MODEL));
        other.requireFits(vector, ModelCheck.ANY_MODEL);
    }

    @Test
    void refusesAnotherSizeWhateverItIsTold() {
        for (ModelCheck check : ModelCheck.values()) {
            assertEquals(
                    "this steering vector does not fit the model: it was extracted from 'tiny-llama' with 2 layers of "
                            + "hidden size 3, but 'tiny-qwen' has 2 layers of hidden size 4. Extract a vector from "
                            + "this model.",
                    message(new TargetModel("ab".repeat(32), "tiny-qwen", 2, 4), check));
            assertThrows(SteeringException.class, () -> new TargetModel("ab".repeat(32), "tiny-qwen", 3, 3)
                    .requireFits(vector, check));
        }
    }

    private String message(TargetModel model, ModelCheck check) {
        return assertThrows(SteeringException.class, () -> model.requireFits(vector, check))
                .getMessage();
    }
}
