package dev.steering.model.tokenizer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.testkit.Fixtures;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** No tokenizer file may end the process. What is tried is opened in a process of its own, so that a death is seen. */
@Timeout(300)
class DamagedTokenizerTest {
    private static final List<String> KINDS = List.of("byte-level", "metaspace", "prepend", "replace", "unigram");
    private static final int MUTATIONS = Integer.getInteger("steering.test.mutations", 400);

    @TempDir
    private Path folder;

    /** What became of each file. */
    private record Outcome(Map<String, String> results, List<String> deaths) {}

    @Test
    void mutationsOfEveryKindAreOpenedOrRefused() throws Exception {
        TokenizerMutations mutations = new TokenizerMutations(12);
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] file = resource(KINDS.get(i % KINDS.size()) + "/tokenizer.json");
            Files.write(folder.resolve(String.format(Locale.ROOT, "%05d.json", i)), mutations.mutate(file));
        }
        Outcome outcome = tryAll(folder);
        assertEquals(List.of(), outcome.deaths(), "files that ended the process");
        assertEquals(MUTATIONS, outcome.results().size());
        for (Map.Entry<String, String> result : outcome.results().entrySet()) {
            assertTrue(
                    result.getValue().equals("opened") || result.getValue().startsWith("refused: "), result.toString());
        }
        long refused = outcome.results().values().stream()
                .filter(result -> result.startsWith("refused"))
                .count();
        assertTrue(refused > MUTATIONS / 4 && refused < MUTATIONS, refused + " of " + MUTATIONS + " refused");
    }

    /** Each of these ended the process when it was handed to the library, or would with another text; with what is said now. */
    @Test
    void whatIsKnownToEndTheLibraryIsRefused() throws Exception {
        Map<String, String> reasons = new TreeMap<>();
        Files.write(folder.resolve("number.json"), resource("damaged/number-overflow.json"));
        reasons.put("number.json", "a number is too large: 999999999999999999999999... (line 1, column ");
        add(
                reasons,
                "decoder-exponent",
                "\"decoder\":{\"type\":\"Fuse\",\"x\":-1e999},",
                "a number is too large: -1e999 (line");
        add(reasons, "decoder-surrogate", "\"decoder\":{\"type\":\"\\ud800\"},", "a text holds half a character (line");
        add(
                reasons,
                "decoder-deep",
                "\"decoder\":" + "[".repeat(130) + "]".repeat(130) + ",",
                "Document nesting depth (128) exceeds the maximum allowed (127");
        add(reasons, "decoder-cut", "\"decoder\":{\"type\":", "Unexpected");
        add(
                reasons,
                "template-second",
                template("[{\"Sequence\":{\"id\":\"B\",\"type_id\":0}}]", "{}"),
                "the post_processor's template for one text has a second: B");
        add(
                reasons,
                "template-special",
                template("[{\"SpecialToken\":{\"id\":\"<s>\",\"type_id\":0}}]", "{}"),
                "the post_processor's template has the special token '<s>', which its special_tokens do not define");
        add(
                reasons,
                "pieces",
                "\"pre_tokenizer\":{\"type\":\"FixedLength\",\"length\":0},",
                "the pre_tokenizer cuts pieces of length 0");
        add(
                reasons,
                "strip-stop",
                "\"decoder\":{\"type\":\"Sequence\",\"decoders\":[{\"type\":\"Strip\",\"content\":\"H\",\"start\":0,\"stop\":3}]},",
                "the decoder strips the ends of pieces (stop 3), which may have nothing else");
        add(
                reasons,
                "templates",
                "\"post_processor\":{\"type\":\"Sequence\",\"processors\":[" + TEMPLATE + "," + TEMPLATE + "]},",
                "the post_processor has a second template behind the first");
        add(
                reasons,
                "replaces-nothing",
                "\"normalizer\":{\"type\":\"Sequence\",\"normalizers\":[" + replacing("(a{0,9})?")
                        + ",{\"type\":\"Nmt\"}]},",
                "the normalizer replaces nothing by something: the regular expression (a{0,9})? matches without a character");
        add(
                reasons,
                "added-accent",
                added("\u0301") + "\"normalizer\":{\"type\":\"StripAccents\"},",
                "the normalizer leaves nothing of the added token \"\u0301\", whose \"normalized\" is true");
        add(
                reasons,
                "added-spaces",
                "\"added_tokens\":[{\"id\":1,\"content\":\"o\",\"single_word\":false,\"lstrip\":false,\"rstrip\":true,\"normalized\":false,\"special\":true},"
                        + "{\"id\":9,\"content\":\" \",\"single_word\":false,\"lstrip\":true,\"rstrip\":false,\"normalized\":false,\"special\":false}],",
                "the added tokens \" \", with \"lstrip\", and \"o\", with \"rstrip\", take the same spaces");
        add(
                reasons,
                "added-replaced",
                added("xx") + "\"normalizer\":{\"type\":\"Replace\",\"pattern\":{\"String\":\"x\"},\"content\":\"\"},",
                "the normalizer leaves nothing of the added token \"xx\", whose \"normalized\" is true");
        for (String endless : List.of("(\\\\w+\\\\s?)*$", "(a|a)*b")) {
            add(
                    reasons,
                    "regex-" + endless.length(),
                    "\"pre_tokenizer\":{\"type\":\"Split\",\"pattern\":{\"Regex\":\"" + endless
                            + "\"},\"behavior\":\"Isolated\",\"invert\":false},",
                    "takes without end on some texts");
        }
        add(
                reasons,
                "regex-decoder",
                "\"decoder\":{\"type\":\"Replace\",\"pattern\":{\"Regex\":\"(H+)+$\"},\"content\":\"e\"},",
                "the regular expression (H+)+$ takes without end on some texts");
        add(reasons, "map-missing", map("null"), "the normalizer has no precompiled_charsmap");
        add(reasons, "map-short", map("\"AAA=\""), "its trie has -1 bytes, the whole map 2");
        add(reasons, "map-size", map("\"BQAAAAAAAAAA\""), "its trie has 5 bytes, the whole map 9");
        add(reasons, "map-outside", map("\"BAAAAAAEAAAAAA==\""), "its trie of 1 units leads to unit ");
        Files.writeString(
                folder.resolve("merge.json"),
                "{\"version\":\"1.0\",\"model\":{\"type\":\"BPE\",\"continuing_subword_prefix\":\"##\",\"vocab\":{\"a\":0,\"b\":1,"
                        + "\"ab\":2},\"merges\":[\"a b\"]}}");
        reasons.put("merge.json", "the merge 'a b' does not begin with the continuing_subword_prefix");

        Outcome outcome = tryAll(folder);

        assertEquals(List.of(), outcome.deaths(), "files that ended the process");
        assertEquals(reasons.keySet(), outcome.results().keySet());
        outcome.results().forEach((name, result) -> {
            assertTrue(result.startsWith("refused: The tokenizer "), result);
            assertTrue(result.contains(" is damaged or of an unknown kind: "), result);
            assertTrue(result.contains(Objects.requireNonNull(reasons.get(name))), result);
        });
    }

    private void add(Map<String, String> reasons, String name, String part, String reason) throws IOException {
        Files.writeString(
                folder.resolve(name + ".json"),
                "{\"version\":\"1.0\"," + part
                        + "\"model\":{\"type\":\"BPE\",\"vocab\":{\"H\":0,\"e\":1,\"l\":2,\"o\":3},\"merges\":[]}}");
        reasons.put(name + ".json", reason);
    }

    private static final String TEMPLATE =
            "{\"type\":\"TemplateProcessing\",\"single\":[],\"pair\":[],\"special_tokens\":{}}";

    private static String replacing(String expression) {
        return "{\"type\":\"Replace\",\"pattern\":{\"Regex\":\"" + expression + "\"},\"content\":\"lo\"}";
    }

    private static String added(String content) {
        return "\"added_tokens\":[{\"id\":9,\"content\":\"" + content
                + "\",\"single_word\":false,\"lstrip\":true,\"rstrip\":true,\"normalized\":true,\"special\":false}],";
    }

    private static String template(String single, String specials) {
        return "\"post_processor\":{\"type\":\"Sequence\",\"processors\":[{\"type\":\"TemplateProcessing\",\"single\":"
                + single + ",\"pair\":[],\"special_tokens\":" + specials + "}]},";
    }

    private static String map(String value) {
        return "\"normalizer\":{\"type\":\"Precompiled\",\"precompiled_charsmap\":" + value + "},";
    }

    private static byte[] resource(String name) throws IOException {
        return Files.readAllBytes(Fixtures.path("tokenizers/" + name));
    }

    /** Each death costs one process: the next one goes on behind the file that it died of. */
    private static Outcome tryAll(Path files) throws Exception {
        Map<String, String> results = new TreeMap<>();
        List<String> deaths = new ArrayList<>();
        Path output = Files.createTempFile("trial", ".txt");
        Path errors = Files.createTempFile("trial", ".err");
        while (true) {
            ProcessBuilder builder = new ProcessBuilder(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:-CreateCoredumpOnCrash",
                    "-XX:TieredStopAtLevel=1",
                    TokenizerTrial.class.getName(),
                    files.toString(),
                    String.valueOf(results.size() + deaths.size()));
            builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
            builder.directory(files.getParent().toFile());
            int code = builder.redirectOutput(output.toFile())
                    .redirectError(errors.toFile())
                    .start()
                    .waitFor();
            List<String> lines = Files.readAllLines(output);
            for (int i = 0; i + 1 < lines.size(); i += 2) {
                results.put(lines.get(i), lines.get(i + 1));
            }
            if (code == 0) {
                Files.delete(output);
                Files.delete(errors);
                return new Outcome(results, deaths);
            }
            String said = new String(Files.readAllBytes(errors), StandardCharsets.UTF_8);
            deaths.add(
                    lines.get(lines.size() - 1) + ": " + said.lines().limit(2).toList());
        }
    }
}
