package dev.steering.core.prompts;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.core.SteeringException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files that are not what they should be, and what is said: where, what is there, and what to write instead. FILE is the file. */
class WrongPromptFilesTest {
    @TempDir
    private Path directory;

    private String refused(String name, String content, String behind, Expectation side) throws IOException {
        Path file = Files.writeString(directory.resolve(name), content);
        SteeringException refused = assertThrows(SteeringException.class, () -> {
            DatasetSpec spec = DatasetSpec.parse(file + behind);
            Dataset unused = side == Expectation.COMPLY && behind.contains("both")
                    ? Dataset.read(spec)
                    : Dataset.readSide(spec, side);
        });
        return String.valueOf(refused.getMessage()).replace(file.toString(), "FILE");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "a.csv | id,text~1,tea? | | Its columns: id, text. Name the one to read, as in FILE:id.",
                "a.csv | prompt,label~tea?,safe~cake?,unsafe | | holds 1 that should be answered and 1 that should be refused, and is given as prompts that should be refused. Write FILE@refuse",
                "a.csv | prompt,label~tea?,0~cake?,1 | | its column 'label' holds '0', '1', which are not understood",
                "a.csv | prompt,label,safety~tea?,safe,safe | | it has several columns of labels: label, safety",
                "a.csv | prompt,response,label~tea?,No,safe | | may label the response rather than the prompt",
                "a.csv | prompt,label~tea?,safe | @refuse | holds no prompts that should be refused, only 1 that should be answered",
                "a.csv | prompt,label~tea?,safe | @comply | asks for prompts that should be answered, but is given as prompts that should be refused",
                "a.csv | prompt,topic~tea?,food | @refuse?subject=food | has no column 'subject'. Its columns: prompt, topic.",
                "a.csv | prompt,topic~tea?,food~cake?,sweets | @refuse?topic=drink | FILE?topic=drink takes none of the 2 rows: 'topic' holds 'food' (1), 'sweets' (1)",
                "a.csv | prompt,topic~tea?,food | @refuse?topic | '?topic' is no filter: expected ?COLUMN=VALUE",
                "a.csv | prompt,tag~tea?,1 | @refuse@label=tag:2 | takes none of the 1 rows: 'tag' holds '1' (1)",
                "a.csv | prompt~tea? | @sometimes | asks for 'sometimes': expected @comply, @refuse or @label=COLUMN:VALUE",
                "a.jsonl | {\"prompt\":{\"text\":\"tea?\"}} | @refuse | FILE, line 1: the value of 'prompt' must be a text, found {\"text\":\"tea?\"}. Name a column of texts, as in FILE:COLUMN.",
                "a.jsonl | {\"instruction\":\"Sum up.\",\"input\":\"tea\"} | @refuse | Write FILE:instruction+input",
                "a.jsonl | {\"messages\":[{\"role\":\"user\",\"content\":\"tea?\"},{\"role\":\"assistant\",\"content\":\"yes\"}]} | @refuse | a conversation must end with a message of the user",
                "a.jsonl | {\"turns\":[\"tea?\",\"cake?\"],\"prompt_style\":\"base\"} | @refuse | expected a list of one turn in 'turns', found [\"tea?\",\"cake?\"]",
                "a.json | {\"train\":[{\"question\":\"tea?\"}],\"test\":[]} | @refuse | It holds train (1: question). Name the way to the prompts, as in FILE:train.question.",
                "a.json | [\"tea?\",7] | @refuse | FILE, element 2: expected an object or a string, found NUMBER.",
                "a.json | [\"tea?\"] [\"cake?\"] | @refuse | not valid JSON: Trailing token: there is something behind the end",
                "a.json | [\"tea?\", | @refuse | FILE: not valid JSON: ",
                "a.tsv | prompt\tid~tea?\t1\t2 | @refuse | FILE, line 2: expected 2 values as in the header, found 3.",
            })
    void saysWhatToDo(String name, String lines, String behind, String expected) throws IOException {
        String message = refused(name, lines.replace('~', '\n'), behind == null ? "" : behind, Expectation.REFUSE);
        assertTrue(message.contains(expected), message);
    }

    @Test
    void aMarkedValueNeedsASideWhereBothArePossible() throws IOException {
        Path file = Files.writeString(directory.resolve("m.csv"), "prompt,tag\ntea?,1\ncake?,0\n");
        SteeringException refused =
                assertThrows(SteeringException.class, () -> Dataset.read(DatasetSpec.parse(file + "@label=tag:1")));
        assertTrue(
                String.valueOf(refused.getMessage())
                        .contains("Write " + file + "@comply@label=tag:1 or " + file + "@refuse@label=tag:1."),
                refused.getMessage());
    }
}
