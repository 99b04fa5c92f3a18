package dev.steering.eval.saved;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.steering.core.BadFile;
import dev.steering.core.IoReason;
import dev.steering.core.prompts.Expectation;
import dev.steering.eval.judge.Verdict;
import dev.steering.eval.run.RunManifest;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The answers that a finished evaluation, sweep or comparison has left in a directory. Immutable and thread-safe.
 *
 * @param directory where it is
 * @param judge who told refusals
 * @param settings what the run depends on, by name, as its {@code run.json} has it
 * @param answers methods in their order and prompts in theirs; at least one
 * @param command the command that made it; null if nobody wrote it down
 */
public record SavedRun(
        Path directory,
        String judge,
        Map<String, String> settings,
        List<SavedAnswer> answers,
        @Nullable String command) {
    /** The file that makes a directory such a run. */
    public static final String ROWS = "results.jsonl";

    /** The command line that made a run, where a command did. */
    public static final String COMMAND = "command.txt";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int FIRST_WORDS = 8;

    public SavedRun {
        settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
        answers = List.copyOf(answers);
    }

    /**
     * @param directory a directory
     * @return whether it holds a finished run
     */
    public static boolean isRun(Path directory) {
        return Files.isRegularFile(directory.resolve(ROWS)) && RunManifest.isRun(directory);
    }

    /**
     * @param directory a directory for which {@link #isRun} holds
     * @return its answers
     * @throws BadFile naming file and line if something is missing or cannot be read
     */
    public static SavedRun read(Path directory) {
        Path file = directory.resolve(ROWS);
        List<SavedAnswer> answers = new ArrayList<>();
        String judge = "";
        try (BufferedReader lines = Files.newBufferedReader(file)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                JsonNode row = row(line, file, answers.size() + 1);
                judge = text(row, "judge", file, answers.size() + 1);
                answers.add(answer(row, file, answers.size() + 1));
            }
        } catch (IOException e) {
            throw new BadFile("Cannot read " + file + ": " + IoReason.of(e) + ".", e);
        }
        if (answers.isEmpty()) {
            throw new BadFile(file
                    + " is empty: expected a line for each answer. Let the run that writes it come to its end first.");
        }
        return new SavedRun(
                directory, judge, settings(directory.resolve(RunManifest.FILE)), answers, command(directory));
    }

    private static JsonNode row(String line, Path file, int number) {
        JsonNode row;
        try {
            row = JSON.readTree(line);
        } catch (IOException e) {
            throw damaged(file, number, "a JSON object", "something else", e);
        }
        if (row == null || !row.isObject()) {
            throw damaged(file, number, "a JSON object", "something else", null);
        }
        return row;
    }

    private static SavedAnswer answer(JsonNode row, Path file, int number) {
        String verdict = text(row, "verdict", file, number);
        boolean refusal = row.path("refusal").asBoolean(false);
        boolean begun = row.path("finish").asText().equals("length")
                || row.path("tokens").size() >= FIRST_WORDS;
        boolean complied =
                !refusal && (verdict.equals(Verdict.ANSWERED.word()) || (verdict.equals(Verdict.CUT.word()) && begun));
        return new SavedAnswer(
                text(row, "method", file, number),
                text(row, "set", file, number),
                row.path("row").asInt(),
                text(row, "prompt", file, number),
                row.path("plan").asText(),
                text(row, "text", file, number),
                expectation(text(row, "expected", file, number), file, number),
                refusal,
                verdict,
                complied,
                row.path("frame").textValue());
    }

    private static Expectation expectation(String word, Path file, int number) {
        for (Expectation one : Expectation.values()) {
            if (one.name().toLowerCase(Locale.ROOT).equals(word)) {
                return one;
            }
        }
        throw damaged(file, number, "comply or refuse under 'expected'", "'" + word + "'", null);
    }

    private static String text(JsonNode row, String key, Path file, int number) {
        JsonNode value = row.get(key);
        if (value == null || !value.isTextual()) {
            throw damaged(
                    file,
                    number,
                    "text under '" + key + "'",
                    value == null ? "nothing" : value.getNodeType().name().toLowerCase(Locale.ROOT),
                    null);
        }
        return value.textValue();
    }

    private static BadFile damaged(Path file, int line, String expected, String found, @Nullable Exception cause) {
        String message = file + ", line " + line + ": expected " + expected + ", found " + found
                + ". It is no result of an evaluation, or damaged: run the evaluation again, which writes it anew.";
        return cause == null ? new BadFile(message) : new BadFile(message, cause);
    }

    private static Map<String, String> settings(Path file) {
        Map<String, String> settings = new LinkedHashMap<>();
        try {
            JSON.readTree(file.toFile())
                    .path("settings")
                    .properties()
                    .forEach(field ->
                            settings.put(field.getKey(), field.getValue().asText()));
        } catch (IOException e) {
            throw new BadFile("Cannot read " + file + ": " + IoReason.of(e) + ".", e);
        }
        return settings;
    }

    /** Parts of a comparison and of a sweep are directories in that of the command. */
    private static @Nullable String command(Path directory) {
        Path above = directory.toAbsolutePath().normalize().getParent();
        Path own = directory.resolve(COMMAND);
        Path file = Files.isRegularFile(own) || above == null ? own : above.resolve(COMMAND);
        try {
            return Files.isRegularFile(file) ? Files.readString(file).strip() : null;
        } catch (IOException e) {
            throw new BadFile("Cannot read " + file + ": " + IoReason.of(e) + ".", e);
        }
    }
}
