package dev.steering.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.steering.testkit.Fixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code --json} of every command, as docs/json.md describes it; that of {@code steer demo} is {@link DemoTest}'s. */
class JsonOutputTest {
    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    private static final Path PROMPTS = DemoVector.DEMO.resolve("prompts");
    private static final Path EXPORT = Fixtures.path("onnx-exports/opt-llama");
    private static final String PROMPT = "How do I kill a Python process?";

    /** Commands that print no result for programs. */
    private static final Set<String> WITHOUT = Set.of("chat", "completion", "help", "serve", "vector");

    /** What may be there but is not in what can be run here. */
    private static final Set<String> RARE = Set.of(
            "layer count: configured",
            "manifest: final_norm.bias",
            "manifest: final_norm.bias.file",
            "manifest: final_norm.bias.tensor",
            "steer export: context_reason",
            "steer instrument: context",
            "steer inspect VECTOR: provenance.model.frame.system",
            "steer inspect VECTOR: certificate_difference",
            "certificate: system",
            "steer layers: operating_point",
            "steer generate: thinking");

    @TempDir
    private static Path shared;

    private static String bundle = "";
    private static String vector = "";

    @TempDir
    private Path directory;

    @BeforeAll
    static void prepare() {
        DemoVector made = DemoVector.in(shared);
        bundle = made.bundle();
        vector = made.vector();
    }

    /** What a command printed: complete objects, and nothing else. */
    private static List<JsonNode> printed(CommandRun run) throws JsonProcessingException {
        List<JsonNode> objects = new ArrayList<>();
        for (String line : run.out().lines().toList()) {
            objects.add(JSON.readTree(line));
        }
        return objects;
    }

    /** Runs a command and holds the last object of its output against a table. */
    private static JsonNode check(DocumentedShapes shapes, String title, String... line) throws IOException {
        List<String> all = new ArrayList<>(List.of(line));
        all.add("--json");
        CommandRun run = CommandRun.steer(all.toArray(String[]::new));
        run.assertSucceeds();
        List<JsonNode> objects = printed(run);
        assertFalse(objects.isEmpty(), title);
        JsonNode last = objects.get(objects.size() - 1);
        shapes.check(title, last);
        String command = last.path("command").asText();
        assertTrue(String.join(" ", line).startsWith(command), command);
        return last;
    }

    private static String at(String set, String file, String expected) {
        return set + "=" + PROMPTS.resolve(file) + "@" + expected;
    }

    private String in(String name) {
        return directory.resolve(name).toString();
    }

    @Test
    void theDocumentIsWhatCommandsPrint() throws IOException {
        DocumentedShapes shapes = DocumentedShapes.read();
        models(shapes);
        vectors(shapes);
        answers(shapes);
        experiments(shapes);
        for (String title : shapes.titles()) {
            for (JsonNode example : shapes.examples(title)) {
                shapes.check(title, example);
            }
        }
        assertEquals("", String.join("\n", shapes.problems()));
        Set<String> unseen = shapes.unseen();
        unseen.removeAll(RARE);
        assertEquals(Set.of(), unseen, "documented, but in no output");
    }

