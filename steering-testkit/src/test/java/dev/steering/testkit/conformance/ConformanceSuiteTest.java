package dev.steering.testkit.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.testkit.conformance.TinyRuntime.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every case passes what is right and fails what is wrong. */
class ConformanceSuiteTest {
    @TestFactory
    Stream<DynamicTest> whatIsRightPasses() {
        return ConformanceSuite.cases().stream()
                .map(one -> DynamicTest.dynamicTest(one.name(), () -> one.verify(new TinyRuntime(Fault.NONE))));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "zero strength | STRENGTH_ZERO_MOVES | strength 0 at",
                "layer | LAYER_LATE | steered after layer 0, output of layer 0, token 0: expected it to move by 1.0 times the direction",
                "layer | LAYER_EARLY | steered after layer 0, output of layer 0, token 0: expected it to move by 1.0 times the direction",
                "layer | BEHIND_FINAL_NORM | output of layer 2, token 0: expected it to move by 1.0 times the direction",
                "sign and strength | SIGN | strength 1.0, output of layer 1",
                "sign and strength | UNIT_DIRECTIONS | strength 1.0, output of layer 1",
                "tokens | PROMPT_IS_ALL | steered at PROMPT of a prompt of 4 and 3 written tokens, token 4: expected it to move by nothing",
                "tokens | LAST_IS_WRITTEN | steered at LAST_PROMPT_TOKEN_ON of a prompt of 4 and 3 written tokens, token 3",
                "padding | PADDING_COUNTS | a row of 4 tokens behind one of 9",
                "padding | PADDED_ON_THE_LEFT | a row of 4 tokens behind one of 9",
                "batch | FIRST_ROW_FOR_ALL | row 1 of a batch of 4",
                "cache | CACHE_FORGETS | steered at ALL: expected what passes over whole rows choose",
                "cache | CACHE_TWICE | steered at ALL: expected what passes over whole rows choose",
                "concurrency | SHARED_STEERING | at once",
                "save and load | SAVES_ROUNDED | saved and loaded: expected the direction that was given at layer 0, found another one",
                "formats | FORMAT_SHIFTS_LAYERS | lines: expected the direction that was given at layer 0, found another one",
                "formats | FORMAT_INVENTS_ROWS | lines without the last layer: expected no direction at layer 2, found another one"
            })
    void whatIsWrongFails(String name, Fault fault, String message) {
        ConformanceCase one = ConformanceSuite.named(name);
        NonconformingRuntime failure =
                assertThrows(NonconformingRuntime.class, () -> one.verify(new TinyRuntime(fault)));
        assertTrue(String.valueOf(failure.getMessage()).contains(message), failure.getMessage());
    }

    /** No fault is missing above, and no case is without one. */
    @Test
    void everyCaseAndEveryFaultIsTried() throws NoSuchMethodException {
        CsvSource tried = ConformanceSuiteTest.class
                .getDeclaredMethod("whatIsWrongFails", String.class, Fault.class, String.class)
                .getAnnotation(CsvSource.class);
        Set<String> names = new HashSet<>();
        Set<Fault> faults = EnumSet.noneOf(Fault.class);
        for (String line : tried.value()) {
            List<String> parts =
                    Arrays.stream(line.split("\\|", -1)).map(String::strip).toList();
            names.add(parts.get(0));
            faults.add(Fault.valueOf(parts.get(1)));
        }
        assertEquals(
                new HashSet<>(ConformanceSuite.cases().stream()
                        .map(ConformanceCase::name)
                        .toList()),
                names);
        assertEquals(EnumSet.complementOf(EnumSet.of(Fault.NONE)), faults);
    }

    @Test
    void theDocumentExplainsEveryCase() throws IOException {
        String text = Files.readString(Path.of("../docs/conformance.md"));
        for (ConformanceCase one : ConformanceSuite.cases()) {
            assertTrue(text.contains("**" + one.name() + "**"), one.name());
            assertFalse(one.guards().isBlank());
        }
    }
}
