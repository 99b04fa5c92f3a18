package dev.steering.cli;

import static dev.steering.cli.CommandRun.steer;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.model.activation.Transitions;
import dev.steering.model.chat.ChatModel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is refused when a vector is used under other circumstances than it was extracted under, and what its file tells. */
class OtherCircumstancesTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String OTHER_TEMPLATE =
            "{{ bos_token }}{% for m in messages %}### {{ m['role'] }}: {{ m['content'] }}\n{% endfor %}### assistant:";
    private static final String INSIST = " Or pass --any-model to use it all the same.";

    @TempDir
    static Path shared;

    private static String bundle = "";
    private static String vector = "";
    private static String harmful = "";
    private static String harmless = "";

    @BeforeAll
    static void extract() throws IOException {
        bundle = shared.resolve("bundle").toString();
        vector = shared.resolve("few.safetensors").toString();
        harmful = few("harmful");
        harmless = few("harmless");
        steer("export", DemoVector.DEMO.resolve("hf").toString(), "-o", bundle).assertSucceeds();
        CommandRun extracted = extract("-o", vector).assertSucceeds();
        assertTrue(
                extracted
                        .out()
                        .contains("Next: steer layers " + vector + " --model " + bundle + " --harmful " + harmful
                                + " --harmless " + harmless),
                extracted.out());
    }

    private static String few(String kind) throws IOException {
        List<String> all = Files.readAllLines(DemoVector.DEMO.resolve("prompts/anchors-" + kind + ".txt"));
        return Files.write(shared.resolve(kind + ".txt"), all.subList(0, 4)).toString();
    }

    private static CommandRun extract(String... more) {
        return run(List.of("extract", "--model", bundle, "--harmful", harmful, "--harmless", harmless), more);
    }

    private static CommandRun generate(String model, String... more) {
        return run(
                List.of(
                        "generate",
                        "--model",
                        model,
                        "--vector",
                        vector,
                        "--method",
                        "add",
                        "--alpha",
                        "1",
                        "--layers",
                        "3",
                        "--max-new-tokens",
                        "4",
                        "What is a wasp?"),
                more);
    }

    private static CommandRun run(List<String> command, String... more) {
        List<String> all = new ArrayList<>(command);
        all.addAll(List.of(more));
        return steer(all.toArray(String[]::new));
    }

    @Test
    void theModelOfTheExtractionIsAcceptedWithoutAWord() {
        CommandRun run = generate(bundle).assertSucceeds();
        assertFalse(run.err().contains("note:"), run.err());
    }

    @Test
    void anotherTemplateOrVariableIsRefused() throws IOException {
        String template =
                Files.writeString(shared.resolve("other.jinja"), OTHER_TEMPLATE).toString();
        CommandRun refused = generate(bundle, "--template", template);
        refused.assertFails("this steering vector was extracted with another chat template");
        refused.assertFails(INSIST);
        generate(bundle, "--template", template, "--any-model").assertSucceeds();
        generate(bundle, "--template-var", "enable_thinking=false")
                .assertFails("other template variables: they were none and are {enable_thinking=false}");
        generate(bundle, "--no-template")
                .assertFails("through the model's template and are written without a template");
        steer("layers", vector, "--model", bundle, "--no-template", "--harmful", harmful, "--harmless", harmless)
                .assertFails("another chat template");
    }

    @Test
    void aChangedBundleIsRefused() throws IOException {
        generate(changed("theta", "config.json", json -> json.put("rope_theta", 500000)))
                .assertFails("rope_theta was 10000 and is 500000");
        generate(changed("template", "tokenizer_config.json", json -> json.put("chat_template", OTHER_TEMPLATE)))
                .assertFails("another chat template");
        generate(changed("none", "tokenizer_config.json", json -> json.remove("chat_template")))
                .assertFails("another chat template");
    }

    /** Another attention shape of the same size: every weight fits, and all activations are others. */
    @Test
    void otherHeadsAreRefused() throws IOException {
        generate(changed("heads", "config.json", json -> json.put("num_attention_heads", 8)
                        .put("num_key_value_heads", 4)
                        .put("head_dim", 16)))
                .assertFails("num_attention_heads was 4 and is 8");
    }

    @Test
    void anotherSystemPromptIsSaid() throws IOException {
        CommandRun run = generate(bundle, "--system", "Be brief.").assertSucceeds();
        assertTrue(
                run.err()
                        .contains(
                                "steer: note: the vector was extracted without a system prompt, and is used under the system"
                                        + " prompt \"Be brief.\"."),
                run.err());
        Path conversation = Files.writeString(
                shared.resolve("conversation.json"),
                "[{\"role\": \"system\", \"content\": \"Be brief.\"}, {\"role\": \"user\", \"content\": \"What is a wasp?\"}]");
        CommandRun talked = steer(
                        "generate",
                        "--model",
                        bundle,
                        "--vector",
                        vector,
                        "--method",
                        "add",
                        "--alpha",
                        "1",
                        "--layers",
                        "3",
                        "--max-new-tokens",
                        "4",
                        "--messages",
                        conversation.toString())
                .assertSucceeds();
        assertTrue(talked.err().contains("the vector was extracted without a system prompt"), talked.err());
    }

    /** Vectors that a method or a condition brings are looked at like the one that is given for all methods. */
    @Test
    void anotherSystemPromptIsSaidOfEveryVector() {
        String said =
                "the vector was extracted without a system prompt, and is used under the system prompt \"Be brief.\"";
        CommandRun condition = generate(
                        bundle,
                        "--system",
                        "Be brief.",
                        "--condition",
                        vector,
                        "--condition-layers",
                        "2",
                        "--condition-threshold",
                        "0")
                .assertSucceeds();
        assertEquals(2, condition.err().split(said, -1).length - 1, condition.err());
        CommandRun eval = steer(
                        "eval",
                        "--model",
                        bundle,
                        "--methods",
                        "default,add@" + vector,
                        "--alpha",
                        "1",
                        "--layers",
                        "3",
                        "--system",
                        "Be brief.",
                        "--max-new-tokens",
                        "2",
                        "--cost-rounds",
                        "0",
                        "--allow-overlap",
                        "--dataset",
                        harmful + "@refuse",
                        "--dataset",
                        harmless + "@comply",
                        "-o",
                        shared.resolve("evaluation").toString())
                .assertSucceeds();
        assertTrue(eval.err().contains(said), eval.err());
    }

    /** The printed command writes prompts as the one before it did: otherwise it would be refused. */
    @Test
    void theNextCommandNamesTheTemplate() throws IOException {
        String template =
                Files.writeString(shared.resolve("next.jinja"), OTHER_TEMPLATE).toString();
        String to = shared.resolve("next.safetensors").toString();
        CommandRun run = extract("-o", to, "--template", template, "--template-var", "who=\"a b\"", "--escape-special")
                .assertSucceeds();
        assertTrue(
                run.out()
                        .contains("Next: steer layers " + to + " --model " + bundle + " --template " + template
                                + " --template-var 'who=\"a b\"' --escape-special --harmful "),
                run.out());
        assertTrue(extract("-o", to, "--no-template")
                .assertSucceeds()
                .out()
                .contains(" --model " + bundle + " --no-template --harmful "));
    }

    @Test
    void aChatModelWithoutATemplateWarnsWhenItIsExported() throws IOException {
        Path checkpoint = hf("untemplated");
        ObjectNode json = (ObjectNode) JSON.readTree(Files.readString(checkpoint.resolve("tokenizer_config.json")));
        json.remove("chat_template");
        Files.writeString(checkpoint.resolve("tokenizer_config.json"), json.toString());
        String to = shared.resolve("untemplated-bundle").toString();
        CommandRun run = steer("export", checkpoint.toString(), "-o", to).assertSucceeds();
        assertTrue(
                run.err()
                        .contains(
                                "seems to be a chat model (its tokenizer has the token <|user|>), but has no chat template"),
                run.err());
    }

    @Test
    void aCheckpointWithADamagedTokenizerIsNotExported() throws IOException {
        Path checkpoint = hf("deaf");
        Path to = shared.resolve("deaf-bundle");
        Files.writeString(
                checkpoint.resolve("tokenizer.json"),
                "{\"version\":\"1.0\",\"decoder\":{\"type\":\"Fuse\",\"x\":" + "9".repeat(400)
                        + "},\"model\":{\"type\":\"BPE\",\"vocab\":{},\"merges\":[]}}");
        steer("export", checkpoint.toString(), "-o", to.toString())
                .assertFails("tokenizer.json is damaged or of an unknown kind: a number is too large");
        assertFalse(Files.exists(to));
        Files.delete(checkpoint.resolve("tokenizer.json"));
        CommandRun run =
                steer("export", checkpoint.toString(), "-o", to.toString()).assertSucceeds();
        assertTrue(run.err().contains("warning: " + to + " cannot be asked anything: No tokenizer at"), run.err());
    }

    /** A template that opens a think block at the end of every prompt: what is said next would be a thought. */
    @Test
    void aThinkBlockIsClosedBeforeTheMarker() throws IOException {
        Path checkpoint = hf("thinking");
        Files.writeString(
                checkpoint.resolve("chat_template.jinja"),
                "{{ bos_token }}{% for m in messages %}<|user|>{{ m['content'] }}<|end|>{% endfor %}"
                        + "{% if add_generation_prompt %}<|assistant|><think>\n{% endif %}\n");
        Path to = shared.resolve("thinking-bundle");
        steer("export", checkpoint.toString(), "-o", to.toString()).assertSucceeds();
        String text = steer("inspect", to.toString()).assertSucceeds().out();
        assertTrue(text.contains("every prompt ends inside of <think>: SCANS's marker is put behind </think>"), text);
        try (ChatModel model = ChatModel.open(to);
                ChatModel usual = ChatModel.open(Path.of(bundle))) {
            String marker = model.tokenizer().decode(Transitions.of(model).markerTokens(), false);
            assertTrue(marker.contains("</think>") && marker.endsWith("Sure"), marker);
            String plain = usual.tokenizer().decode(Transitions.of(usual).markerTokens(), false);
            assertFalse(plain.contains("think"), plain);
        }
    }

    private static Path hf(String name) throws IOException {
        Path copy = Files.createDirectories(shared.resolve(name));
        try (Stream<Path> files = Files.list(DemoVector.DEMO.resolve("hf"))) {
            for (Path original : files.toList()) {
                Files.copy(original, copy.resolve(original.getFileName()));
            }
        }
        return copy;
    }

    private static String changed(String name, String file, Consumer<ObjectNode> change) throws IOException {
        Path copy = Files.createDirectories(shared.resolve(name));
        try (Stream<Path> files = Files.list(Path.of(bundle))) {
            for (Path original : files.toList()) {
                Files.copy(original, copy.resolve(original.getFileName()));
            }
        }
        ObjectNode json = (ObjectNode) JSON.readTree(Files.readString(copy.resolve(file)));
        change.accept(json);
        Files.writeString(copy.resolve(file), json.toString());
        return copy.toString();
    }

    @Test
    void aVectorOfWhichLessIsKnownGetsALine() {
        String reference = shared.resolve("reference.safetensors").toString();
        DemoVector.reference(Path.of(reference), bundle);
        CommandRun run = steer(
                        "generate",
                        "--model",
                        bundle,
                        "--vector",
                        reference,
                        "--method",
                        "add",
                        "--alpha",
                        "1",
                        "--layers",
                        "3",
                        "--max-new-tokens",
                        "4",
                        "What is a wasp?")
                .assertSucceeds();
        assertTrue(
                run.err()
                        .contains(
                                "steer: note: the vector does not say of its model: settings of config.json, vocabulary,"
                                        + " tokens of the chat template, template variables, system prompt."),
                run.err());
    }

    @Test
    void promptsAreInTheFileOnlyWhereTheyWereKept() throws IOException {
        String prompt = Files.readAllLines(Path.of(harmful)).get(0);
        assertFalse(bytes(vector).contains(prompt));
        String text = steer("inspect", vector).assertSucceeds().out();
        assertTrue(text.contains("prompts      hashes only: the prompts themselves are not in the file"), text);
        assertTrue(
                text.contains(
                        "is checked   by weights, config.json, vocabulary, chat template, variables and system prompt"),
                text);

        String kept = shared.resolve("kept.safetensors").toString();
        CommandRun extracted = extract("-o", kept, "--keep-prompts").assertSucceeds();
        assertTrue(
                extracted.out().endsWith("Next: steer layers " + kept + " --model " + bundle + System.lineSeparator()));
        assertTrue(bytes(kept).contains(prompt));
        String inspected = steer("inspect", kept).assertSucceeds().out();
        assertTrue(inspected.contains("prompts      kept in the file as they are"), inspected);
        String json = steer("inspect", kept, "--json").assertSucceeds().out();
        assertTrue(json.contains("\"prompts\":\"prompts\""), json);
        assertFalse(json.contains(prompt), json);
    }

    /** Leaving one out gives the same threshold whether the prompts come from the vector or are given. */
    @Test
    void keptOrGivenAnchorsGiveTheSameThreshold() {
        String kept = shared.resolve("kept-too.safetensors").toString();
        extract("-o", kept, "--keep-prompts").assertSucceeds();
        String given = shared.resolve("given.safetensors").toString();
        String one = steer("layers", kept, "--model", bundle).assertSucceeds().out();
        String other = steer(
                        "layers", vector, "--model", bundle, "--harmful", harmful, "--harmless", harmless, "-o", given)
                .assertSucceeds()
                .out();
        assertTrue(one.contains("leave-one-out over the extraction anchors: 4 harmful, 4 harmless"), one);
        assertTrue(one.replace(kept, "x").equals(other.replace(given, "x")), one + other);
        steer("layers", vector, "--model", bundle)
                .assertFails(
                        "holds no prompts to calibrate the threshold on, only hashes of those that it was extracted"
                                + " from. Give the anchors with --harmful and --harmless");
    }

    private static String bytes(String file) throws IOException {
        return Files.readString(Path.of(file), StandardCharsets.ISO_8859_1);
    }
}
