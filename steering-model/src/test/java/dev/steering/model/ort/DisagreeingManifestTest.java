package dev.steering.model.ort;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.core.bundle.Bundle;
import dev.steering.testkit.FixtureBundle;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A manifest that says other than its graph must not end the process: memory is made by its sizes and handed to native code. What is
 * tried runs in a process of its own, so that a death is seen.
 */
@Timeout(300)
class DisagreeingManifestTest {
    @TempDir
    private Path folder;

    /** What is written in the manifest of the small Llama, and what instead. */
    private static Map<String, String[]> changes() {
        Map<String, String[]> changes = new TreeMap<>();
        changes.put("same", new String[] {"", ""});
        changes.put("context-large", new String[] {"\"context\" : 256", "\"context\" : 4096"});
        changes.put("context-huge", new String[] {"\"context\" : 256", "\"context\" : 2000000000"});
        changes.put("hidden-less", new String[] {"\"hidden\" : 64", "\"hidden\" : 32"});
        changes.put("hidden-more", new String[] {"\"hidden\" : 64", "\"hidden\" : 4096"});
        changes.put("hidden-huge", new String[] {"\"hidden\" : 64", "\"hidden\" : 2000000000"});
        changes.put("layers-less", new String[] {"\"layers\" : 3", "\"layers\" : 1"});
        changes.put("layers-more", new String[] {"\"layers\" : 3", "\"layers\" : 30"});
        changes.put("layers-huge", new String[] {"\"layers\" : 3", "\"layers\" : 2000000000"});
        changes.put("vocabulary-less", new String[] {"\"vocabulary\" : 160", "\"vocabulary\" : 10"});
        changes.put("vocabulary-more", new String[] {"\"vocabulary\" : 160", "\"vocabulary\" : 161"});
        changes.put("vocabulary-huge", new String[] {"\"vocabulary\" : 160", "\"vocabulary\" : 2147483647"});
        changes.put("boundary", new String[] {"\"rotaryBoundary\" : null", "\"rotaryBoundary\" : 5"});
        changes.put(
                "heads-less",
                new String[] {"\"batch\", \"2\", \"length\", \"16\"", "\"batch\", \"1\", \"length\", \"16\""});
        changes.put(
                "heads-more",
                new String[] {"\"batch\", \"2\", \"length\", \"16\"", "\"batch\", \"8\", \"length\", \"16\""});
        changes.put("head-less", new String[] {"\"length\", \"16\"", "\"length\", \"8\""});
        changes.put("head-huge", new String[] {"\"length\", \"16\"", "\"length\", \"999999999\""});
        changes.put("head-none", new String[] {"\"length\", \"16\"", "\"length\", \"0\""});
        changes.put(
                "axes-fewer", new String[] {"\"batch\", \"2\", \"length\", \"16\"", "\"batch\", \"length\", \"16\""});
        changes.put(
                "axes-more",
                new String[] {"\"batch\", \"2\", \"length\", \"16\"", "\"batch\", \"2\", \"length\", \"16\", \"1\""});
        changes.put(
                "axes-swapped",
                new String[] {"\"batch\", \"2\", \"length\", \"16\"", "\"length\", \"2\", \"batch\", \"16\""});
        changes.put("cache-half", new String[] {"\"type\" : \"F32\"", "\"type\" : \"F16\""});
        changes.put("cache-growing", new String[] {"\"mode\" : \"IN_PLACE\"", "\"mode\" : \"GROWING\""});
        changes.put("cache-none", new String[] {"\"mode\" : \"IN_PLACE\"", "\"mode\" : \"NONE\""});
        changes.put("padding-none", new String[] {"\"padding\" : \"RIGHT\"", "\"padding\" : \"NONE\""});
        changes.put("padding-left", new String[] {"\"padding\" : \"RIGHT\"", "\"padding\" : \"LEFT\""});
        changes.put(
                "past-swapped",
                new String[] {"\"past\" : \"past_key_values.0.key\"", "\"past\" : \"past_key_values.0.value\""});
        changes.put("past-unknown", new String[] {"\"past\" : \"past_key_values.0.key\"", "\"past\" : \"nothing\""});
        changes.put("present-unknown", new String[] {"\"present\" : \"present.0.key\"", "\"present\" : \"nothing\""});
        changes.put("present-logits", new String[] {"\"present\" : \"present.0.key\"", "\"present\" : \"logits\""});
        changes.put("logits-captured", new String[] {"\"logits\" : \"logits\"", "\"logits\" : \"captured\""});
        changes.put("logits-unknown", new String[] {"\"logits\" : \"logits\"", "\"logits\" : \"nothing\""});
        changes.put("ids-32", new String[] {"\"type\" : \"I64\"", "\"type\" : \"I32\""});
        changes.put("rank", new String[] {"\"rank\" : 2", "\"rank\" : 1"});
        changes.put("role-mask", new String[] {"\"role\" : \"ATTENTION_MASK\"", "\"role\" : \"POSITION_IDS\""});
        changes.put("role-segment", new String[] {"\"role\" : \"ATTENTION_MASK\"", "\"role\" : \"TOKEN_TYPE_IDS\""});
        changes.put("input-unknown", new String[] {"\"name\" : \"input_ids\"", "\"name\" : \"nothing\""});
        changes.put(
                "graph-projection",
                new String[] {"\"graph\" : \"model.onnx\"", "\"graph\" : \"model-projection.onnx\""});
        changes.put("graph-weights", new String[] {"\"graph\" : \"model.onnx\"", "\"graph\" : \"model.safetensors\""});
        return changes;
    }