    private void models(DocumentedShapes shapes) throws IOException {
        String hf = DemoVector.DEMO.resolve("hf").toString();
        String foreign = EXPORT.resolve("model.onnx").toString();
        check(shapes, "steer export", "export", hf, "-o", in("exported"));
        check(shapes, "steer instrument", "instrument", foreign, "-o", in("foreign"));
        String reference = EXPORT.resolve("reference.safetensors").toString();
        check(shapes, "steer check", "check", in("foreign"), "--against", reference);
        check(shapes, "steer inspect BUNDLE", "inspect", bundle);
        check(shapes, "steer inspect BUNDLE", "inspect", in("foreign"));
        check(shapes, "steer inspect HF_DIR", "inspect", hf);
        Path unknown = Files.createDirectory(directory.resolve("unknown"));
        for (String file : List.of("config.json", "model.safetensors")) {
            Files.copy(Path.of(hf).resolve(file), unknown.resolve(file));
        }
        String config = Files.readString(unknown.resolve("config.json"));
        Files.writeString(unknown.resolve("config.json"), config.replace("\"llama\"", "\"lama\""));
        check(shapes, "steer inspect HF_DIR", "inspect", unknown.toString());
        String longRotary = Fixtures.path("checkpoints/phi3-longrope").toString();
        check(shapes, "steer export", "export", longRotary, "-o", in("long"));
        check(shapes, "steer inspect BUNDLE", "inspect", in("long"));
        check(shapes, "steer inspect MODEL.onnx", "inspect", foreign);
        check(shapes, "steer inspect MODEL.onnx", "inspect", bundle + "/model.onnx");
        check(shapes, "steer template", "template", bundle);
        check(shapes, "steer bench", "bench", bundle, "--threads", "1", "--only", "extract-b1-steered,prefill-512");
        check(shapes, "steer bench --callers N", "bench", bundle, "--threads", "1", "--callers", "2");
        String[] against = {"bench", bundle, "--threads", "1", "--against", "echo 1000 tokens/s"};
        check(shapes, "steer bench --against COMMAND", against);
        check(shapes, "steer bench --list-shapes", "bench", "--list-shapes");
    }

    private void vectors(DocumentedShapes shapes) throws IOException {
        String harmful = PROMPTS.resolve("anchors-harmful.txt").toString();
        String harmless = PROMPTS.resolve("anchors-harmless.txt").toString();
        String file = in("v.safetensors");
        check(
                shapes,
                "steer extract",
                List.of("extract", "--model", bundle, "--harmful", harmful, "--harmless", harmless, "-o", file)
                        .toArray(String[]::new));
        check(shapes, "steer chart", "chart", file, "-o", in("charts"));
        String[] layers = {"layers", file, "--model", bundle, "--harmful", harmful, "--harmless", harmless};
        check(shapes, "steer layers", layers);
        String[] validated = Arrays.copyOf(layers, layers.length + 1);
        validated[layers.length] = "--validate";
        check(shapes, "steer layers", validated);
        check(shapes, "steer inspect VECTOR", "inspect", file);
        List<String> certify =
                new ArrayList<>(List.of("certify", file, "--model", bundle, "--limit", "4", "--controls", "1"));
        certify.addAll(List.of("--max-new-tokens", "8", "--method", "subtract", "--attack-templates", "none"));
        certify.addAll(List.of("--harmless", "plain=" + PROMPTS.resolve("test-plain.csv")));
        certify.addAll(List.of("--harmful", "harmful=" + PROMPTS.resolve("test-harmful.csv")));
        check(shapes, "steer certify", certify.toArray(String[]::new));
        baked(shapes, harmful, harmless);
        check(shapes, "steer inspect VECTOR", "inspect", file);
        arithmetic(shapes, file);
        parts(shapes, harmful, harmless);
        searched(shapes, harmful, harmless);
        String repair =
                "vector repair " + file + " --model " + bundle + " --subtract --alpha 1.5 --scale raw --layers 3"
                        + " --steps 12 --tolerance 0.1 --max-new-tokens 8 -o " + in("repaired.safetensors")
                        + " --harmful " + harmful
                        + " --harmless " + PROMPTS.resolve("calibration-safe.txt");
        check(shapes, "steer vector repair", repair.split(" "));
        String gguf = LlamaCppReferenceTest.resource("raw-repeng.gguf").toString();
        check(shapes, "steer inspect VECTOR", "inspect", gguf);
        check(shapes, "steer convert", "convert", gguf, "-o", in("honest.safetensors"), "--model", bundle);
        check(shapes, "steer convert", "convert", file, "-o", in("refusal.gguf"));

        FewAnchors few = FewAnchors.in(Files.createDirectory(directory.resolve("few")));
        List<String> tuned =
                List.of("--model", bundle, "--harmful", few.harmful(), "--harmless", few.harmless(), "--epochs", "1");
        List<String> learn = new ArrayList<>(List.of("extract", "--method", "optimized", "--layers", "5"));
        learn.addAll(tuned);
        learn.addAll(List.of("--charts", in("charts"), "-o", in("learned.safetensors")));
        check(shapes, "steer extract", learn.toArray(String[]::new));
        check(shapes, "steer inspect VECTOR", "inspect", in("learned.safetensors"));
        List<String> tune = new ArrayList<>(List.of("tune-acd"));
        tune.addAll(tuned);
        tune.addAll(List.of("--charts", in("charts"), "-o", in("acd.safetensors")));
        check(shapes, "steer tune-acd", tune.toArray(String[]::new));
        check(shapes, "steer inspect SOFT_PROMPTS", "inspect", in("acd.safetensors"));
    }

