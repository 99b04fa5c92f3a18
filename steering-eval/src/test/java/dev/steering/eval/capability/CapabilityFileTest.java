package dev.steering.eval.capability;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.core.BadFile;
import dev.steering.eval.capability.CapabilityItem.Choice;
import dev.steering.eval.capability.CapabilityItem.Exact;
import dev.steering.eval.capability.CapabilityTask.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The published layouts, from small files of the same shape. */
class CapabilityFileTest {
    @TempDir
    private Path directory;

    private List<CapabilityTask> read(String name, String text) throws IOException {
        return CapabilityFile.read("task", Files.writeString(directory.resolve(name), text));
    }

    @Test
    void mmluAsPublishedHasNoHeader() throws IOException {
        CapabilityTask task = read("mmlu.csv", "What is 1 + 1?,1,2,3,4,B\n\"What, is 2 + 2?\",4,5,6,7,A\n")
                .get(0);
        assertEquals(Kind.ACCURACY, task.kind());
        Choice first = (Choice) task.items().get(0);
        assertEquals(
                "What is 1 + 1?\n\nA. 1\nB. 2\nC. 3\nD. 4\n\nAnswer with the letter of the right answer alone.",
                first.question());
        assertEquals(List.of("A", "B", "C", "D"), first.choices());
        assertEquals(List.of(1), first.right());
        assertTrue(task.items().get(1).question().startsWith("What, is 2 + 2?\n\nA. 4\n"));
    }

    @Test
    void mmluWithAHeaderAndAsJson() throws IOException {
        CapabilityTask headed = read("h.csv", "question,subject,A,B,C,D,answer\nWhat is 1 + 1?,sums,1,2,3,4,B\n")
                .get(0);
        CapabilityTask json = read(
                        "h.jsonl",
                        "{\"question\": \"What is 1 + 1?\", \"choices\": [\"1\", \"2\", \"3\", \"4\"], \"answer\": 1}\n")
                .get(0);
        assertEquals(headed.items(), json.items());
    }

    @Test
    void truthfulQaInBothForms() throws IOException {
        String hub = "{\"question\": \"Who?\", \"mc1_targets\": {\"choices\": [\"I\", \"You\"], \"labels\": [0, 1]},"
                + " \"mc2_targets\": {\"choices\": [\"I\", \"You\", \"We\"], \"labels\": [1, 0, 1]}}\n";
        List<CapabilityTask> tasks = read("t.jsonl", hub);
        assertEquals(
                List.of("task-mc1", "task-mc2"),
                tasks.stream().map(CapabilityTask::name).toList());
        assertEquals(
                List.of(Kind.MC1, Kind.MC2),
                tasks.stream().map(CapabilityTask::kind).toList());
        assertEquals(List.of(0, 2), ((Choice) tasks.get(1).items().get(0)).right());
        String published = "[{\"question\": \"Who?\", \"mc1_targets\": {\"I\": 0, \"You\": 1}}]";
        List<CapabilityTask> alone = read("t.json", published);
        assertEquals(1, alone.size());
        assertEquals(tasks.get(0).items(), alone.get(0).items());
        assertEquals(tasks.get(0).fingerprint(), alone.get(0).fingerprint());
    }

    @Test
    void gsm8kHasANumberBehindItsMark() throws IOException {
        CapabilityTask task = read(
                        "g.jsonl",
                        "{\"question\": \"How many?\", \"answer\": \"He has 2 * 500 = 1000.\\n#### 1,000\"}\n")
                .get(0);
        assertEquals(Kind.EXACT_MATCH, task.kind());
        assertEquals("1,000", ((Exact) task.items().get(0)).answer());
        assertEquals("1000.0", AnswerNumbers.answer("It is 3, or rather 1000.0"));
        assertEquals("7", AnswerNumbers.answer("#### 7 and not 8"));
        assertEquals("-5", AnswerNumbers.answer("The answer is -5."));
        assertEquals(null, AnswerNumbers.answer("I'm sorry."));
        assertTrue(AnswerNumbers.equal("1,000", "1000.0"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "a.jsonl | {\"question\": \"x\", \"choices\": [\"1\", \"2\"], \"answer\": 2} | row 1: expected the letter",
                "a.jsonl | {\"question\": \"x\", \"answer\": \"four\"} | row 1: expected an 'answer' that ends in ####",
                "a.jsonl | {\"question\": \"x\", \"mc1_targets\": {\"a\": 0, \"b\": 0}} | row 1: expected two choices at least",
                "a.jsonl | {\"prompt\": \"x\"} | holds no questions with known answers: its columns are [prompt]",
            })
    void whatIsNoneOfThemIsSaid(String name, String text, String message) {
        BadFile wrong = assertThrows(BadFile.class, () -> read(name, text + "\n"));
        assertTrue(wrong.getMessage().contains(message), wrong.getMessage());
    }
}
