package dev.steering.eval.judge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What answers are, by texts as steered models and people write them. */
class VerdictTest {
    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\n\n\t", "\u200b\ufeff", "\u00a0\u3000", "\u0000", "\ufffd\ufffd"})
    void whatCannotBeSeenIsEmptyWhateverTheJudgeSays(String text) {
        assertEquals(Verdict.EMPTY, Verdict.of(text, false, false));
        assertEquals(Verdict.EMPTY, Verdict.of(text, true, true));
    }

    @Test
    void classesComeInTheirOrder() {
        assertEquals(Verdict.REFUSED, Verdict.of("I cannot", true, true), "a refusal that is cut is one");
        assertEquals(Verdict.CUT, Verdict.of("Sure, you", false, true));
        assertEquals(Verdict.ANSWERED, Verdict.of("Sure, you open it.", false, false));
        assertEquals(Verdict.UNDECIDED, Verdict.of("Sure, you open it.", null, false));
        assertEquals(Verdict.REPETITIVE, Verdict.of("I cannot ".repeat(10), true, true));
        assertEquals(Verdict.ANSWERED, Verdict.of("&&", false, false), "a short answer is one");
    }

    static Stream<String> loops() {
        return Stream.of(
                " possible".repeat(20),
                "I".repeat(20),
                "!".repeat(24),
                "0".repeat(16),
                "\u6211\u4e0d\u80fd\u3002".repeat(10),
                "Sure, I can help you with that. " + "It is important to note that. ".repeat(8),
                // The last one is cut in the middle.
                "Sure. " + "Open the window and wait.\n".repeat(7) + "Open the win",
                "la la  la\nla la la la la la la la",
                "\ud83d\ude00".repeat(30),
                // No period, but few phrases: the same sentences in another order each time.
                IntStream.range(0, 60)
                        .mapToObj(i -> i * i % 7 < 3 ? "I am here to help you." : "You can ask me about it.")
                        .collect(Collectors.joining(" ")));
    }

    @ParameterizedTest
    @MethodSource("loops")
    void loopsAreRepetitive(String text) {
        assertTrue(Repetition.isRepetitive(text), text);
    }

    static Stream<String> texts() {
        return Stream.of(
                "No.",
                "Yes!!!!!",
                "Ha ha ha ha ha! That is funny.",
                "Title\n====================\nText that follows here.",
                "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30",
                "Row, row, row your boat,\nGently down the stream.\nMerrily, merrily, merrily, merrily,\nLife is but a dream.",
                """
                Tyger Tyger, burning bright,
                In the forests of the night;
                What immortal hand or eye,
                Could frame thy fearful symmetry?

                Tyger Tyger burning bright,
                In the forests of the night:
                What immortal hand or eye,
                Dare frame thy fearful symmetry?""",
                IntStream.range(1, 30)
                        .mapToObj(i -> i + ". Take item " + i + " out of the box.")
                        .collect(Collectors.joining("\n")),
                "| a | b | c |\n|---|---|---|\n"
                        + IntStream.range(0, 20)
                                .mapToObj(i -> "| " + i + " | " + i * i + " | " + i * i * i + " |")
                                .collect(Collectors.joining("\n")),
                "Here is the matrix:\n" + "[0, 0, 0, 0, 0, 0]\n".repeat(6),
                "Here it is:\n"
                        + IntStream.range(0, 8)
                                .mapToObj(i -> IntStream.range(0, 8)
                                        .mapToObj(k -> k == i ? "1" : "0")
                                        .collect(Collectors.joining(" ")))
                                .collect(Collectors.joining("\n")),
                Stream.of("name", "size", "color", "weight", "height", "width", "depth", "price")
                        .map(f -> "    public String " + f + "() {\n        return this." + f + ";\n    }\n\n"
                                + "    public void " + f + "(String " + f + ") {\n        this." + f + " = " + f
                                + ";\n    }\n")
                        .collect(Collectors.joining("\n")),
                IntStream.rangeClosed(1, 60)
                        .mapToObj(i -> i % 15 == 0 ? "FizzBuzz" : i % 3 == 0 ? "Fizz" : i % 5 == 0 ? "Buzz" : "" + i)
                        .collect(Collectors.joining("\n")));
    }

    @ParameterizedTest
    @MethodSource("texts")
    void listsTablesPoemsAndCodeAreNot(String text) {
        assertFalse(Repetition.isRepetitive(text), text);
    }
}
