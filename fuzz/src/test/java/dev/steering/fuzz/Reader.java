package dev.steering.fuzz;

import dev.steering.apply.Conversations;
import dev.steering.apply.plan.PlanFile;
import dev.steering.apply.plan.PlanVectors;
import dev.steering.core.BadFile;
import dev.steering.core.BadRequest;
import dev.steering.core.ProgressListener;
import dev.steering.core.RunLock;
import dev.steering.core.bundle.Bundle;
import dev.steering.core.bundle.ConfigMeaning;
import dev.steering.core.bundle.Vocabulary;
import dev.steering.core.files.FileMark;
import dev.steering.core.foreign.ForeignModel;
import dev.steering.core.prompts.Expectation;
import dev.steering.core.prompts.PromptTable;
import dev.steering.core.safetensors.SafetensorsFile;
import dev.steering.core.softprompt.SoftPromptFile;
import dev.steering.core.vector.VectorFile;
import dev.steering.eval.dataset.EvalItem;
import dev.steering.eval.judge.ExchangeJudge;
import dev.steering.eval.judge.JudgedLines;
import dev.steering.eval.judge.http.HttpJudge;
import dev.steering.eval.judge.http.JudgeOptions;
import dev.steering.eval.run.EvalRun;
import dev.steering.eval.run.RunManifest;
import dev.steering.eval.store.JsonLog;
import dev.steering.export.bundle.BoundaryTokens;
import dev.steering.export.checkpoint.Checkpoint;
import dev.steering.export.family.Families;
import dev.steering.export.graph.OnnxFile;
import dev.steering.export.inspect.Inspector;
import dev.steering.export.instrument.ModelConfigs;
import dev.steering.export.instrument.Survey;
import dev.steering.export.instrument.signature.Overrides;
import dev.steering.extract.PartFile;
import dev.steering.extract.tune.AnchorPairFile;
import dev.steering.extract.tune.TuningCheckpoints;
import dev.steering.fuzz.StrangersFile.Reading;
import dev.steering.model.chat.ChatTemplates;
import dev.steering.model.chat.PromptFormat;
import dev.steering.model.chat.TemplateContext;
import dev.steering.model.tokenizer.TokenizerChecks;
import dev.steering.testkit.FixtureBundle;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Everything that reads a file which may come from anybody. */
@SuppressWarnings("ImmutableEnumChecker") // the file is made once, for the one thread of the tests
enum Reader {
    VECTOR("vector.safetensors", Seeds::vectors, VectorFile::read),
    /** The description alone: the file around it is whole, so that damage gets past its header. */
    VECTOR_DESCRIPTION("vector.json", Seeds::vectorDescriptions, file -> VectorFile.read(Seeds.vectorWith(file))),
    PART("part.safetensors", Seeds::parts, PartFile::read),
    PART_DESCRIPTION("part.json", Seeds::partDescriptions, file -> PartFile.read(Seeds.partWith(file))),
    GGUF("vector.gguf", () -> VectorSeeds.of(".gguf"), OtherVectors::read),
    NPY("vector.npy", () -> VectorSeeds.of(".npy"), OtherVectors::read),
    NPZ("vector.npz", () -> VectorSeeds.of(".npz"), OtherVectors::read),
    SVEC("vector.svec", () -> VectorSeeds.of(".svec"), OtherVectors::read),
    PLAIN_VECTOR("plain.safetensors", () -> VectorSeeds.of(".safetensors"), OtherVectors::read),
    JSON_VECTOR("rows.json", () -> VectorSeeds.of(".json"), OtherVectors::read),
    SOFT_PROMPTS("soft.safetensors", Seeds::softPrompts, SoftPromptFile::read),
    SOFT_PROMPTS_DESCRIPTION(
            "soft.json", Seeds::softPromptDescriptions, file -> SoftPromptFile.read(Seeds.softPromptsWith(file))),
    TUNING_CHECKPOINT("state.safetensors", Seeds::checkpoints, TuningCheckpoints::read),
    TUNING_DESCRIPTION(
            "state.json", Seeds::checkpointDescriptions, file -> TuningCheckpoints.read(Seeds.checkpointWith(file))),
    SAFETENSORS("t.safetensors", Seeds::tensors, Reader::tensors),
    PLAN("plan.json", Seeds::plans, file -> PlanVectors.load(PlanFile.read(file), file)),
    CONVERSATION("messages.json", Seeds::conversations, Conversations::read),
    OVERRIDES("points.json", Seeds::overrides, Reader::overrides),
    MANIFEST(Bundle.MANIFEST, Seeds::manifests, Reader::bundle),
    CONFIG("config.json", Seeds::configs, Reader::checkpoint),
    GENERATION_CONFIG("generation_config.json", Seeds::generationConfigs, Reader::checkpoint),
    SHARDS("model.safetensors.index.json", Seeds::shards, Reader::checkpoint),
    GENAI_CONFIG("genai_config.json", Seeds::genaiConfigs, ModelConfigs::read),
    TOKENIZER("tokenizer.json", Seeds::tokenizers, Reader::tokenizer),
    TOKENIZER_CONFIG("tokenizer_config.json", Seeds::tokenizerConfigs, Reader::prompts),
    TEMPLATE("chat_template.jinja", Seeds::templates, Reader::prompts),
    TEMPLATE_CONTEXT("context.json", Seeds::templateContexts, TemplateContext::read),
    ONNX("model.onnx", Seeds::graphs, OnnxFile::read, Survey::of),
    TEXT("prompts.txt", Seeds::texts, Prompts.READINGS),
    CSV("prompts.csv", Seeds::tables, Prompts.READINGS),
    TSV("prompts.tsv", Seeds::tables, Prompts.READINGS),
    JSON_LINES("prompts.jsonl", Seeds::jsonLines, Prompts.READINGS),
    JSON_PROMPTS("prompts.json", Seeds::jsonPrompts, Prompts.READINGS),
    PARQUET("prompts.parquet", Seeds::parquets, Prompts.FILES),
    /** What stands behind a file's name: a column, names that lead to an array, a side. */
    DATASET_SPEC("spec.txt", Seeds::datasetSpecs, Prompts::behindName),
    ANCHOR_PAIRS("pairs.jsonl", Seeds::anchorPairs, AnchorPairFile::read),
    RESPONSES("responses.jsonl", Seeds::responses, Reader::responses),
    RESPONSE_ARRAY("responses.json", Seeds::responseArrays, Reader::responses),
    RESPONSE_TABLE("responses.csv", Seeds::responseTables, Reader::responseTable),
    RUN_STATE("answers.jsonl", Seeds::answers, Reader::run),
    RUN_TIMINGS("timings.jsonl", Seeds::timings, Reader::run),
    RUN_MANIFEST("run.json", Seeds::runManifests, file -> claim(directory(file))),
    VERDICTS("verdicts.jsonl", Seeds::verdicts, Reader::verdicts),
    STATE_LOG("log.jsonl", Seeds::answers, file -> JsonLog.open(file).close()),
    LOCK(RunLock.NAME, Seeds::locks, Reader::lock),
    /** What another program wrote, given for a model or about to be written over. */
    FOREIGN_FILE("model.bin", Seeds::foreign, Reader::foreign),
    FOREIGN_CONFIG("config.json", Seeds::foreignConfigs, file -> foreign(directory(file))),
    ADAPTER("adapter_config.json", Seeds::adapters, file -> foreign(directory(file)));

