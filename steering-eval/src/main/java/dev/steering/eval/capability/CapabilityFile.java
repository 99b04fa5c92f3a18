package dev.steering.eval.capability;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.steering.core.BadFile;
import dev.steering.core.json.StrictJson;
import dev.steering.core.prompts.PromptTable;
import dev.steering.core.prompts.PromptTable.Row;
import dev.steering.eval.capability.CapabilityItem.Choice;
import dev.steering.eval.capability.CapabilityItem.Exact;
import dev.steering.eval.capability.CapabilityTask.Kind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads questions with known answers in the layouts that they are published in. None comes with this project.
 *
 * <ul>
 *   <li>MMLU (arXiv 2009.03300): {@code question,A,B,C,D,answer} with the letter of the answer, with that header or, as published, without
 *       one; or JSON with {@code question}, {@code choices} and {@code answer}, the answer's index from 0
 *   <li>TruthfulQA's multiple choice (arXiv 2109.07958): JSON with {@code question} and {@code mc1_targets} and perhaps {@code mc2_targets},
 *       either as {@code {"choices": [...], "labels": [...]}} or as {@code {"text of a choice": 1, ...}}
 *   <li>GSM8K (arXiv 2110.14168): JSON with {@code question} and an {@code answer} that ends in {@code #### NUMBER}
 * </ul>
 *
 * Stateless and thread-safe.
 */
public final class CapabilityFile {
    private static final List<String> LETTERS = List.of("A", "B", "C", "D");
    private static final String EXPECTED =
            "Expected MMLU (question, A, B, C, D, answer; or question, choices, answer), TruthfulQA's"
                    + " multiple choice (question, mc1_targets), or GSM8K (question, answer with #### and a number).";

    private CapabilityFile() {}

    /**
     * @param name what to call it in tables
     * @param file a file in one of the layouts
     * @return its tasks: one, or TruthfulQA's {@code NAME-mc1} and {@code NAME-mc2}
     * @throws BadFile if it cannot be read, or is in none of the layouts
     */
    public static List<CapabilityTask> read(String name, Path file) {
        PromptTable table = PromptTable.read(file);
        List<String> columns = table.columns();
        if (columns.containsAll(LETTERS) && columns.contains("question") && columns.contains("answer")) {
            return List.of(letters(name, file, table));
        }
        if (columns.size() == 6 && LETTERS.contains(columns.get(5))) {
            return List.of(headless(name, file, table));
        }
        if (columns.contains("mc1_targets")) {
            return truths(name, file, table);
        }
        if (columns.contains("choices") && columns.contains("answer")) {
            return List.of(listed(name, file, table));
        }
        if (columns.contains("question") && columns.contains("answer")) {
            return List.of(numbers(name, file, table));
        }
        throw new BadFile(
                file + " holds no questions with known answers: its columns are " + columns + ". " + EXPECTED);
    }

    private static CapabilityTask letters(String name, Path file, PromptTable table) {
        List<CapabilityItem> items = new ArrayList<>();
        for (Row row : table.rows()) {
            List<String> choices =
                    LETTERS.stream().map(letter -> text(file, row, letter)).toList();
            items.add(lettered(file, row, text(file, row, "question"), choices, text(file, row, "answer")));
        }
        return new CapabilityTask(name, Kind.ACCURACY, items);
    }

    /** As published: what was taken for a header is the first question. */
    private static CapabilityTask headless(String name, Path file, PromptTable table) {
        List<String> columns = table.columns();
        List<CapabilityItem> items = new ArrayList<>();
        Row first = new Row(1, Map.of(), Map.of());
        items.add(lettered(file, first, columns.get(0), columns.subList(1, 5), columns.get(5)));
        for (Row row : table.rows()) {
            List<String> cells =
                    columns.stream().map(column -> text(file, row, column)).toList();
            items.add(lettered(file, row, cells.get(0), cells.subList(1, 5), cells.get(5)));
        }
        return new CapabilityTask(name, Kind.ACCURACY, items);
    }

    private static CapabilityTask listed(String name, Path file, PromptTable table) {
        List<CapabilityItem> items = new ArrayList<>();
        for (Row row : table.rows()) {
            List<String> choices = new ArrayList<>();
            json(file, row, "choices").forEach(choice -> choices.add(choice.asText()));
            String answer = row.values().getOrDefault("answer", row.others().getOrDefault("answer", ""));
            items.add(lettered(file, row, text(file, row, "question"), choices, answer));
        }
        return new CapabilityTask(name, Kind.ACCURACY, items);
    }

    /** The question with its choices under letters, of which one is to be said. */
    private static CapabilityItem lettered(Path file, Row row, String question, List<String> choices, String answer) {
        String said = answer.strip();
        int right = said.length() == 1 && Character.isDigit(said.charAt(0))
                ? said.charAt(0) - '0'
                : said.length() == 1 ? said.charAt(0) - 'A' : -1;
        if (choices.size() < 2 || right < 0 || right >= choices.size()) {
            throw wrong(
                    file,
                    row,
                    "expected the letter, or the index from 0, of one of " + choices.size()
                            + " choices as 'answer', found '" + answer + "'");
        }
        StringBuilder text = new StringBuilder(question.strip()).append('\n');
        List<String> letters = new ArrayList<>();
        for (String choice : choices) {
            String letter = String.valueOf((char) ('A' + letters.size()));
            letters.add(letter);
            text.append('\n').append(letter).append(". ").append(choice.strip());
        }
        text.append("\n\nAnswer with the letter of the right answer alone.");
        return new Choice(text.toString(), letters, List.of(right));
    }

    private static List<CapabilityTask> truths(String name, Path file, PromptTable table) {
        List<CapabilityItem> first = new ArrayList<>();
        List<CapabilityItem> second = new ArrayList<>();
        boolean both = table.columns().contains("mc2_targets");
        for (Row row : table.rows()) {
            first.add(targets(file, row, "mc1_targets"));
            if (both) {
                second.add(targets(file, row, "mc2_targets"));
            }
        }
        List<CapabilityTask> tasks = new ArrayList<>(List.of(new CapabilityTask(name + "-mc1", Kind.MC1, first)));
        if (both) {
            tasks.add(new CapabilityTask(name + "-mc2", Kind.MC2, second));
        }
        return tasks;
    }

    private static CapabilityItem targets(Path file, Row row, String column) {
        JsonNode targets = json(file, row, column);
        List<String> choices = new ArrayList<>();
        List<Integer> right = new ArrayList<>();
        if (targets.path("choices").isArray()
                && targets.path("labels").size() == targets.path("choices").size()) {
            for (int i = 0; i < targets.path("choices").size(); i++) {
                add(
                        choices,
                        right,
                        targets.path("choices").get(i).asText(),
                        targets.path("labels").get(i));
            }
        } else {
            targets.properties().forEach(entry -> add(choices, right, entry.getKey(), entry.getValue()));
        }
        if (choices.size() < 2 || right.isEmpty()) {
            throw wrong(
                    file,
                    row,
                    "expected two choices at least, one of them labelled 1, in '" + column + "', found "
                            + choices.size() + " and " + right.size() + " labelled");
        }
        return new Choice(text(file, row, "question"), choices, right);
    }

    private static void add(List<String> choices, List<Integer> right, String choice, JsonNode label) {
        if (label.asInt() == 1) {
            right.add(choices.size());
        }
        choices.add(choice);
    }

    private static CapabilityTask numbers(String name, Path file, PromptTable table) {
        List<CapabilityItem> items = new ArrayList<>();
        for (Row row : table.rows()) {
            String answer = text(file, row, "answer");
            String number = AnswerNumbers.behindMark(answer);
            if (number == null) {
                throw wrong(
                        file,
                        row,
                        "expected an 'answer' that ends in #### and a number, found '" + shown(answer) + "'");
            }
            items.add(new Exact(text(file, row, "question"), number));
        }
        return new CapabilityTask(name, Kind.EXACT_MATCH, items);
    }

    private static String shown(String text) {
        return text.length() > 40 ? text.substring(0, 40) + "..." : text;
    }

    private static String text(Path file, Row row, String column) {
        @Nullable String value = row.values().get(column);
        if (value == null || value.isBlank()) {
            throw wrong(file, row, "there is no text in '" + column + "'");
        }
        return value;
    }

    private static JsonNode json(Path file, Row row, String column) {
        String value = row.others().getOrDefault(column, row.values().getOrDefault(column, ""));
        try {
            return StrictJson.MAPPER.readTree(value);
        } catch (JsonProcessingException e) {
            throw wrong(file, row, "'" + column + "' must be JSON, found '" + shown(value) + "'");
        }
    }

    private static BadFile wrong(Path file, Row row, String problem) {
        return new BadFile(file + ", row " + row.line() + ": " + problem + ".");
    }
}
