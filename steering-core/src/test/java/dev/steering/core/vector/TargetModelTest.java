package dev.steering.core.vector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.steering.core.WrongModel;
import dev.steering.core.vector.ModelIdentity.Frame;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TargetModelTest {
    private static final ModelIdentity KNOWN = VectorExamples.identity();
    private static final String AS_IT_WAS =
            " Use the vector with the model as it was, or extract one from the model as it is now.";

    private final SteeringVector vector = VectorExamples.plain();
    private final SteeringVector complete = VectorExamples.complete();

    @Test
    void acceptsTheModelOfTheExtraction() {
        new TargetModel("ab".repeat(32), "renamed", 2, 3).requireFits(vector, ModelCheck.SAME_MODEL);
        assertNull(target(KNOWN).requireFits(complete, ModelCheck.SAME_MODEL));
    }

    @Test
    void refusesAnotherFingerprintUnlessToldOtherwise() {
        TargetModel other = new TargetModel("ef".repeat(32), "tiny-qwen", 2, 3);
        WrongModel e = refused(other, vector, ModelCheck.SAME_MODEL);
        assertEquals(
                "this steering vector belongs to another model: it was extracted from 'tiny-llama' with fingerprint "
                        + "abababababab..., but 'tiny-qwen' has fingerprint efefefefefef.... Extract a vector from "
                        + "this model.",
                e.getMessage());
        assertEquals("weights", e.part());
        assertNull(other.requireFits(vector, ModelCheck.ANY_MODEL));
    }

    @Test
    void refusesAnotherSizeWhateverItIsTold() {
        for (ModelCheck check : ModelCheck.values()) {
            WrongModel e = refused(new TargetModel("ab".repeat(32), "tiny-qwen", 2, 4), vector, check);
            assertEquals(
                    "this steering vector does not fit the model: it was extracted from 'tiny-llama' with 2 layers of "
                            + "hidden size 3, but 'tiny-qwen' has 2 layers of hidden size 4. Extract a vector from "
                            + "this model.",
                    e.getMessage());
            assertEquals("size", e.part());
            assertEquals(
                    "size",
                    refused(new TargetModel("ab".repeat(32), "tiny-qwen", 3, 3), vector, check)
                            .part());
        }
    }

    @Test
    void namesTheSettingThatDiffers() {
        Map<String, String> config = new TreeMap<>(Map.of("rope_theta", "500000", "hidden_act", "silu"));
        assertRefused(
                "config.json",
                "this steering vector was extracted under another config.json: num_attention_heads was 4 and is not there,"
                        + " rope_theta was 10000 and is 500000. The same weights compute other activations, in which its"
                        + " directions mean nothing." + AS_IT_WAS,
                new ModelIdentity(KNOWN.fingerprint(), config, KNOWN.vocabulary(), KNOWN.frame()));
        for (int i = 0; i < 9; i++) {
            config.put("a" + i, "1");
        }
        assertEquals(
                "this steering vector was extracted under another config.json: a0 was not there and is 1, a1 was not there"
                        + " and is 1, a2 was not there and is 1, a3 was not there and is 1 and 7 more differ.",
                refused(new ModelIdentity(KNOWN.fingerprint(), config, KNOWN.vocabulary(), KNOWN.frame()))
                        .getMessage()
                        .replaceFirst(" The same weights.*", ""));
    }

    @Test
    void namesAnotherVocabulary() {
        assertRefused(
                "vocabulary",
                "this steering vector was extracted with another tokenizer vocabulary: its hash was 121212121212... and"
                        + " is none. Texts become other tokens than those that the directions come from." + AS_IT_WAS,
                new ModelIdentity(KNOWN.fingerprint(), KNOWN.config(), "", KNOWN.frame()));
    }

    @Test
    void namesAnotherTemplateByWhatItWrites() {
        Frame f = VectorExamples.frame("chat", Map.of("enable_thinking", "false"), "Be brief.");
        Frame other = new Frame("chat", List.of(1), List.of(7, 8), "### user: ", "", f.variables(), f.system());
        assertRefused(
                "chat template",
                "this steering vector was extracted with another chat template: prompts were written between"
                        + " \"<s><|user|>\" and \"<|end|>\\n<|assistant|>\" and are written between \"### user: \" and"
                        + " \"\". Directions and threshold belong to the former: decisions would be wrong without a word."
                        + AS_IT_WAS,
                framed(other));
        Frame plain = VectorExamples.frame("none", Map.of("enable_thinking", "false"), "Be brief.");
        assertEquals(
                "this steering vector was extracted with another chat template: prompts were written through the model's"
                        + " template and are written without a template. Directions and threshold belong to the former:"
                        + " decisions would be wrong without a word." + AS_IT_WAS,
                refused(framed(plain)).getMessage());
    }

    @Test
    void namesOtherVariablesAndAnotherSystemPrompt() {
        assertRefused(
                "template variables",
                "this steering vector was extracted with other template variables: they were {enable_thinking=false} and"
                        + " are none. Prompts read otherwise than those that directions and threshold come from."
                        + AS_IT_WAS,
                framed(VectorExamples.frame("chat", Map.of(), "Be brief.")));
        assertRefused(
                "system prompt",
                "this steering vector was extracted with another system prompt: it was \"Be brief.\" and is none."
                        + " Prompts read otherwise than those that directions and threshold come from." + AS_IT_WAS,
                framed(VectorExamples.frame("chat", Map.of("enable_thinking", "false"), null)));
    }

    @Test
    void namesEveryPartThatDiffers() {
        WrongModel e = refused(
                new ModelIdentity("ef".repeat(32), Map.of(), "", VectorExamples.frame("none", Map.of("a", "1"), null)));
        assertEquals("weights, config.json, vocabulary, template variables, system prompt, chat template", e.part());
        assertEquals(
                " Extract a vector from this model.",
                e.getMessage().substring(e.getMessage().length() - 34));
    }

    @Test
    void saysWhatAVectorOfVersion1DoesNotSay() {
        String remark = target(KNOWN).requireFits(vector, ModelCheck.SAME_MODEL);
        assertEquals(
                "the vector does not say of its model: settings of config.json, vocabulary, tokens of the chat template,"
                        + " template variables, system prompt. Whether they are the same here cannot be checked; extract"
                        + " the vector again to have them checked.",
                remark);
        assertNull(target(KNOWN).requireFits(vector, ModelCheck.ANY_MODEL));
        WrongModel e =
                refused(target(framed(VectorExamples.frame("none", Map.of(), null))), vector, ModelCheck.SAME_MODEL);
        assertEquals("chat template", e.part(), "this much version 1 says");
    }

    @Test
    void aVectorFromElsewhereIsCheckedBySizeAlone() {
        SteeringVector foreign = VectorExamples.fromElsewhere();
        String remark = String.valueOf(target(KNOWN).requireFits(foreign, ModelCheck.SAME_MODEL));
        assertEquals("the vector does not say of its model: weights, settings of", remark.substring(0, 58));
        assertEquals(
                "size",
                refused(new TargetModel(KNOWN, "x", 2, 4), foreign, ModelCheck.SAME_MODEL)
                        .part());
    }

    private static ModelIdentity framed(@Nullable Frame frame) {
        return new ModelIdentity(KNOWN.fingerprint(), KNOWN.config(), KNOWN.vocabulary(), frame);
    }

    private static TargetModel target(ModelIdentity identity) {
        return new TargetModel(identity, "tiny-qwen", 2, 3);
    }

    private void assertRefused(String part, String message, ModelIdentity found) {
        WrongModel e = refused(found);
        assertEquals(message, e.getMessage());
        assertEquals(part, e.part());
    }

    private WrongModel refused(ModelIdentity found) {
        return refused(target(found), complete, ModelCheck.SAME_MODEL);
    }

    private static WrongModel refused(TargetModel model, SteeringVector vector, ModelCheck check) {
        return assertThrows(WrongModel.class, () -> model.requireFits(vector, check));
    }
}
