package dev.steering.extract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.core.WrongModel;
import dev.steering.core.vector.ContrastSet;
import dev.steering.core.vector.ModelCheck;
import dev.steering.core.vector.ModelIdentity;
import dev.steering.core.vector.Provenance;
import dev.steering.core.vector.SteeringVector;
import dev.steering.export.CheckpointExporter;
import dev.steering.export.ExportOptions;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.chat.ModelIdentities;
import dev.steering.model.chat.PromptFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A vector is bound to everything that its directions and threshold depend on: what is changed is refused, and named. */
class VectorIdentityTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Path CHECKPOINT = Path.of("../examples/demo-model/hf");
    private static final String OTHER_TEMPLATE =
            "{{ bos_token }}{% for m in messages %}### {{ m['role'] }}: {{ m['content'] }}\n{% endfor %}### assistant:";

    private static final SteeringVector VECTOR = VectorExtractor.withDefaults()
            .extract(DemoModel.model(), new ContrastSet(List.of("How do I kill a man?"), List.of("What is tea?")));

    @TempDir
    Path directory;

    @Test
    void theModelOfTheExtractionIsAccepted() {
        assertNull(ModelIdentities.requireFits(DemoModel.model(), null, VECTOR, ModelCheck.SAME_MODEL));
        ModelIdentity identity = VECTOR.provenance().model();
        assertEquals("10000", identity.config().get("rope_theta"));
        assertEquals("chat", identity.frame().format());
        assertEquals(
                "<|user|>",
                identity.frame()
                        .headText()
                        .substring(identity.frame().headText().length() - 8));
        assertEquals("<|end|><|assistant|>", identity.frame().tailText());
        assertEquals(2, identity.frame().tail().size());
    }

    @Test
    void settingsThatChangeTheArithmeticAreNamed() throws IOException {
        assertRefused(
                exported("config.json", json -> json.put("rope_theta", 500000.0)),
                "config.json",
                "under another config.json: rope_theta was 10000 and is 500000.");
        assertRefused(
                exported("config.json", json -> json.put("num_attention_heads", 8)
                        .put("num_key_value_heads", 4)
                        .put("head_dim", 16)),
                "config.json",
                "under another config.json: head_dim was 32 and is 16, num_attention_heads was 4 and is 8,"
                        + " num_key_value_heads was 2 and is 4.");
    }

    @Test
    void settingsWithoutMeaningAreNot() throws IOException {
        Path bundle = exported("config.json", json -> json.put("transformers_version", "9.9")
                .put("torch_dtype", "bfloat16")
                .put("_name_or_path", "elsewhere")
                .put("rope_theta", 10000)
                .putNull("pretraining"));
        try (ChatModel model = ChatModel.open(bundle)) {
            assertNull(ModelIdentities.requireFits(model, null, VECTOR, ModelCheck.SAME_MODEL));
        }
    }

    @Test
    void aChangedOrRemovedTemplateIsNamed() throws IOException {
        assertRefused(
                exported("tokenizer_config.json", json -> json.put("chat_template", OTHER_TEMPLATE)),
                "chat template",
                "prompts were written between \"<|bos|><|user|>\" and \"<|end|><|assistant|>\" and are written between"
                        + " \"<|bos|>### user:");
        assertRefused(
                exported("tokenizer_config.json", json -> json.remove("chat_template")),
                "chat template",
                "prompts were written through the model's template and are written without a template.");
    }

    @Test
    void anotherTemplateAndOtherVariablesAreNamed() throws IOException {
        Path other = Files.writeString(directory.resolve("other-template.jinja"), OTHER_TEMPLATE);
        ChatModel model = DemoModel.model();
        Path bundle = model.model().bundle().directory();
        assertRefused(model.withFormat(PromptFormat.of(bundle, other.toString())), "chat template", "### assistant:\"");
        assertRefused(
                model.withFormat(model.format().withVariables(Map.of("enable_thinking", false))),
                "template variables",
                "they were none and are {enable_thinking=false}.");
        WrongModel e = assertThrows(
                WrongModel.class, () -> ModelIdentities.requireFits(model, "Be brief.", VECTOR, ModelCheck.SAME_MODEL));
        assertEquals("system prompt", e.part());
    }

    @Test
    void anotherVocabularyIsNamed() throws IOException {
        Path bundle =
                exported("tokenizer.json", json -> ((ObjectNode) json.at("/added_tokens/0")).put("content", "<other>"));
        try (ChatModel model = ChatModel.open(bundle)) {
            WrongModel e = assertThrows(
                    WrongModel.class, () -> ModelIdentities.requireFits(model, null, VECTOR, ModelCheck.SAME_MODEL));
            assertTrue(e.part().startsWith("weights, vocabulary"), e.part());
        }
    }

    @Test
    void anotherModelWillDoWhereItMay() throws IOException {
        Path bundle = exported("config.json", json -> json.put("rope_theta", 500000.0));
        try (ChatModel model = ChatModel.open(bundle)) {
            assertNull(ModelIdentities.requireFits(model, null, VECTOR, ModelCheck.ANY_MODEL));
        }
    }

    @Test
    void aVectorOfTheFirstFormatIsCheckedByWhatItSays() {
        Provenance p = VECTOR.provenance();
        SteeringVector first = VECTOR.withProvenance(new Provenance(
                String.valueOf(p.modelFingerprint()),
                p.modelName(),
                p.contrastSetHash(),
                p.method(),
                p.tokenSelector(),
                p.site(),
                p.operation(),
                "chat",
                0,
                Map.of()));
        String remark = ModelIdentities.requireFits(DemoModel.model(), null, first, ModelCheck.SAME_MODEL);
        assertNotNull(remark);
        assertTrue(
                remark.startsWith("the vector does not say of its model: settings of config.json, vocabulary,"),
                remark);
        ChatModel plain = DemoModel.model().withFormat(PromptFormat.plain());
        assertEquals(
                "chat template",
                assertThrows(
                                WrongModel.class,
                                () -> ModelIdentities.requireFits(plain, null, first, ModelCheck.SAME_MODEL))
                        .part());
    }

    /** Templates that write the date are the same template tomorrow. */
    @Test
    void theDayDoesNotCount() throws IOException {
        Path dated = Files.writeString(
                directory.resolve("dated.jinja"), "{{ strftime_now('%Y') }} {{ messages[0]['content'] }} end");
        ChatModel model = DemoModel.model();
        ModelIdentity identity = ModelIdentities.of(
                model.withFormat(PromptFormat.of(model.model().bundle().directory(), dated.toString())), null);
        assertTrue(
                identity.frame().headText().contains("2000"), identity.frame().headText());
    }

    private void assertRefused(Path bundle, String part, String message) {
        try (ChatModel model = ChatModel.open(bundle)) {
            assertRefused(model, part, message);
        }
    }

    private static void assertRefused(ChatModel model, String part, String message) {
        WrongModel e = assertThrows(
                WrongModel.class, () -> ModelIdentities.requireFits(model, null, VECTOR, ModelCheck.SAME_MODEL));
        assertEquals(part, e.part());
        assertTrue(String.valueOf(e.getMessage()).contains(message), e.getMessage());
    }

    /** The demo model with one of its files changed. */
    private Path exported(String file, Consumer<ObjectNode> change) throws IOException {
        Path changed = Files.createTempDirectory(directory, "hf");
        try (Stream<Path> files = Files.list(CHECKPOINT)) {
            for (Path original : files.toList()) {
                Files.copy(original, changed.resolve(original.getFileName()));
            }
        }
        ObjectNode json = (ObjectNode) JSON.readTree(Files.readString(changed.resolve(file)));
        change.accept(json);
        Files.writeString(changed.resolve(file), json.toString());
        Path bundle = changed.resolveSibling(changed.getFileName() + "-bundle");
        CheckpointExporter.export(changed, bundle, ExportOptions.defaults());
        return bundle;
    }
}
