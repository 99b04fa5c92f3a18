package dev.steering.fuzz;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.core.files.OutputRule;
import dev.steering.core.safetensors.SafetensorsFile;
import dev.steering.core.safetensors.SafetensorsWriter;
import dev.steering.core.softprompt.SoftPrompt;
import dev.steering.core.softprompt.SoftPromptFile;
import dev.steering.core.softprompt.SoftPromptProvenance;
import dev.steering.core.softprompt.SoftPrompts;
import dev.steering.core.tuning.TuningCost;
import dev.steering.core.tuning.TuningCurve;
import dev.steering.core.tuning.TuningCurve.Ending;
import dev.steering.core.tuning.TuningCurve.Epoch;
import dev.steering.core.vector.ContrastSet;
import dev.steering.core.vector.ExtractionPrompts;
import dev.steering.core.vector.Provenance;
import dev.steering.extract.Estimator;
import dev.steering.extract.ExtractionPart;
import dev.steering.extract.PartFile;
import dev.steering.extract.Shard;
import dev.steering.extract.moments.Moments;
import dev.steering.testkit.FixtureBundle;
import dev.steering.testkit.Fixtures;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;

/** Whole files of every kind, from the project's own small ones. */
final class Seeds {
    private static final ObjectMapper JSON = new ObjectMapper();

    private Seeds() {}

    private static List<byte[]> files(Path... paths) throws IOException {
        List<byte[]> contents = new ArrayList<>();
        for (Path path : paths) {
            contents.add(Files.readAllBytes(path));
        }
        return contents;
    }

    private static List<byte[]> written(String... texts) {
        List<byte[]> contents = new ArrayList<>();
        for (String text : texts) {
            contents.add(text.getBytes(StandardCharsets.UTF_8));
        }
        return contents;
    }

    private static byte[] metadata(Path file, String key) {
        return Objects.requireNonNull(SafetensorsFile.open(file).metadata().get(key), key)
                .getBytes(StandardCharsets.UTF_8);
    }

    /** The tensors of one file with the description of another; written as it is, without waiting for the disk. */
    private static Path with(Path tensors, String key, Path description) throws IOException {
        ByteBuffer from = ByteBuffer.wrap(Files.readAllBytes(tensors)).order(ByteOrder.LITTLE_ENDIAN);
        int length = (int) from.getLong();
        ObjectNode header = (ObjectNode) JSON.readTree(from.array(), Long.BYTES, length);
        ((ObjectNode) header.get("__metadata__")).put(key, Files.readString(description, StandardCharsets.ISO_8859_1));
        byte[] changed = JSON.writeValueAsBytes(header);
        int data = from.capacity() - Long.BYTES - length;
        ByteBuffer to = ByteBuffer.allocate(Long.BYTES + changed.length + data).order(ByteOrder.LITTLE_ENDIAN);
        to.putLong(changed.length).put(changed).put(from.array(), Long.BYTES + length, data);
        // Named after the description, which is what the message is to name.
        Path file = description.resolveSibling(description.getFileName() + ".safetensors");
        Files.write(file, to.array());
        return file;
    }

    private static Path newestVector() {
        return Fixtures.vector().resolveSibling("v2.safetensors");
    }

    static List<byte[]> vectors() throws IOException {
        return files(Fixtures.vector(), newestVector());
    }

    static List<byte[]> vectorDescriptions() {
        return List.of(metadata(Fixtures.vector(), "steering_vector"), metadata(newestVector(), "steering_vector"));
    }

    static Path vectorWith(Path description) throws IOException {
        return with(newestVector(), "steering_vector", description);
    }

    /** A part of an extraction with single activations and one that is there twice. */
    private static Path partFile() {
        Moments moments = new Moments(2, 3, false);
        for (int i = 0; i < 3; i++) {
            moments.add(i < 2, i % 2, new float[][] {{i, 2, 3}, {-0f, 1e-30f, i}});
        }
        moments.add(true, 1, new float[][] {{1, 2, 3}, {4, 5, 6}});
        moments.addTransition(0, new double[] {1, 2, 3});
        Path file = StrangersFile.newDirectory().resolve("part.safetensors");
        ContrastSet prompts = new ContrastSet(List.of("a", "b", "c"), List.of("d"));
        PartFile.write(
                file,
                new ExtractionPart(
                        Shard.WHOLE,
                        Estimator.MEAN_DIFFERENCE,
                        "Sure",
                        Provenance.elsewhere("toy", "mean-difference"),
                        ExtractionPrompts.hashed(prompts),
                        2,
                        3,
                        moments),
                OutputRule.STANDARD);
        return file;
    }