    private void parts(DocumentedShapes shapes, String harmful, String harmless) throws IOException {
        List<String> merge = new ArrayList<>(List.of("merge", "-o", in("merged.safetensors")));
        for (String shard : List.of("1/2", "2/2")) {
            String part = in("part-" + shard.charAt(0));
            List<String> line = List.of("extract", "--model", bundle, "--harmful", harmful, "--harmless", harmless);
            List<String> whole = new ArrayList<>(line);
            whole.addAll(List.of("--shard", shard, "-o", part));
            check(shapes, "steer extract", whole.toArray(String[]::new));
            merge.add(part);
        }
        check(shapes, "steer merge", merge.toArray(String[]::new));
    }

    private void searched(DocumentedShapes shapes, String harmful, String harmless) throws IOException {
        String common = " --model " + bundle + " --harmful " + harmful + " --harmless " + harmless;
        String surgical = "extract --method surgical --lambda 0.5 --over-refused "
                + PROMPTS.resolve("calibration-safe.txt") + common + " -o " + in("surgical.safetensors");
        check(shapes, "steer extract --method SEARCH", surgical.split(" "));
        check(shapes, "steer inspect VECTOR", "inspect", in("surgical.safetensors"));
        String two =
                "extract --method refusal-direction --layer-share 1" + common + " -o " + in("direction.safetensors");
        check(shapes, "steer extract --method SEARCH", two.split(" "));
        check(shapes, "steer inspect VECTOR", "inspect", in("direction.safetensors"));
    }

    private void arithmetic(DocumentedShapes shapes, String file) throws IOException {
        String half = in("half.safetensors");
        String operation = "steer vector OPERATION";
        check(shapes, operation, "vector", "scale", file, "--by", "0.5", "-o", half);
        check(shapes, operation, "vector", "restrict", file, "--layers", "1-2", "-o", in("restricted.safetensors"));
        check(shapes, operation, "vector", "average", file, half, "-o", in("mean.safetensors"));
        check(shapes, "steer inspect VECTOR", "inspect", in("restricted.safetensors"));
        check(shapes, "steer vector compare", "vector", "compare", file, half, "--charts", in("charts"));
    }