    /** Lists the files that a reader is given damaged. */
    private interface SeedList {
        List<byte[]> all() throws IOException;
    }

    private final String name;
    private final SeedList seeds;
    private final Reading[] readings;
    private @Nullable StrangersFile file;

    Reader(String name, SeedList seeds, Reading... readings) {
        this.name = name;
        this.seeds = seeds;
        this.readings = readings;
    }

    /** Whole files of the kind. */
    List<byte[]> seeds() throws IOException {
        return seeds.all();
    }

    /** Of lines only those that are ended are read, and of several the damaged one is the first. */
    String document(String json) {
        return name.endsWith(".jsonl") ? json + "\n" : json;
    }

    boolean isJson() {
        return name.endsWith(".json") || name.endsWith(".jsonl") || name.endsWith(".svec");
    }

    /** Fails if the reader does not keep its promise. */
    void check(byte[] content) {
        if (file == null) {
            file = new StrangersFile(surroundings(), name);
        }
        file.give(content, readings);
    }

    private Path surroundings() {
        Path directory = StrangersFile.newDirectory();
        return switch (this) {
            case MANIFEST -> FixtureBundle.DEMO.unpack(directory);
            case CONFIG, GENERATION_CONFIG -> FixtureBundle.LLAMA.unpack(directory);
            case SHARDS -> Seeds.sharded(directory);
            case DATASET_SPEC -> Seeds.named(directory);
            default -> directory;
        };
    }

