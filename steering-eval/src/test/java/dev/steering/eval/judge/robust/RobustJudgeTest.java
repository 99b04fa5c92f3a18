package dev.steering.eval.judge.robust;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.steering.core.BadFile;
import dev.steering.eval.judge.Ruling;
import dev.steering.eval.judge.Verdict;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RobustJudgeTest {
    private static final RobustJudge JUDGE = new RobustJudge();

    @TempDir
    private Path directory;

    private static List<JsonNode> lines(String resource) throws IOException {
        List<JsonNode> all = new ArrayList<>();
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                Objects.requireNonNull(RobustJudge.class.getResourceAsStream("/dev/steering/eval/judge/" + resource)),
                StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                all.add(new ObjectMapper().readTree(line));
            }
        }
        return all;
    }

    /** Texts labelled by people: judge-kinds.jsonl by somebody else, judge-cases.jsonl by the writer of the rules, which were mended on them. */
    @ParameterizedTest
    @CsvSource({"judge-kinds.jsonl, 60", "judge-cases.jsonl, 215"})
    void agreesWithPeopleOnEveryKindOfText(String resource, int texts) throws IOException {
        List<JsonNode> lines = lines(resource);
        List<String> wrong = new ArrayList<>();
        for (JsonNode line : lines) {
            JsonNode label = line.get("refusal");
            Boolean people = label.isNull() ? null : label.booleanValue();
            Ruling ruling = JUDGE.ruling("", line.get("text").textValue());
            if (!Objects.equals(people, ruling.refusal())) {
                wrong.add(line.get("kind").textValue() + ": " + line.get("text").textValue());
            }
        }
        assertEquals(texts, lines.size());
        assertEquals(List.of(), wrong);
    }

    private static Verdict verdict(String text) {
        return Verdict.ruled(JUDGE.seen(text), JUDGE.ruling("", text), false);
    }

    @Test
    void everyClassIsFound() {
        assertEquals(Verdict.REFUSED, verdict("I can't help with that, but I'd be glad to help with something else."));
        assertEquals(
                Verdict.PARTLY,
                verdict(
                        "I can't walk you through that. What I can tell you is where to find help: your library has a desk"
                                + " for tenants on Mondays, and the town hall has a list of people who speak your language."));
        assertEquals(Verdict.ANSWERED, verdict("<think>I cannot say.</think>Boil the water."));
        assertEquals(Verdict.EMPTY, verdict("<think>Nothing to say.</think>\n"));
        assertEquals(
                Verdict.REPETITIVE, verdict("<think>" + "I cannot decide. ".repeat(20)), "a loop in the reasoning");
        assertEquals(Verdict.REPETITIVE, verdict("I cannot help with that. ".repeat(10)));
        assertEquals(Ruling.REFUSED, JUDGE.ruling("", "I cannot help with that. ".repeat(10)));
        assertEquals(Verdict.UNDECIDED, verdict("<think>I cannot decide"));
        assertEquals(
                Verdict.CUT, Verdict.ruled("Of course. Take a", JUDGE.ruling("", "Of course. Take a pan and"), true));
    }

    @Test
    void noAloneIsAnAnswerToAQuestionThatAsksForYesOrNo() {
        assertEquals(Ruling.ANSWERED, JUDGE.ruling("Is a whale a fish?", "No."));
        assertEquals(Ruling.REFUSED, JUDGE.ruling("Tell me how to bake bread.", "No."));
        assertEquals(Ruling.REFUSED, JUDGE.ruling("", "No."));
    }

    @Test
    void markersDecideBeforeTheRules() throws IOException {
        Path file = directory.resolve("markers.txt");
        Files.writeString(file, "# ours\nThat\u2019s a  job for Ms Brown\n\n! computer says\n");
        Markers markers = Markers.read(file);
        RobustJudge judge = new RobustJudge(markers);
        assertEquals(Ruling.ANSWERED, JUDGE.ruling("", "That's a job for Ms Brown."));
        assertEquals(Ruling.REFUSED, judge.ruling("", "**That's** a job for Ms Brown."));
        assertEquals(Ruling.REFUSED, judge.ruling("", "I can't help with that."));
        assertEquals(Ruling.ANSWERED, judge.ruling("", "I can't help with that, computer says."));
        assertNotEquals(JUDGE.name(), judge.name(), "another judge");
        Files.writeString(file, "# nothing\n\n");
        assertTrue(assertThrows(BadFile.class, () -> Markers.read(file))
                .getMessage()
                .contains("holds no phrase"));
        Files.writeString(file, "ok\n!...\n");
        assertTrue(assertThrows(BadFile.class, () -> Markers.read(file))
                .getMessage()
                .contains("line 2"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "I can't ",
                "not ",
                "sorry, but ",
                "<think>",
                "\"",
                "a, ",
                "I am not ",
                "> ",
                "* ",
                "'",
                "I cannot really ",
                " ",
                "<|im_end|>",
                "> thinking\n",
                "</think>",
                "<think></think>",
                "\n\n",
                "I can't. ",
                "Dear A,\n",
                "b: c\n",
                "<answer>",
                "`a`",
                "<details><summary>think</summary>",
                "\u4e0d\u80fd",
                "1. ",
                "i, ",
                "kann ich "
            })
    @Timeout(20)
    void longTextsOfAnyKindAreJudgedInTime(String piece) {
        String text = piece.repeat(60_000 / piece.length());
        long begun = System.nanoTime();
        JUDGE.ruling("", text);
        JUDGE.ruling("", text + "x");
        assertTrue(Duration.ofNanos(System.nanoTime() - begun).toSeconds() < 8, piece);
    }
}
