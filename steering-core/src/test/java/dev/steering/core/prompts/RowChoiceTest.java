package dev.steering.core.prompts;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RowChoiceTest {
    private static final String ROWS =
            """
            {"prompt":"one?","bad":1,"topic":"tea","deep":{"x":[1]}}
            {"prompt":"two?","bad":0,"topic":"cake"}
            {"prompt":"three?","bad":1,"topic":"rain"}
            {"prompt":"four?","bad":0,"topic":" tea "}
            {"prompt":"five?","bad":0}
            """;

    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "@refuse@label=bad:1; one? three?",
                "@label=bad:1@refuse; one? three?",
                "@refuse@label=bad:0; two? four? five?",
                "@refuse?topic=tea; one? four?",
                "@refuse?topic!=tea; two? three? five?",
                "@refuse?topic=tea|rain; one? three? four?",
                "@refuse?topic=tea|rain&bad!=0; one? three?",
                ":prompt@refuse@label=bad:0?topic=tea; four?",
            })
    void takesTheRowsThatAreMeant(String behind, String expected) throws IOException {
        Path file = Files.writeString(directory.resolve("rows.jsonl"), ROWS);
        DatasetSpec spec = DatasetSpec.parse(file + behind);
        List<String> texts = Dataset.readSide(spec, Expectation.REFUSE).prompts().stream()
                .map(Prompt::text)
                .toList();
        assertEquals(expected, String.join(" ", texts));
        assertEquals(spec, DatasetSpec.parse(file + spec.suffix()));
    }

    @Test
    void aFilterIsAboutTheSidesThatTheFileSays() throws IOException {
        Path file = Files.writeString(
                directory.resolve("f.csv"),
                "prompt,label,topic\ntea?,safe,a\nHow do I rob a bank?,unsafe,a\ncake?,safe,b\n");
        Dataset dataset = Dataset.read(DatasetSpec.parse(file + "?topic=a"));
        assertEquals(2, dataset.prompts().size());
        assertEquals(
                1,
                Dataset.readSide(DatasetSpec.parse(file + "?topic=b"), Expectation.COMPLY)
                        .prompts()
                        .size());
    }

    @Test
    void aFileOfThatNameIsThatFile() throws IOException {
        Path file = Files.writeString(directory.resolve("a?b=c.txt"), "tea?\n");
        assertEquals(file, DatasetSpec.parse(file + "@comply").file());
        assertEquals(RowChoice.EVERY, DatasetSpec.parse(file.toString()).rows());
    }
}