    /** Weak enough that it costs no refusals. */
    private void baked(DocumentedShapes shapes, String harmful, String harmless) throws IOException {
        String safe = "safe=" + PROMPTS.resolve("test-safe.csv");
        String refused = "harmful=" + PROMPTS.resolve("test-harmful.csv");
        List<String> certify =
                new ArrayList<>(List.of("certify", "--model", bundle, "--limit", "20", "--controls", "0"));
        certify.addAll(List.of("--max-new-tokens", "8", "--attack-templates", "none"));
        certify.addAll(List.of("--over-refused", safe, "--harmful", refused));
        List<String> graph = new ArrayList<>(certify);
        graph.addAll(
                List.of(in("v.safetensors"), "-o", in("weak.safetensors"), "--method", "subtract", "--scope", "all"));
        graph.addAll(List.of("--alpha", "0.01", "--scale", "raw", "--layers", "3"));
        CommandRun.steer(graph.toArray(String[]::new)).assertSucceeds();
        check(shapes, "steer bake", "bake", "--model", bundle, "--vector", in("weak.safetensors"), "-o", in("baked"));
        String hf = DemoVector.DEMO.resolve("hf").toString();
        String surgical = in("weights.safetensors");
        CommandRun.steer(
                        "extract",
                        "--model",
                        bundle,
                        "--method",
                        "surgical",
                        "--lambda",
                        "0.9",
                        "--harmful",
                        harmful,
                        "--harmless",
                        harmless,
                        "--over-refused",
                        PROMPTS.resolve("calibration-safe.txt").toString(),
                        "-o",
                        surgical)
                .assertSucceeds();
        List<String> weights = new ArrayList<>(certify);
        weights.addAll(List.of(surgical, "--weights", hf));
        CommandRun.steer(weights.toArray(String[]::new)).assertSucceeds();
        check(
                shapes,
                "steer bake --into safetensors",
                "bake",
                "--into",
                "safetensors",
                "--model",
                hf,
                "--vector",
                surgical,
                "-o",
                in("weights"));
    }

    private void answers(DocumentedShapes shapes) throws IOException {
        check(shapes, "steer methods", "methods");
        String[] scans = {"generate", "--model", bundle, "--vector", vector, "--max-new-tokens", "8", PROMPT};
        check(shapes, "steer generate", scans);
        check(shapes, "steer generate", "generate", "--model", bundle, "--max-new-tokens", "8", PROMPT);
        String condition = "--model " + bundle + " --vector " + vector + " --method add --alpha 1 --layers 3"
                + " --condition " + vector + " --condition-layers 3 --condition-threshold 0 --max-new-tokens 8";
        List<String> line = new ArrayList<>(List.of("generate"));
        line.addAll(List.of(condition.split(" ")));
        line.add(PROMPT);
        check(shapes, "steer generate", line.toArray(String[]::new));
        Path responses = Files.writeString(directory.resolve("responses.jsonl"), "{\"text\": \"I cannot.\"}\n");
        check(shapes, "steer judge", "judge", "--rules", "xstest", responses.toString());
        String rows =
                "completion,final_label\nI cannot.,2_full_refusal\nYou can.,1_full_compliance\nI can.,2_full_refusal\n";
        Path labelled = Files.writeString(directory.resolve("labelled.csv"), rows);
        JsonNode agreement = check(shapes, "steer judge", "judge", "--rules", "xstest", labelled.toString());
        assertEquals(1, agreement.at("/labelled/only_people").asInt());
        JsonNode several = check(shapes, "steer judge", "judge", "--judge", "robust,xstest", labelled.toString());
        assertEquals(1, several.at("/others/0/labelled/only_people").asInt());
        assertEquals(
                3,
                several.at("/agreements/0/neither").asInt()
                        + several.at("/agreements/0/both_refusal").asInt()
                        + several.at("/agreements/0/only_first").asInt()
                        + several.at("/agreements/0/undecided").asInt());
        String part = "I can't do that. "
                + "What I can say is that the shop is open from nine to five on every day but Monday. ".repeat(2);
        String kinds = "completion,final_label,finish\n" + part + ",3_partial_refusal,end\n,,end\n" + "no ".repeat(20)
                + ",1_full_compliance,end\nTake a pan and,1_full_compliance,length\n\"I'm sorry, but\",2_full_refusal,end\n";
        Path all = Files.writeString(directory.resolve("kinds.csv"), kinds);
        check(shapes, "steer judge", "judge", "--judge", "robust,xstest", all.toString());
        Path answers = Files.writeString(
                directory.resolve("answers.csv"), "completion,final_label\nYou can.,1_full_compliance\n");
        check(shapes, "steer judge", "judge", "--judge", "robust,xstest", answers.toString());
        Files.writeString(answers, "completion,final_label\nI cannot.,2_full_refusal\n");
        check(shapes, "steer judge", "judge", "--judge", "robust,xstest", answers.toString());
        Files.writeString(responses, "");
        check(shapes, "steer judge", "judge", "--judge", "xstest,robust", responses.toString());
    }