    @Test
    void itIsRefusedOrRunsAndTheProcessLives() throws Exception {
        Path bundle = FixtureBundle.LLAMA.unpack(folder.resolve("bundle"));
        Path manifests = Files.createDirectory(folder.resolve("manifests"));
        String manifest = Files.readString(bundle.resolve(Bundle.MANIFEST));
        changes().forEach((name, change) -> {
            assertTrue(manifest.contains(change[0]), name + ": the manifest has no " + change[0]);
            String changed = change[0].isEmpty() ? manifest : manifest.replace(change[0], change[1]);
            write(manifests.resolve(name), changed);
        });

        Map<String, String> outcomes = new TreeMap<>();
        List<String> deaths = new ArrayList<>();
        while (outcomes.size() + deaths.size() < changes().size()) {
            tryFrom(bundle, manifests, outcomes, deaths);
        }

        assertEquals(List.of(), deaths, "manifests that ended the process");
        Map<String, String> failed = new TreeMap<>(outcomes);
        failed.values().removeIf(outcome -> outcome.equals("ran") || outcome.startsWith("refused: "));
        assertEquals(Map.of(), failed);
        // The graph's own context is 256: 400 tokens are refused, and so are tokens that there are not.
        assertTrue(outcomes.get("same").contains("does not fit the context of"), outcomes.get("same"));
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** Each death costs one process: the next one goes on behind the manifest that it died of. */
    private static void tryFrom(Path bundle, Path manifests, Map<String, String> outcomes, List<String> deaths)
            throws Exception {
        Path output = manifests.resolveSibling("output");
        Path errors = manifests.resolveSibling("errors");
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:-CreateCoredumpOnCrash",
                "-XX:TieredStopAtLevel=1",
                ManifestTrial.class.getName(),
                bundle.toString(),
                manifests.toString(),
                String.valueOf(outcomes.size() + deaths.size()));
        builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
        builder.directory(manifests.getParent().toFile());
        int code = builder.redirectOutput(output.toFile())
                .redirectError(errors.toFile())
                .start()
                .waitFor();
        List<String> lines = Files.readAllLines(output);
        for (int i = 0; i + 1 < lines.size(); i += 2) {
            outcomes.put(lines.get(i), lines.get(i + 1));
        }
        if (code != 0) {
            String said = new String(Files.readAllBytes(errors), StandardCharsets.UTF_8);
            deaths.add((lines.isEmpty() ? "?" : lines.get(lines.size() - 1)) + ": exit code " + code + " "
                    + said.lines().limit(3).toList());
        }
    }
}