    private static Path directory(Path file) {
        return file.toAbsolutePath().getParent();
    }

    /** By its name only: Jazzer cannot change a record with annotated components that was loaded before its agent. */
    private static void overrides(Path file) {
        Overrides unused = Overrides.read(file);
    }

    private static void tensors(Path path) {
        SafetensorsFile file = SafetensorsFile.open(path);
        file.tensors().forEach((name, tensor) -> {
            if (tensor.dtype().isFloat()) {
                file.floats(name);
            } else if (tensor.dtype().isInteger()) {
                file.longs(name);
            }
        });
        Inspector.inspect(path);
    }

    /** What is done with a bundle before its graph is loaded. */
    private static void bundle(Path manifest) {
        Bundle bundle = Bundle.open(directory(manifest));
        bundle.manifest().signature().cache().entries().forEach(entry -> entry.sizes(1, 16));
        bundle.manifest().sha256().keySet().forEach(bundle::optionalFile);
        if (bundle.manifest().head() != null) {
            bundle.file(bundle.manifest().head().file());
        }
    }

    private static void checkpoint(Path file) {
        Path directory = directory(file);
        Checkpoint checkpoint = Checkpoint.open(directory);
        ConfigMeaning.read(directory.resolve("config.json"));
        BoundaryTokens.begin(checkpoint.config(), checkpoint.generationConfig());
        BoundaryTokens.end(checkpoint.config(), checkpoint.generationConfig());
        Families.read(checkpoint);
        Inspector.inspect(directory);
    }

    private static void tokenizer(Path file) {
        Vocabulary.hash(file);
        TokenizerChecks.require(file);
        Inspector.inspect(file);
    }

    /** A template is parsed, and renders a question and a conversation. */
    private static void prompts(Path file) {
        ChatTemplates.read(directory(file));
        PromptFormat format = PromptFormat.of(directory(file));
        try {
            format.render("How do I bake bread?", null);
        } catch (BadRequest e) {
            // Templates may refuse, in words of their own.
        }
        try {
            format.render("How do I bake bread?", "Be brief.");
        } catch (BadRequest e) {
            // As above.
        }
    }

    private static void responses(Path file) throws IOException {
        try (BufferedReader in = new BufferedReader(
                new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8.newDecoder()))) {
            new JudgedLines(ExchangeJudge.of("test", text -> text.startsWith("Sorry")))
                    .copy(in, file.toString(), Writer.nullWriter());
        }
    }

    private static void responseTable(Path file) throws IOException {
        new JudgedLines(ExchangeJudge.of("test", text -> text.startsWith("Sorry")))
                .copy(PromptTable.read(file), Writer.nullWriter());
    }

    private static void lock(Path file) {
        RunLock abandoned = RunLock.ofAbandoned(directory(file));
        if (abandoned != null) {
            abandoned.close();
        }
        RunLock.of(directory(file)).close();
    }

    private static void foreign(Path path) {
        FileMark.json("answers", "text").recognises(path);
        BadFile known = ForeignModel.at(path);
        if (known != null) {
            throw known;
        }
    }

    private static void run(Path file) {
        List<EvalItem> items = List.of(new EvalItem("safe", Expectation.COMPLY, 0, "What is a wasp?"));
        EvalRun run = new EvalRun(directory(file), items, 1, ProgressListener.NONE);
        run.run(List.of());
        run.cost("none");
    }

    private static void claim(Path directory) {
        new RunManifest("eval", Map.of("seed", "7"), Map.of("none", "nothing")).claim(directory);
    }

    private static void verdicts(Path file) {
        new HttpJudge(JudgeOptions.of(URI.create("http://localhost:1/"), "m", null), file)
                .rulings(List.of(), ProgressListener.NONE);
    }
}