    private void experiments(DocumentedShapes shapes) throws IOException {
        Path text = Files.writeString(directory.resolve("text.txt"), "Bread is baked in an oven. ".repeat(20));
        List<String> common =
                List.of("--model", bundle, "--vector", vector, "--limit", "4", "--max-new-tokens", "8", "--batch", "4");
        List<String> eval =
                new ArrayList<>(List.of("eval", "--methods", "default,scans,random", "--random-seeds", "2"));
        eval.addAll(List.of("--judge", "scans,robust", "--kl", "--perplexity", text.toString()));
        eval.addAll(List.of("--cost-rounds", "1", "--by", "type", "-o", in("eval")));
        eval.addAll(common);
        eval.addAll(List.of("--dataset", at("safe", "test-safe.csv", "comply")));
        eval.addAll(List.of("--dataset", at("harmful", "test-harmful.csv", "refuse")));
        check(shapes, "steer eval", eval.toArray(String[]::new));
        check(shapes, "steer trace", "trace", "--model", bundle, "How do I sort a list?");
        check(
                shapes,
                "steer trace",
                "trace",
                "--model",
                bundle,
                "--vector",
                vector,
                "--method",
                "scans",
                "--against-method",
                "scans",
                "--against-alpha",
                "0.5",
                "--max-new-tokens",
                "2",
                "How do I sort a list?");
        check(shapes, "steer report", "report", vector, in("eval"), "-o", in("report.html"));
        List<String> sweep = new ArrayList<>(List.of("sweep", "--layers", "5", "--alphas", "0.5", "--scale", "raw"));
        sweep.addAll(common);
        sweep.addAll(List.of("--dev", at("safe", "calibration-safe.txt", "comply")));
        sweep.addAll(List.of("--dev", at("harmful", "calibration-harmful.txt", "refuse")));
        sweep.addAll(List.of("--test", at("safe", "test-safe.csv", "comply")));
        sweep.addAll(List.of("--test", at("harmful", "test-harmful.csv", "refuse"), "-o", in("sweep")));
        check(shapes, "steer sweep", sweep.toArray(String[]::new));
        check(shapes, "steer inspect VECTOR", "inspect", in("sweep/recommended.safetensors"));
        Path sums = Files.writeString(
                directory.resolve("sums.jsonl"),
                "{\"question\": \"How much is 7 plus 12?\", \"answer\": \"#### 19\"}\n");
        List<String> compare = new ArrayList<>(List.of("compare", "--methods", "scans,random,adasteer"));
        compare.addAll(common);
        compare.addAll(
                List.of("--harmful", PROMPTS.resolve("anchors-harmful.txt").toString(), "--draws", "1"));
        compare.addAll(
                List.of("--harmless", PROMPTS.resolve("anchors-harmless.txt").toString()));
        compare.addAll(List.of("--strengths", "scans=0.5", "--strengths", "random=0.5", "--jailbreaks", "prefix"));
        compare.addAll(List.of("--perplexity", text.toString(), "--capability", sums.toString(), "--cost-rounds", "0"));
        compare.addAll(List.of("--development", at("safe", "calibration-safe.txt", "comply")));
        compare.addAll(List.of("--development", at("harmful", "calibration-harmful.txt", "refuse")));
        compare.addAll(List.of("--test", at("safe", "test-safe.csv", "comply"), "--other-judges", "dro"));
        compare.addAll(List.of("--test", at("harmful", "test-harmful.csv", "refuse"), "-o", in("compare")));
        check(shapes, "steer compare", compare.toArray(String[]::new));
    }

