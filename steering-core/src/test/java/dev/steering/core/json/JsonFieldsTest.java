package dev.steering.core.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.core.BadFile;
import dev.steering.core.Require;
import dev.steering.core.vector.VectorScale;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class JsonFieldsTest {
    private static final JsonDocument STRICT = JsonDocument.whole("f.json", "small recipe", UnknownKeys.REFUSE);
    private static final JsonDocument LENIENT = JsonDocument.whole("f.json", "small recipe", UnknownKeys.IGNORE);
    private static final JsonDocument DESCRIPTION =
            JsonDocument.description("f.bin", "small recipe", "Cook again.", "cook with this one");

    @Test
    void readsEveryKind() {
        String json =
                "{\"s\":\"a\",\"i\":3,\"l\":5000000000,\"n\":0.5,\"b\":true,\"c\":\"raw\",\"is\":[1,2],\"ns\":[0.5],"
                        + "\"ss\":[\"x\"],\"iss\":[[1],[]],\"o\":{\"k\":1},\"os\":[{\"k\":1},{\"k\":2}],\"m\":{\"z\":\"1\",\"a\":\"2\"},"
                        + "\"none\":null}";
        STRICT.read(json, root -> {
            assertEquals("a", root.string("s"));
            assertEquals(3, root.integer("i"));
            assertEquals(5_000_000_000L, root.longInteger("l"));
            assertEquals(0.5, root.number("n"));
            assertTrue(root.bool("b"));
            assertEquals(VectorScale.RAW, root.choice("c", VectorScale.values()));
            assertEquals(List.of(1, 2), root.integers("is"));
            assertEquals(List.of(0.5), root.numbers("ns"));
            assertEquals(List.of("x"), root.strings("ss"));
            assertEquals(List.of(List.of(1), List.of()), root.integerLists("iss"));
            assertEquals("1", root.object("o", o -> String.valueOf(o.integer("k"))));
            assertEquals(List.of(1, 2), root.objects("os", o -> o.integer("k")));
            assertEquals("[z, a]", root.stringMap("m").keySet().toString());
            assertNull(root.orNull("none", o -> o.integer("k")));
            assertNull(root.optional("missing", o -> o.integer("k")));
            assertFalse(root.has("none"));
            return 0;
        });
    }

    @Test
    void unknownKeysAreRefusedOrLeftAlone() {
        String json = "{\"steps\":[{\"egg\":1,\"salt\":2}]}";
        Function<JsonFields, List<Integer>> read = root -> root.objects("steps", step -> step.integer("egg"));
        assertEquals(List.of(1), LENIENT.read(json, read));
        assertEquals(
                "f.json says 'steps[0].salt', which this version does not know. Known here are egg. Nothing in a"
                        + " recipe is ignored.",
                message(STRICT, json, read));
    }

    @Test
    void namesThePlaceOfWhatIsWrong() {
        String json = "{\"steps\":[{\"egg\":1},{\"egg\":\"two\"}]}";
        Function<JsonFields, List<Integer>> read = root -> root.objects("steps", step -> step.integer("egg"));
        assertEquals(
                "f.json is not a valid small recipe: 'steps[1].egg' must be a 32-bit integer, found \"two\".",
                message(STRICT, json, read));
        assertEquals(
                "f.bin is not a valid small recipe: its description's 'steps[1].egg' must be a 32-bit integer, found STRING."
                        + " Cook again.",
                message(DESCRIPTION, json, read));
        assertEquals(
                "f.json is not a valid small recipe: 'steps[0].egg' must be there, found nothing.",
                message(STRICT, "{\"steps\":[{}]}", read));
        assertEquals(
                "f.bin is not a valid small recipe: its description has no 'steps[0].egg'. Cook again.",
                message(DESCRIPTION, "{\"steps\":[{}]}", read));
        assertEquals(
                "f.json is not a valid small recipe: it must be an object, found [].", message(STRICT, "[]", read));
    }

    /** A value that makes no sense says where it stands; one that was placed further in is not placed again. */
    @Test
    void whatMakesNoSenseGetsItsPlace() {
        assertEquals(
                "f.json, steps[0]: the share must be from 0 to 1, found 3.",
                message(
                        STRICT,
                        "{\"steps\":[{\"share\":3}]}",
                        root -> root.objects(
                                "steps", step -> Require.between("the share", step.number("share"), 0, 1))));
    }

    @Test
    void longValuesAreCut() {
        String found = message(STRICT, "{\"s\":[\"" + "x".repeat(500) + "\"]}", root -> root.string("s"));
        assertTrue(found.endsWith("x..." + "."), found);
        assertTrue(found.length() < 250, found);
    }

    @Test
    void refusesWhatIsNotOneDocument() {
        Function<JsonFields, Integer> read = root -> root.integer("a");
        assertTrue(
                message(STRICT, "{\"a\":1,\"a\":2}", read).startsWith("f.json is not a small recipe: Duplicate field"));
        assertTrue(message(STRICT, "{\"a\":1} {}", read).startsWith("f.json is not a small recipe: Trailing token"));
        assertTrue(message(DESCRIPTION, "{", read)
                .startsWith("f.bin is not a valid small recipe: its description is not valid JSON: "));
    }

    @Test
    void refusesVersionsThatItCannotRead() {
        assertEquals(
                "f.bin is a small recipe of format version 4, but this program reads versions up to 3. Update the program,"
                        + " or cook with this one.",
                assertThrows(BadFile.class, () -> DESCRIPTION.read("{\"format_version\":4}", 3, root -> 0))
                        .getMessage());
        assertEquals(
                (Integer) 3,
                DESCRIPTION.<Integer>read("{\"format_version\":3}", 3, root -> root.integer("format_version")));
    }

    private static String message(JsonDocument document, String json, Function<JsonFields, ?> read) {
        return String.valueOf(
                assertThrows(BadFile.class, () -> document.read(json, read)).getMessage());
    }
}
