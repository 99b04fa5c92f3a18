package dev.steering.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.bench.workload.Task;
import dev.steering.bench.workload.Task.Case;
import dev.steering.core.SteeringException;
import java.util.List;
import org.junit.jupiter.api.Test;

class BenchSettingsTest {
    private static List<String> names(String... only) {
        return BenchSettings.defaults().withOnly(List.of(only)).cases().stream()
                .map(Case::name)
                .toList();
    }

    @Test
    void everythingIsSevenTasksInFourVariants() {
        assertEquals(28, BenchSettings.defaults().cases().size());
        assertEquals(
                List.of(
                        "decode-b1",
                        "decode-b16",
                        "decode-b1-2000",
                        "prefill-128",
                        "prefill-512",
                        "prefill-2048",
                        "extract-b1",
                        "extract-b16",
                        "extract-b64",
                        "sweep-8x64"),
                Task.labels());
    }

    @Test
    void aTaskIsAllItsVariants() {
        assertEquals(
                List.of("decode-b1", "decode-b1-captured", "decode-b1-steered", "decode-b1-steered-rows"),
                names("decode-b1"));
    }

    @Test
    void aWordIsAllItsTasks() {
        assertEquals(12, names("extract").size());
        assertEquals(8, names("prefill").size());
    }

    @Test
    void aSweepIsTimedWhereItIsAskedFor() {
        assertEquals(List.of("sweep-8x64-decode", "sweep-8x64"), names("sweep"));
        assertEquals(List.of("sweep-8x64-decode", "sweep-8x64"), names("sweep-8x64"));
    }

    @Test
    void aLongPromptIsReadWhereItIsAskedFor() {
        assertEquals(
                List.of("prefill-2048", "prefill-2048-captured", "prefill-2048-steered", "prefill-2048-steered-rows"),
                names("prefill-2048"));
        assertTrue(names("prefill").stream().noneMatch(name -> name.startsWith("prefill-2048")));
    }

    @Test
    void writingBehindALongPromptIsTimedWhereItIsAskedFor() {
        List<String> variants = List.of(
                "decode-b1-2000", "decode-b1-2000-captured", "decode-b1-2000-steered", "decode-b1-2000-steered-rows");
        assertEquals(variants, names("decode-b1-2000"));
        assertTrue(names("decode-b1").stream().noneMatch(variants::contains));
        assertEquals(8, names("decode").size());
    }

    @Test
    void aVariantBringsWhatItIsComparedWith() {
        assertEquals(List.of("prefill-128", "prefill-128-steered"), names("prefill-128-steered"));
    }

    @Test
    void severalNamesKeepTheOrderAndCountOnce() {
        assertEquals(
                List.of("decode-b1", "decode-b1-steered", "prefill-512", "prefill-512-captured"),
                names("prefill-512-captured", "decode-b1-steered", "decode-b1-steered"));
    }

    @Test
    void unknownNamesAreRefusedWithTheKnownOnes() {
        SteeringException e = assertThrows(SteeringException.class, () -> names("decode-b2"));
        assertTrue(e.getMessage().contains("'decode-b2'"), e.getMessage());
        assertTrue(e.getMessage().contains("extract-b64"), e.getMessage());
    }

    @Test
    void fewerThanTenRepetitionsAreRefused() {
        SteeringException e = assertThrows(
                SteeringException.class, () -> BenchSettings.defaults().withRepetitions(9));
        assertTrue(e.getMessage().startsWith("Expected at least 10 repetitions, found 9"), e.getMessage());
    }
}