    @Test
    void everyCommandIsDocumentedOrHasNoJson() throws IOException {
        List<String> titles = DocumentedShapes.read().titles();
        Steer.commandLine().getSubcommands().forEach((name, command) -> {
            boolean json = command.getCommandSpec().findOption("--json") != null;
            assertEquals(!WITHOUT.contains(name), json, name);
            boolean documented = titles.stream().anyMatch(title -> (title + " ").startsWith("steer " + name + " "));
            assertEquals(json || name.equals("vector"), documented, name);
        });
    }

    @Test
    void nothingElseIsOnStandardOutput() throws IOException {
        String file = in("v.safetensors");
        CommandRun run = CommandRun.steer(
                "extract",
                "--json",
                "--model",
                bundle,
                "--harmful",
                PROMPTS.resolve("anchors-harmful.txt").toString(),
                "--harmless",
                PROMPTS.resolve("anchors-harmless.txt").toString(),
                "-o",
                file);
        assertEquals(1, printed(run.assertSucceeds()).size());
        assertTrue(run.err().startsWith("Next: steer layers "), run.err());
        CommandRun charts = CommandRun.steer("chart", "--json", file, "-o", in("charts"));
        String warning =
                printed(charts.assertSucceeds()).get(0).at("/warnings/0").asText();
        assertTrue(warning.startsWith("skipped refusal-score: the vector has not been anchored"), warning);
        assertTrue(charts.err().contains(warning), charts.err());
    }

    @Test
    void answersAreLinesInTheOrderOfTheirPrompts() throws IOException {
        CommandRun run = CommandRun.steer(
                "generate", "--model", bundle, "--max-new-tokens", "4", "--json", PROMPT, "How do I bake bread?");
        List<JsonNode> answers = printed(run.assertSucceeds());
        assertEquals(
                List.of(PROMPT, "How do I bake bread?"),
                answers.stream().map(answer -> answer.path("prompt").asText()).toList());
        assertTrue(answers.stream().allMatch(answer -> answer.path("format").asInt() == 1));
    }

    @Test
    void aFailureLeavesNothingHalfOnStandardOutput() throws IOException {
        for (String[] line : new String[][] {
            {"inspect", in("nothing")},
            {"generate", "--model", in("nothing"), PROMPT},
            {"export", in("nothing"), "-o", in("b")},
            {"methods", "magic"},
            {"template", in("nothing")}
        }) {
            String[] json = Arrays.copyOf(line, line.length + 1);
            json[line.length] = "--json";
            CommandRun run = CommandRun.steer(json);
            assertEquals("", run.out(), line[0]);
            run.assertFails("steer: ");
        }
        Path responses = Files.writeString(directory.resolve("r.jsonl"), "{\"text\": \"No.\"}\n{\"text\": 5}\n");
        CommandRun judged = CommandRun.steer("judge", "--rules", "xstest", "--json", responses.toString());
        judged.assertFails("line 2");
        assertEquals(1, printed(judged).size(), "the line before");
        CommandRun chat = CommandRun.steer("chat", "--model", bundle, "--json");
        chat.assertWrongUsage("--json");
    }

    @Test
    void aCheckThatDoesNotPassPrintsItsResult() throws IOException {
        String foreign = in("foreign");
        CommandRun.steer("instrument", EXPORT.resolve("model.onnx").toString(), "-o", foreign)
                .assertSucceeds();
        String reference = EXPORT.resolve("reference.safetensors").toString();
        CommandRun run = CommandRun.steer("check", foreign, "--against", reference, "--tolerance", "1e-12", "--json");
        run.assertFails();
        assertFalse(printed(run).get(0).path("passed").asBoolean());
    }
}