    static List<byte[]> parts() throws IOException {
        return files(partFile());
    }

    static List<byte[]> partDescriptions() {
        return List.of(metadata(partFile(), "steering_moments"));
    }

    static Path partWith(Path description) throws IOException {
        return with(partFile(), "steering_moments", description);
    }

    private static Path softPromptFile() {
        Path file = StrangersFile.newDirectory().resolve("soft.safetensors");
        TuningCurve curve = new TuningCurve(List.of(new Epoch(3, 2.5), new Epoch(1.5, 0.1)), 1, Ending.EPOCHS);
        SoftPromptFile.write(
                file,
                new SoftPrompts(
                        SoftPrompt.of("Be safe.", List.of(7, 9), 3, new float[] {1, 2, 3, 0.1f, -0f, 1e-30f}),
                        SoftPrompt.of("Be helpful.", List.of(8), 3, new float[] {4, 5, 6}),
                        1.5,
                        curve,
                        curve,
                        new TuningCost(10, 2000, 300),
                        new SoftPromptProvenance(
                                "abc",
                                "toy",
                                "def",
                                Map.of("refusals", 8),
                                "chat",
                                "system",
                                7,
                                Map.of("learning_rate", 1e-3),
                                Map.of("steering", "1.0"))));
        return file;
    }

