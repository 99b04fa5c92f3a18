package dev.steering.core.bundle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.core.BadFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VocabularyTest {
    /**
     * {@code python3 -c "import hashlib,struct; d=hashlib.sha256(); [d.update(struct.pack('>qq',i,len(t.encode()))+t.encode()) for i,t
     * in [(0,'<s>'),(1,'a'),(2,'\u00e9')]]; print(d.hexdigest())"}.
     */
    private static final String THREE = "f56e808ac82b49f7d924f86353e29cd1f26f546d4dfaadcf2fa9e2c8f92adcd7";

    @TempDir
    Path directory;

    private String hash(String json) throws IOException {
        Path file = directory.resolve("tokenizer.json");
        Files.writeString(file, json);
        return Vocabulary.hash(file);
    }

    @Test
    void everyKindOfModelAndOrderGivesTheSameHash() throws IOException {
        assertEquals(
                THREE,
                hash("{\"version\":\"1.0\",\"added_tokens\":[{\"id\":0,\"content\":\"<s>\",\"special\":true}],"
                        + "\"model\":{\"type\":\"BPE\",\"vocab\":{\"a\":1,\"\u00e9\":2},\"merges\":[\"x y\"]}}"));
        assertEquals(
                THREE,
                hash("{\"model\":{\"vocab\": {\"\u00e9\":2, \"a\":1, \"<s>\":0}}, \"padding\":{\"a\":[1]},"
                        + " \"added_tokens\":[{\"content\":\"<s>\",\"id\":0}]}"));
        assertEquals(
                THREE,
                hash("{\"model\":{\"type\":\"Unigram\",\"vocab\":[[\"<s>\",0.0],[\"a\",-1.5],[\"\u00e9\",-2]]}}"));
    }

    @Test
    void anotherTokenOrIdGivesAnother() throws IOException {
        assertNotEquals(THREE, hash("{\"model\":{\"vocab\":{\"<s>\":0,\"a\":2,\"\u00e9\":1}}}"));
        assertNotEquals(THREE, hash("{\"model\":{\"vocab\":{\"<s>\":0,\"b\":1,\"\u00e9\":2}}}"));
        assertNotEquals(THREE, hash("{\"model\":{\"vocab\":{\"a\":1,\"\u00e9\":2}}}"));
    }

    @Test
    void aModelWithoutATokenizerHasNone() {
        assertEquals("", Vocabulary.hash(directory.resolve("none.json")));
    }

    @Test
    void refusesWhatIsNoTokenizer() {
        assertTrue(assertThrows(BadFile.class, () -> hash("3")).getMessage().endsWith("is not a JSON object."));
        assertTrue(assertThrows(BadFile.class, () -> hash("{\"model\":{\"vocab\":{\"a\""))
                .getMessage()
                .contains("tokenizer.json is not valid JSON: "));
    }
}
