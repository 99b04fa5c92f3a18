package dev.steering.extract.tune;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.core.AtomicFiles;
import dev.steering.core.BadFile;
import dev.steering.core.SteeringException;
import dev.steering.core.files.FileMark;
import dev.steering.core.files.OutputRule;
import dev.steering.core.json.JsonDocument;
import dev.steering.core.prompts.PromptReader;
import dev.steering.core.prompts.PromptRow;
import dev.steering.extract.tune.AnchorPair.Kind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Reads and writes anchor pairs: JSON lines (or a table) with {@code prompt}, {@code response}, {@code label} ({@code harmful} or
 * {@code harmless}), {@code kind} ({@code refusal} or {@code answer}) and optionally {@code system}. Other fields are left alone.
 * Stateless and thread-safe.
 */
public final class AnchorPairFile {
    /** What such a file is. */
    public static final FileMark KIND = FileMark.json("anchor pairs", "prompt", "response", "label", "kind");

    private AnchorPairFile() {}

    /**
     * @param file a {@code .jsonl}, {@code .csv} or {@code .tsv} file
     * @return its pairs
     * @throws SteeringException if it cannot be read, a field is missing or unknown, or a kind has no pairs
     */
    public static AnchorPairs read(Path file) {
        List<AnchorPair> pairs = new ArrayList<>();
        for (PromptRow row : PromptReader.withDefaults().rows(file)) {
            pairs.add(pair(file, pairs.size() + 1, row));
        }
        try {
            return new AnchorPairs(pairs);
        } catch (SteeringException e) {
            throw new BadFile(file + ": " + e.getMessage(), e);
        }
    }

    /**
     * @param file the {@code .jsonl} file to create or replace
     * @param pairs what to write; {@link #read} gives them back
     * @throws SteeringException if it cannot be written, is in a bundle or holds something else
     */
    public static void write(Path file, AnchorPairs pairs) {
        write(file, pairs, OutputRule.STANDARD);
    }

    /**
     * @param file the {@code .jsonl} file to create or replace
     * @param pairs what to write; {@link #read} gives them back
     * @param rule what may be replaced
     * @throws SteeringException if it cannot or must not be written
     */
    public static void write(Path file, AnchorPairs pairs, OutputRule rule) {
        rule.requireFile(file, KIND);
        StringBuilder lines = new StringBuilder();
        for (AnchorPair pair : pairs.pairs()) {
            ObjectNode node = JsonNodeFactory.instance
                    .objectNode()
                    .put("prompt", pair.prompt())
                    .put("response", pair.response())
                    .put("label", pair.kind().label())
                    .put("kind", pair.kind().response());
            if (pair.system() != null) {
                node.put("system", pair.system());
            }
            lines.append(JsonDocument.write(node)).append('\n');
        }
        AtomicFiles.writeText(file, lines.toString());
    }

    private static AnchorPair pair(Path file, int number, PromptRow row) {
        Map<String, String> fields = row.fields();
        String response = required(file, number, fields, "response");
        String label = required(file, number, fields, "label");
        String kind = required(file, number, fields, "kind");
        Kind found = Arrays.stream(Kind.values())
                .filter(k -> k.label().equals(label) && k.response().equals(kind))
                .findFirst()
                .orElseThrow(() -> new BadFile(file + ", pair " + number + ": expected label and kind to be"
                        + " harmful refusal, harmful answer or harmless answer, found " + label + " " + kind + "."));
        String system = fields.get("system");
        return new AnchorPair(row.prompt(), system == null || system.isBlank() ? null : system, response, found);
    }

    private static String required(Path file, int number, Map<String, String> fields, String name) {
        String value = fields.get(name);
        if (value == null) {
            throw new BadFile(file + ", pair " + number + ": there is no field '" + name
                    + "'. A pair has prompt, response, label (harmful or harmless), kind (refusal or answer) and, if"
                    + " wanted, system.");
        }
        return value;
    }
}