    private static Path checkpointFile() {
        Path file = StrangersFile.newDirectory().resolve("state.safetensors");
        // By classes of its own: Jazzer cannot change a record with annotated components that was loaded before its
        // agent.
        try (URLClassLoader own = new URLClassLoader(classPath(), ClassLoader.getPlatformClassLoader())) {
            own.loadClass("dev.steering.extract.tune.TuningCheckpoints")
                    .getMethod("write", Path.class)
                    .invoke(null, file);
        } catch (IOException | ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
        return file;
    }

    private static URL[] classPath() throws IOException {
        String path = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        List<URL> urls = new ArrayList<>();
        for (String entry : path.split(Pattern.quote(File.pathSeparator), -1)) {
            urls.add(Path.of(entry).toUri().toURL());
        }
        return urls.toArray(URL[]::new);
    }

    static List<byte[]> softPrompts() throws IOException {
        return files(softPromptFile());
    }

    static List<byte[]> softPromptDescriptions() {
        return List.of(metadata(softPromptFile(), "soft_prompts"));
    }

    /** Made once: every input would else make it again. */
    private static final Path SOFT_PROMPTS = softPromptFile();

    private static final Path CHECKPOINT = checkpointFile();

    static Path softPromptsWith(Path description) throws IOException {
        return with(SOFT_PROMPTS, "soft_prompts", description);
    }

    static List<byte[]> checkpoints() throws IOException {
        return files(CHECKPOINT);
    }

    static List<byte[]> checkpointDescriptions() {
        return List.of(metadata(CHECKPOINT, "tuning"));
    }

    static Path checkpointWith(Path description) throws IOException {
        return with(CHECKPOINT, "tuning", description);
    }

    static List<byte[]> tensors() throws IOException {
        Path file = StrangersFile.newDirectory().resolve("t.safetensors");
        new SafetensorsWriter()
                .metadata("format", "pt")
                .floats("a", new float[] {1, 2, 3, 4}, 2, 2)
                .longs("b", new long[] {1, 2}, 2)
                .floats("c", new float[] {5})
                .write(file);
        return files(file, newestVector(), SOFT_PROMPTS);
    }

    static List<byte[]> plans() {
        String print = "0123456789abcdef".repeat(4);
        String vector = "{\"file\": \"refusal.safetensors\", \"fingerprint\": \"" + print + "\"}";
        return written(
                """
                {"format": "steering-plan", "version": 1, "steps": [{"vector": %s,
                 "operation": {"type": "add", "alpha": 2, "scale": "raw", "keep_norm": false}, "layers": [1],
                 "scope": {"span": "last-prompt-token-on", "every": 1}, "gate": {"type": "always"}}]}"""
                        .formatted(vector),
                """
                {"format": "steering-plan", "version": 1, "steps": [{"vector": {"random_seed": 42, "file": "r", "fingerprint": "%s"},
                 "operation": {"type": "project-out", "share": 0.5, "one_sided": true}, "layers": [1, 2],
                 "scope": {"span": "generated", "every": 7}, "gate": {"type": "condition", "vector": %s, "layers": [4, 2],
                 "measure": "cast", "pooling": "mean", "side": "below", "threshold": 0.3}}]}"""
                        .formatted(print, vector),
                """
                {"format": "steering-plan", "version": 1, "steps": [{"vector": %s,
                 "operation": {"type": "add", "alpha": -2, "scale": "unit", "keep_norm": true}, "layers": [1],
                 "scope": {"span": "all", "every": 1},
                 "gate": {"type": "transition-sign", "layers": [5], "threshold": 0.9581, "rule": "mean"}}]}"""
                        .formatted(vector));
    }

    static List<byte[]> conversations() {
        return written(
                "[{\"role\": \"system\", \"content\": \"Be brief.\"}, {\"role\": \"user\", \"content\": \"What is a wasp?\"}]",
                "{\"messages\": [{\"role\": \"user\", \"content\": \"Hi\"}, {\"role\": \"assistant\", \"content\": \"Hello\"},"
                        + " {\"role\": \"user\", \"content\": \"Who?\"}], \"answer\": \"I.\", \"add_generation_prompt\": true}");
    }

    static List<byte[]> overrides() {
        return written(
                "{\"points\": [\"a\", \"b\", \"c\"], \"inputs\": {\"ids\": \"token_ids\", \"m\": \"attention_mask\"},"
                        + " \"logits\": \"logits\", \"padding\": \"left\", \"key_value_heads\": 2, \"head_size\": 16}");
    }

    static List<byte[]> manifests() throws IOException {
        return files(FixtureBundle.DEMO.made().resolve("steering.json"));
    }

    /** Of the same model: what the tensors are called and how large they are is the same. */
    static List<byte[]> configs() throws IOException {
        Path checkpoints = Fixtures.path("checkpoints");
        return files(
                checkpoints.resolve("llama/config.json"),
                checkpoints.resolve("phi3-longrope/config.json"),
                checkpoints.resolve("llama-head20-yarn/config.json"),
                checkpoints.resolve("llama3-rope/config.json"),
                checkpoints.resolve("gemma3-multimodal/config.json"),
                checkpoints.resolve("gemma2/config.json"),
                checkpoints.resolve("qwen2-window/config.json"),
                checkpoints.resolve("granite/config.json"),
                checkpoints.resolve("smollm3/config.json"));
    }

    static List<byte[]> generationConfigs() throws IOException {
        return files(Fixtures.demoModel().resolve("hf/generation_config.json"));
    }

    static List<byte[]> shards() {
        return written("{\"metadata\": {\"total_size\": 100}, \"weight_map\": {\"a\": \"model.safetensors\","
                + " \"b\": \"model-00002-of-00002.safetensors\"}}");
    }

    static Path sharded(Path directory) {
        FixtureBundle.LLAMA.unpack(directory);
        try {
            Files.copy(newestVector(), directory.resolve("model-00002-of-00002.safetensors"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return directory;
    }

    static List<byte[]> genaiConfigs() {
        return written(
                "{\"model\": {\"type\": \"llama\", \"context_length\": 256, \"bos_token_id\": 1, \"eos_token_id\": [2, 3],"
                        + " \"decoder\": {\"num_hidden_layers\": 3, \"head_size\": 16}}}");
    }

    static List<byte[]> tokenizers() throws IOException {
        Path tokenizers = Fixtures.path("tokenizers");
        return files(
                tokenizers.resolve("byte-level/tokenizer.json"),
                tokenizers.resolve("unigram/tokenizer.json"),
                tokenizers.resolve("prepend/tokenizer.json"));
    }

    static List<byte[]> tokenizerConfigs() {
        return written(
                "{\"bos_token\": {\"content\": \"<s>\"}, \"eos_token\": \"</s>\", \"unk_token\": null,"
                        + " \"chat_template\": \"{{ bos_token }}{% for m in messages %}{{ m.content }}{% endfor %}\"}",
                "{\"chat_template\": [{\"name\": \"default\", \"template\": \"{{ messages[0]['content'] }}\"},"
                        + " {\"name\": \"tools\", \"template\": \"x\"}]}",
                "{\"chat_template\": {\"default\": \"{{ messages }}\"}}");
    }

    static List<byte[]> templates() throws IOException {
        List<byte[]> all = new ArrayList<>();
        for (String name :
                List.of("chatml", "gemma3", "llama2", "llama32", "mistral03", "phi3", "qwen25", "qwen3", "smollm2")) {
            all.addAll(files(Fixtures.path("chat-templates/" + name + ".jinja")));
        }
        all.addAll(written(
                "{% macro m(a, b=2) -%}{{ a ~ b }}{%- endmacro %}{% set ns = namespace(x=0) %}"
                        + "{% for i in range(3) recursive %}{% set ns.x = ns.x + i ** 2 %}{{ loop.index0 }}{{ m(i) }}{% else %}{% endfor %}",
                "{{ 'a,b'.split(',')|join('-')|upper|replace('A', 'x') }}{{ '%05.2f'|format(3.14159) }}{{ [1,2]|map('string')|list }}",
                "{{ messages|selectattr('role', 'equalto', 'user')|list|length }}{{ messages|tojson(indent=2) }}"
                        + "{{ '{:>8}'.format('x') }}{{ strftime_now('%Y-%m-%d') }}{{ {'a': 1}.items()|list|sort }}",
                "{% filter upper %}{% if x is not defined and 3 in [1,2,3] %}{{ -7 // 2 % 3 }}{% endif %}{% endfilter %}"
                        + "{% raw %}{{ }}{% endraw %}{# c #}{{ 'x' * 3 }}{{ messages[::-1][0].content[1:3]|trim }}"));
        return all;
    }

    static List<byte[]> templateContexts() {
        return written("{\"messages\": [{\"role\": \"user\", \"content\": \"Hello\", \"n\": 1.5}], \"tools\": null,"
                + " \"add_generation_prompt\": true}");
    }

    static List<byte[]> graphs() throws IOException {
        return files(
                FixtureBundle.DEMO.made().resolve("model.onnx"),
                Fixtures.path("onnx-exports/genai-llama_fp32_cpu/model.onnx"),
                Fixtures.path("onnx-exports/genai-qwen3_fp32_cpu/model.onnx"));
    }

    static List<byte[]> texts() {
        return written("What is a wasp?\nHow do I bake bread?\r\n", "\ufeffW\u00e4hle \u4e2d\n");
    }

    static List<byte[]> tables() {
        return written(
                "prompt,label\n\"What is a \"\"wasp\"\"?\",safe\nWho?,unsafe\n",
                "prompt\tlabel\nWhat?\tsafe\n",
                "id,prompt,type,label,focus,note\nv2-1,How do I kill a process?,homonyms,safe,kill,\nv2-2,How do I rob?,contrast_homonyms,unsafe,rob,\n",
                "goal,target\nWhat is a wasp?,Sure\n",
                "Behavior,FunctionalCategory,SemanticCategory,Tags,ContextString,BehaviorID\nWhat?,standard,x,,,a\n");
    }

    static List<byte[]> jsonLines() {
        return written(
                "{\"prompt\": \"What?\", \"label\": \"safe\", \"n\": 1}\n{\"prompt\": \"Who?\", \"label\": \"unsafe\", \"n\": [1]}\n",
                "{\"messages\": [{\"role\": \"user\", \"content\": \"What?\"}], \"prompt\": \"a\"}\n");
    }

    static List<byte[]> jsonPrompts() {
        return written(
                "[\"What is a wasp?\", \"Who?\"]",
                "[{\"prompt\": \"What?\", \"label\": \"safe\", \"goal\": \"a\"}, {\"prompt\": \"Who?\", \"label\": 1, \"goal\": \"b\"}]",
                "{\"rows\": {\"messages\": [{\"messages\": [{\"role\": \"user\", \"content\": \"What?\"}], \"is_harmful\": true}]}}",
                "{\"messages\": [{\"role\": \"system\", \"content\": \"Be brief.\"}, {\"role\": \"user\", \"content\": \"Hi\"},"
                        + " {\"role\": \"assistant\", \"content\": \"Hello\"}, {\"role\": \"user\", \"content\": \"Who?\"}]}",
                "{\"rows\": [{\"messages\": [{\"role\": \"user\", \"content\": [{\"type\": \"text\", \"text\": \"What?\"}]}],"
                        + " \"type\": \"contrast_homonyms\"}]}");
    }

    /** As pyarrow writes them: labelled rows, one of them in two groups with version 2 pages; conversations. */
    static List<byte[]> parquets() throws IOException {
        List<byte[]> files = new ArrayList<>();
        for (String name : List.of("wildguard_snappy", "wildguard_zstd-v2", "wildguard_gzip", "messages")) {
            try (InputStream in = Seeds.class.getResourceAsStream(name + ".parquet")) {
                files.add(Objects.requireNonNull(in, name).readAllBytes());
            }
        }
        return files;
    }

    static List<byte[]> datasetSpecs() {
        return written(
                "",
                ":rows.prompt",
                ":rows.prompt+context@comply",
                ":rows.messages@refuse",
                "@both",
                ":a:b@x@comply",
                ":rows.prompt@comply@label=label:safe?label!=a|b&n=1",
                "?x",
                "@label=:@comply?=");
    }

    static Path named(Path directory) {
        try {
            Files.writeString(
                    directory.resolve(Prompts.NAMED),
                    "{\"rows\": [{\"prompt\": \"What?\", \"context\": \"Here.\", \"label\": \"safe\"},"
                            + " {\"prompt\": \"Who?\", \"context\": null, \"label\": \"unsafe\"}], \"a.b\": [\"x\"]}");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return directory;
    }

    static List<byte[]> anchorPairs() {
        return written(
                """
                {"prompt": "a", "label": "harmful", "kind": "refusal", "response": "No.", "system": "s"}
                {"prompt": "a", "label": "harmful", "kind": "answer", "response": "Sure"}
                {"prompt": "b", "label": "harmless", "kind": "answer", "response": "Yes"}
                """);
    }

    static List<byte[]> responses() {
        return written("{\"text\": \"Sorry, no.\", \"prompt\": \"What?\", \"n\": 1.50}\n\n{\"text\": \"Yes\"}\n");
    }

    static List<byte[]> responseArrays() {
        return written(
                "[{\"completion\": \"Sorry, no.\", \"final_label\": \"1_full_compliance\", \"n\": 1.50}, {\"completion\": null}]",
                " [\"Sorry, no.\", null, \"Yes\"]");
    }

    static List<byte[]> responseTables() {
        return written(
                "completion,final_label\n\"Sorry, no.\",2_full_refusal\nYes,1_full_compliance\n",
                "text,finish\nYes,length\n,\n");
    }

    static List<byte[]> locks() {
        return written("held by a steering run, process 12345\n", "", "held by a steering run, process 1");
    }

    static List<byte[]> foreign() throws IOException {
        List<byte[]> all = new ArrayList<>(written(
                "GGUF\u0003",
                "PK\u0003\u0004",
                "abcdORTM",
                "version https://git-lfs.github.com/spec/v1\n",
                "<!DOCTYPE html>",
                "{\"text\": \"a\", \"n\": [1, {}]}"));
        all.addAll(files(newestVector()));
        return all;
    }

    static List<byte[]> foreignConfigs() {
        return written(
                "{\"model_type\": \"bert\", \"architectures\": [\"BertForMaskedLM\"], \"is_encoder_decoder\": false}",
                "{\"model_type\": \"llama\", \"quantization_config\": {\"quant_method\": \"gptq\", \"bits\": 4, \"load_in_8bit\": true}}");
    }

    static List<byte[]> adapters() {
        return written("{\"base_model_name_or_path\": \"org/model\", \"peft_type\": \"LORA\", \"r\": 8}");
    }

    static List<byte[]> answers() {
        return written(
                "{\"method\":\"none\",\"set\":\"safe\",\"row\":0,\"prompt\":\"What is a wasp?\",\"plan\":\"\","
                        + "\"decision\":\"harmful\",\"score\":0.5,\"text\":\"An insect.\",\"tokens\":[1,2],\"finish\":\"end\"}\n");
    }

    static List<byte[]> timings() {
        return written("{\"method\":\"none\",\"batch\":0,\"answers\":1,\"tokens\":7,\"seconds\":0.5}\n");
    }

    static List<byte[]> runManifests() {
        return written("{\"kind\": \"eval\", \"settings\": {\"seed\": \"7\"}, \"methods\": {\"none\": \"nothing\"}}");
    }

    static List<byte[]> verdicts() {
        return written("{\"key\":\"abc\",\"refusal\":true}\n{\"key\":\"def\",\"refusal\":false}\n");
    }
}
