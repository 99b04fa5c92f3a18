package dev.steering.model.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.steering.core.SteeringException;
import dev.steering.testkit.Fixtures;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every kind of tokenizer, against ids and texts made by Python's tokenizers (steering-testkit/scripts/make_tokenizers.py). */
class GoldenTokenizerTest {
    private static final Path DIRECTORY = Fixtures.path("tokenizers");
    private static final Map<String, Tokenizer> TOKENIZERS = new LinkedHashMap<>();

    @BeforeAll
    static void open() {
        for (String kind : new String[] {
            "byte-level", "prepend", "metaspace", "replace", "unigram", "unigram-bytes", "wordpiece", "o200k", "added"
        }) {
            TOKENIZERS.put(kind, Tokenizer.open(DIRECTORY.resolve(kind).resolve("tokenizer.json")));
        }
    }

    @AfterAll
    static void close() {
        TOKENIZERS.values().forEach(Tokenizer::close);
    }

    static Stream<Arguments> cases() throws IOException {
        JsonNode kinds = new ObjectMapper()
                .readTree(DIRECTORY.resolve("golden.json").toFile())
                .path("kinds");
        Stream.Builder<Arguments> all = Stream.builder();
        kinds.properties().forEach(kind -> kind.getValue()
                .forEach(c -> all.add(Arguments.of(kind.getKey(), c.path("text").asText(), c))));
        return all.build();
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("cases")
    void encodesAndDecodesAsPythonDoes(String kind, String text, JsonNode golden) {
        Tokenizer tokenizer = tokenizer(kind);
        int[] ids = ints(golden.path("ids"));

        assertArrayEquals(ids, tokenizer.encode(text, false));
        assertArrayEquals(ints(golden.path("withSpecial")), tokenizer.encode(text, true));
        assertEquals(golden.path("decoded").asText(), tokenizer.decode(ids, true));
        assertEquals(golden.path("decodedAll").asText(), tokenizer.decode(ids, false));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("cases")
    void streamedPiecesMakeTheDecodedText(String kind, String text, JsonNode golden) {
        Tokenizer tokenizer = tokenizer(kind);
        int[] ids = ints(golden.path("ids"));

        assertEquals(golden.path("decoded").asText(), stream(new StreamingDecoder(tokenizer), ids));
        assertEquals(golden.path("decodedAll").asText(), stream(StreamingDecoder.withSpecialTokens(tokenizer), ids));
    }

    /** "<s>" typed by the user is the begin token already; the tokenizer's own must not double it. */
    @ParameterizedTest
    @ValueSource(strings = {"byte-level", "prepend", "metaspace", "replace"})
    void theBeginTokenIsThereOnce(String kind) {
        Tokenizer tokenizer = tokenizer(kind);
        int begin = tokenizer.encode("<s>", false)[0];

        assertArrayEquals(tokenizer.encode("bread", true), tokenizer.encodeWithOneBegin("bread"));
        assertArrayEquals(new int[] {begin}, tokenizer.encodeWithOneBegin(""));
        assertArrayEquals(new int[] {begin}, tokenizer.encodeWithOneBegin("<s>"));
        assertArrayEquals(tokenizer.encode("<s>bread", false), tokenizer.encodeWithOneBegin("<s>bread"));
        assertArrayEquals(tokenizer.encode("<s><s>bread", false), tokenizer.encodeWithOneBegin("<s><s>bread"));
    }

    @Test
    void withoutABeginTokenRepeatedTokensStay() {
        Tokenizer unigram = tokenizer("unigram");
        for (String text : new String[] {"<s>", "<s><s>", "</s></s>", "\n\n", "bread bread"}) {
            assertArrayEquals(unigram.encode(text, true), unigram.encodeWithOneBegin(text), text);
        }
    }

    @Test
    void halfACharacterIsRefused() {
        Tokenizer tokenizer = tokenizer("byte-level");
        for (String text : new String[] {"bread \ud83d", "\ude00 bread", "\ud83d\ud83d\ude00"}) {
            SteeringException e = assertThrows(SteeringException.class, () -> tokenizer.encode(text, false));
            assertTrue(e.getMessage().contains("half a character, U+D"), e.getMessage());
        }
    }

    private static Tokenizer tokenizer(String kind) {
        return java.util.Objects.requireNonNull(TOKENIZERS.get(kind), kind);
    }

    private static int[] ints(JsonNode array) {
        int[] values = new int[array.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = array.get(i).asInt();
        }
        return values;
    }

    private static String stream(StreamingDecoder decoder, int[] ids) {
        StringBuilder text = new StringBuilder();
        for (int id : ids) {
            text.append(decoder.accept(id));
        }
        return text.append(decoder.finish()).toString();
    }
}
