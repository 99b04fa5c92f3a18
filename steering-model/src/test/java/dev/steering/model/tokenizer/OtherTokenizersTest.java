package dev.steering.model.tokenizer;

import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.core.BadFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tokenizers of other libraries are named, with the way that makes a tokenizer.json of them. */
class OtherTokenizersTest {
    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource({
        "tekken.json, {}, Mistral's tekken.json",
        "o200k_base.tiktoken, IQ== 0, the tiktoken file o200k_base.tiktoken",
        "qwen.tiktoken, IQ== 0, the tiktoken file qwen.tiktoken",
        "tokenizer.model, IQ== 0|Ig== 1|, the tiktoken file tokenizer.model",
        "tokenizer.model, protocol buffer, the SentencePiece file tokenizer.model",
        "spiece.model, protocol buffer, the SentencePiece file spiece.model",
        "vocab.txt, [PAD], vocab.txt",
    })
    void isNamedWithTheWayThatWorks(String name, String content, String found) throws IOException {
        Files.writeString(directory.resolve(name), content.replace('|', '\n'));

        BadFile e = assertThrows(BadFile.class, () -> Tokenizer.open(directory.resolve("tokenizer.json")));

        String message = String.valueOf(e.getMessage());
        assertTrue(message.startsWith("No tokenizer at " + directory.resolve("tokenizer.json")), message);
        assertTrue(message.contains("Found " + found + " instead"), message);
        assertTrue(message.contains("AutoTokenizer.from_pretrained('" + directory + "').save_pretrained("), message);
    }

    @Test
    void twoFilesMakeOneOfTheOldKind() throws IOException {
        Files.writeString(directory.resolve("vocab.json"), "{}");
        assertNull(OtherTokenizers.advice(directory));
        Files.writeString(directory.resolve("merges.txt"), "");
        assertTrue(String.valueOf(OtherTokenizers.advice(directory)).startsWith("Found vocab.json and merges.txt "));
    }

    @Test
    void nothingIsSaidOfThemBesideATokenizerOrWhereThereIsNone() throws IOException {
        assertNull(OtherTokenizers.advice(directory));
        assertNull(OtherTokenizers.advice(directory.resolve("missing")));
        Files.writeString(directory.resolve("tekken.json"), "{}");
        Files.writeString(directory.resolve("tokenizer.json"), "{}");
        assertNull(OtherTokenizers.advice(directory));
    }
}
