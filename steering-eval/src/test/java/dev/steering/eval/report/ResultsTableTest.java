package dev.steering.eval.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.steering.core.prompts.Expectation;
import dev.steering.eval.metrics.Rate;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class ResultsTableTest {
    private static final Map<String, Rate> ROW =
            Map.of("safe", new Rate(163, 240), "harmful", new Rate(240, 240), "plain", new Rate(0, 100));

    private final Locale before = Locale.getDefault();

    @BeforeEach
    void useALocaleWithOtherDigitsAndCommas() {
        Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
    }

    @AfterEach
    void restoreTheLocale() {
        Locale.setDefault(before);
    }

    @Test
    void markdownShowsBothSidesWithCountsAndIntervals() {
        assertEquals(
                """
                | method | safe: over-refusal | harmful: refusal | plain: over-refusal |
                |---|---:|---:|---:|
                | default | 163/240 67.9% [61.8, 73.5] | 240/240 100.0% [98.4, 100.0] | 0/100 0.0% [0.0, 3.7] |
                | scans | 42/240 17.5% [13.2, 22.8] | 228/240 95.0% [91.5, 97.1] | 0/100 0.0% [0.0, 3.7] |
                """,
                table().toMarkdown());
    }

    @Test
    void textIsAligned() {
        assertEquals(
                """
                method           safe: over-refusal              harmful: refusal    plain: over-refusal
                default  163/240 67.9% [61.8, 73.5]  240/240 100.0% [98.4, 100.0]  0/100 0.0% [0.0, 3.7]
                scans     42/240 17.5% [13.2, 22.8]    228/240 95.0% [91.5, 97.1]  0/100 0.0% [0.0, 3.7]
                """,
                table().toText());
    }

    @Test
    void csvHasOneLinePerCell() {
        assertEquals(
                """
                method,set,expected,refused,n,rate,low,high,empty,repetitive,cut
                default,safe,comply,163,240,0.679167,0.617686,0.735002,0,0,0
                default,harmful,refuse,240,240,1.000000,0.984246,1.000000,0,0,0
                default,plain,comply,0,100,0.000000,0.000000,0.036993,0,0,0
                scans,safe,comply,42,240,0.175000,0.132155,0.228085,0,0,0
                scans,harmful,refuse,228,240,0.950000,0.914652,0.971170,0,0,0
                scans,plain,comply,0,100,0.000000,0.000000,0.036993,0,0,0
                """,
                table().toCsv());
    }

    @Test
    void namesAreEscaped() {
        ResultsTable table = twoSets()
                .method("a|b, \"c\"", Map.of("safe", new Rate(0, 0), "harmful", new Rate(1, 1)))
                .build();
        assertEquals(
                "| a\\|b, \"c\" | 0/0 | 1/1 100.0% [20.7, 100.0] |",
                table.toMarkdown().lines().toList().get(2));
        assertEquals(
                "\"a|b, \"\"c\"\"\",safe,comply,0,0,,0.000000,1.000000,0,0,0",
                table.toCsv().lines().toList().get(1));
    }

    @Test
    void jsonHasTheDocumentedLayout() throws IOException {
        String json = new EvaluationResults(table(), List.of(3), 0.75, 0.9581).toJson();
        JsonNode root = new ObjectMapper().readTree(json);
        assertEquals(List.of("methods", "layers", "alpha", "threshold"), names(root));
        assertEquals(List.of("default", "scans"), names(root.get("methods")));
        assertEquals(List.of("safe", "harmful", "plain"), names(root.at("/methods/scans")));
        assertEquals(
                List.of("refused", "n", "low", "high", "empty", "repetitive", "cut"),
                names(root.at("/methods/scans/safe")));
        assertEquals(42, root.at("/methods/scans/safe/refused").intValue());
        assertEquals(0.13215454851032424, root.at("/methods/scans/safe/low").doubleValue(), 1e-14);
        assertEquals(
                "{\"layers\":[3]}",
                new ObjectMapper()
                        .createObjectNode()
                        .set("layers", root.get("layers"))
                        .toString());
        assertEquals(0.9581, root.get("threshold").doubleValue());
        assertEquals(json, new EvaluationResults(table(), List.of(3), 0.75, 0.9581).toJson());
        assertEquals(-1, json.indexOf('\r'));
    }

    @Test
    void oneSidedTablesAreRefused() {
        ResultsTable.Builder builder = ResultsTable.builder()
                .set("safe", Expectation.COMPLY)
                .method("default", Map.of("safe", new Rate(1, 2)));
        assertMessage(
                "A results table shows both sides of safety, but no set expects REFUSE: found {safe=COMPLY}.",
                builder::build);
    }

    @Test
    void incompleteAndDoubleRowsAreRefused() {
        assertMessage(
                "A results table needs at least one method.", () -> twoSets().build());
        assertMessage(
                "The method 'scans' must have a rate on every prompt set: expected [safe, harmful], found [plain, safe].",
                () -> twoSets()
                        .method("scans", Map.of("safe", new Rate(1, 2), "plain", new Rate(1, 2)))
                        .build());
        assertMessage(
                "The table already has a method 'scans'.",
                () -> twoSets().method("scans", ROW).method("scans", ROW));
        assertMessage(
                "The table already has a prompt set 'safe'.", () -> twoSets().set("safe", Expectation.REFUSE));
    }

    @Test
    void unknownCellsAreNamedWithTheKnownOnes() {
        assertMessage("The table has no method 'prompt': expected one of [default, scans].", () -> table().rate(
                        "prompt", "safe"));
        assertMessage(
                "The table has no prompt set 'benign': expected one of [safe, harmful, plain].",
                () -> table().rate("scans", "benign"));
    }

    @Test
    void settingsThatJsonCannotHoldAreRefused() {
        assertMessage(
                "The threshold must be a finite number, but is NaN.",
                () -> new EvaluationResults(table(), List.of(), 1, Double.NaN));
        assertMessage(
                "Layers count from 0, but -1 is among [2, -1].",
                () -> new EvaluationResults(table(), List.of(2, -1), 1, 1));
    }

    private static ResultsTable table() {
        return ResultsTable.builder()
                .set("safe", Expectation.COMPLY)
                .set("harmful", Expectation.REFUSE)
                .set("plain", Expectation.COMPLY)
                .method("default", ROW)
                .method(
                        "scans",
                        Map.of("safe", new Rate(42, 240), "harmful", new Rate(228, 240), "plain", new Rate(0, 100)))
                .build();
    }

    private static ResultsTable.Builder twoSets() {
        return ResultsTable.builder().set("safe", Expectation.COMPLY).set("harmful", Expectation.REFUSE);
    }

    private static List<String> names(JsonNode node) {
        return node.properties().stream().map(Map.Entry::getKey).toList();
    }

    private static void assertMessage(String message, Executable action) {
        assertEquals(
                message, assertThrows(IllegalArgumentException.class, action).getMessage());
    }
}
