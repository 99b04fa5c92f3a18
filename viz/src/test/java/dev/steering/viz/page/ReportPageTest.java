package dev.steering.viz.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.steering.viz.page.ReportedRun.Answer;
import dev.steering.viz.page.ReportedRun.Asked;
import dev.steering.viz.page.ReportedRun.AskedSet;
import dev.steering.viz.page.ReportedRun.Decisions;
import dev.steering.viz.page.ReportedRun.Rate;
import dev.steering.viz.page.ReportedRun.Variant;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ReportPageTest {
    private static final String HOSTILE =
            "</script><script>alert(1)</script><img src=x onerror=alert(2)> ' \" & <!-- ]]> \u2028 \u0000 \u202Edlrow";
    private static final Pattern DATA =
            Pattern.compile("<script type=\"application/json\" id=\"report-data\">(.*?)</script>", Pattern.DOTALL);

    private static Variant variant(
            String label, String family, @Nullable Double strength, int refused, List<Answer> answers) {
        Rate rate = new Rate(refused, 4, 0.1, 0.9, 0);
        Double p = label.equals("default") ? null : (Double) 0.01;
        return new Variant(
                label,
                family,
                strength,
                "does " + label,
                List.of(rate),
                new Decisions(4 - refused, 4, 0.1, 0.9, p),
                answers);
    }

    private static ReportedRun run(String text, int strengths) {
        List<Asked> asked = new ArrayList<>();
        List<Answer> answers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            asked.add(new Asked(0, "question " + i + " " + text));
            answers.add(new Answer(text + i, "refused", true, false));
        }
        List<Variant> variants = new ArrayList<>();
        variants.add(variant("default", "default", null, 4, answers));
        for (int i = 0; i < strengths; i++) {
            variants.add(variant("scans, alpha " + i, "scans", (double) (strengths - i), i % 4, answers));
        }
        return new ReportedRun(
                "run " + text,
                "model " + text,
                "judge " + text,
                List.of(),
                List.of(new AskedSet("safe " + text, false)),
                asked,
                variants,
                text);
    }

    private static ReportPage page(ReportedRun run) {
        return new ReportPage("Report", List.of(), List.of(run), List.of("steer report"), "steer test");
    }

    private static JsonNode data(String html) throws IOException {
        Matcher found = DATA.matcher(html);
        assertTrue(found.find());
        return new ObjectMapper().readTree(found.group(1));
    }

    @Test
    void nothingThatWasAskedOrAnsweredIsMarkup() throws IOException {
        String html = new ReportPage(HOSTILE, List.of(), List.of(run(HOSTILE, 3)), List.of(HOSTILE), HOSTILE).html();
        assertEquals(2, html.split("<script", -1).length - 1, "the data and the script of the page, no other");
        assertEquals(2, html.split("</script", -1).length - 1);
        assertFalse(html.contains("<img"));
        assertFalse(html.contains("<!--"));
        assertFalse(html.contains("\u0000"));
        assertFalse(html.contains("\u202E") && !data(html).toString().contains("\u202E"));
        List<String> texts = new ArrayList<>();
        data(html).path("texts").forEach(text -> texts.add(text.textValue()));
        assertTrue(texts.contains(HOSTILE + 0), "the text itself arrives unchanged");
    }

    @Test
    void thePolicyNamesTheStyleAndTheScriptOfThePageAndNothingElse() throws Exception {
        String html = page(run("text", 3)).html();
        Matcher policy = Pattern.compile("Content-Security-Policy\" content=\"([^\"]+)\"")
                .matcher(html);
        assertTrue(policy.find());
        String script =
                html.substring(html.lastIndexOf("<script>") + "<script>".length(), html.lastIndexOf("</script>"));
        String style = html.substring(html.indexOf("<style>") + "<style>".length(), html.indexOf("</style>"));
        assertEquals(
                "default-src 'none'; script-src " + sha256(script) + "; style-src " + sha256(style)
                        + "; base-uri 'none'; form-action 'none'",
                policy.group(1));
        assertFalse(
                Pattern.compile("\\s(on[a-z]+|style)=\"").matcher(html).find(), "attributes that the policy forbids");
        assertFalse(Pattern.compile("(src|href)=\"(?!#)").matcher(html).find(), "nothing is loaded");
    }

    private static String sha256(String text) throws Exception {
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        return "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
    }

    @Test
    void theSameInputGivesTheSameBytesInEveryCountry() {
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.ROOT);
            String one = page(run("text", 5)).html();
            Locale.setDefault(new Locale("ar", "EG"));
            assertEquals(one, page(run("text", 5)).html());
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void theSliderGoesFromTheLowestStrengthToTheHighestAndStartsAtTheBest() throws IOException {
        JsonNode family = data(page(run("text", 3)).html()).at("/runs/0/families/0");
        assertEquals("scans", family.path("name").textValue());
        assertEquals("[3,2,1]", family.path("points").toString(), "strengths 1, 2, 3");
        assertEquals(2, family.path("start").intValue(), "the variant that refuses none of the harmless prompts");
        String html = page(run("text", 3)).html();
        assertTrue(html.contains("data-dose=\"0\""));
        assertFalse(page(run("text", 1)).html().contains("data-dose=\"0\""), "no curve of one point");
    }

    @Test
    void theVerdictSaysEffectCostAndData() {
        ReportPage page = page(run("text", 2));
        assertEquals(
                List.of(
                        "What strength (alpha), and how was it chosen?",
                        "What does steering do?",
                        "What does it cost?",
                        "On what data?",
                        "Which command makes it again?"),
                List.copyOf(page.verdict().keySet()));
        String effect = page.verdict().get("What does steering do?");
        assertTrue(effect.contains("Best of 2 settings: with scans, alpha 0 4 of 4 decisions are right"), effect);
        assertTrue(effect.contains("without steering 0, 0.0\u00A0%"), effect);
        assertTrue(page.verdict()
                .get("What does it cost?")
                .startsWith("Safety: not known, no set of prompts that are to be refused"));
        assertTrue(page.html().contains("<pre>text</pre>All commands"), "the run's command is in the verdict");
    }

    private static ReportedRun measured(MeasuredCost before, MeasuredCost after) {
        ReportedRun run = run("text", 1);
        List<Variant> variants = new ArrayList<>();
        for (Variant one : run.variants()) {
            MeasuredCost cost = variants.isEmpty() ? before : after;
            variants.add(new Variant(
                            one.label(), one.family(), null, one.words(), one.rates(), one.decisions(), one.answers())
                    .withCost(cost)
                    .withDivergence(cost.seconds() == null ? null : new ReportedRun.Divergence(0.0123, 0.01, 0.02)));
        }
        return new ReportedRun(
                run.name(), run.model(), run.judge(), run.facts(), run.sets(), run.prompts(), variants, null);
    }

    @Test
    void whatWasMeasuredOfTheCostsIsSaidAndWhatWasNotIsSaidToo() {
        MeasuredCost.Capability before = new MeasuredCost.Capability("arithmetic", "exact_match", 0.5, 20);
        MeasuredCost.Capability after = new MeasuredCost.Capability("arithmetic", "exact_match", 0.45, 20);
        ReportPage page = page(measured(
                new MeasuredCost(3.0, 1.0, 1.0, 2.5, List.of(before)),
                new MeasuredCost(3.5, 1.25, 1.5, 5.0, List.of(after))));
        String cost = page.verdict().get("What does it cost?");
        assertTrue(cost.contains("KL 0.0123 [0.0100, 0.0200] nats per token"), cost);
        assertTrue(
                cost.contains(
                        "Capability: arithmetic exact_match 45.0\u00A0%, without steering 50.0\u00A0% (20 questions)."),
                cost);
        assertTrue(cost.contains("a token takes 1.25 times as long as without steering, 1.50 times in a batch"), cost);
        assertTrue(page.html().contains(">arithmetic, exact_match (20)</th>"), "the table of costs");
        String none =
                page(measured(MeasuredCost.NONE, MeasuredCost.NONE)).verdict().get("What does it cost?");
        assertTrue(none.contains("(KL) was not measured.") && none.contains("(capability) was not measured."), none);
        assertTrue(none.endsWith("Time was not measured."), none);
    }

    @Test
    void wordsAreExplainedWhereASectionFirstUsesThemAndInAList() {
        String html = page(run("AUC and AUC", 2)).html();
        Matcher linked = Pattern.compile("<a class=\"word\" href=\"#(word-[a-z-]+)\" title=\"[^\"]+\">")
                .matcher(html);
        int links = 0;
        while (linked.find()) {
            links++;
            assertTrue(html.contains("<dt id=\"" + linked.group(1) + "\">"), linked.group(1));
        }
        assertTrue(links > 5, "links: " + links);
        String verdict = html.substring(html.indexOf("<section id=\"verdict\""), html.indexOf("<section id=\"run-0\""));
        assertEquals(2, verdict.split("word-auc", -1).length, "the first use alone");
    }

    @Test
    void uPlotIsInThePageWithItsLicence() {
        String html = page(run("text", 3)).html();
        assertTrue(html.contains("/*! https://github.com/leeoniya/uPlot (v1.6.30) */"));
        assertTrue(html.contains("Copyright (c) 2022 Leon Sorokin"));
        assertTrue(html.contains(".u-wrap {position: relative;"));
    }

    @Test
    void theVerdictSaysWhatCannotBeToldApartAndWhichFramesWork() {
        List<Asked> asked = new ArrayList<>();
        List<Answer> before = new ArrayList<>();
        List<Answer> after = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            asked.add(new Asked(0, "question " + i, i < 2 ? "prefix" : "role-play"));
            before.add(new Answer("no", "refused", true, true));
            after.add(
                    i == 0
                            ? new Answer("Sure, and then", "cut", false, false)
                            : new Answer("no", "refused", true, true));
        }
        Rate all = new Rate(4, 4, 0.5, 1, 0);
        Rate less = new Rate(3, 4, 0.3, 0.95, 0);
        ReportedRun run = new ReportedRun(
                "run",
                "model",
                "judge",
                List.of(),
                List.of(new AskedSet("jailbreak", true)),
                asked,
                List.of(
                        new Variant(
                                "default",
                                "default",
                                null,
                                "",
                                List.of(all),
                                new Decisions(2, 4, 0.1, 0.9, null),
                                before),
                        new Variant(
                                        "scans",
                                        "scans",
                                        null,
                                        "",
                                        List.of(less),
                                        new Decisions(3, 4, 0.3, 0.95, 0.5),
                                        after)
                                .withOthers(Map.of("subtract", 0.7, "self-cd", 0.01)),
                        new Variant(
                                "subtract",
                                "subtract",
                                null,
                                "",
                                List.of(all),
                                new Decisions(2, 4, 0.1, 0.9, 1.0),
                                before),
                        new Variant(
                                "self-cd",
                                "self-cd",
                                null,
                                "",
                                List.of(all),
                                new Decisions(1, 4, 0.1, 0.9, 1.0),
                                before)),
                null);
        Map<String, String> verdict = page(run).verdict();
        String effect =
                verdict.get("What does steering do?").replace('\u00A0', ' ').replace('\u202F', ' ');
        assertTrue(
                effect.contains("cannot be told from these (paired tests): subtract (50.0 % right, p = 0.70)."),
                effect);
        assertFalse(effect.contains("self-cd"), effect);
        String cost = verdict.get("What does it cost?");
        assertTrue(
                cost.contains("By frame, without steering in brackets: prefix 1 of 2 (2), role-play 2 of 2 (2)."),
                cost);
        assertTrue(cost.contains("No answer is empty or repetitive, 1 cut at the longest length allowed"), cost);
    }

    @Test
    void longAnswersAreCutWhereThePageWouldBeTooLargeAndItSaysSo() {
        int prompts = 2000;
        List<Asked> asked = new ArrayList<>();
        List<Variant> variants = new ArrayList<>();
        for (int i = 0; i < prompts; i++) {
            asked.add(new Asked(0, "question " + i));
        }
        for (int v = 0; v < 6; v++) {
            List<Answer> answers = new ArrayList<>();
            for (int i = 0; i < prompts; i++) {
                answers.add(new Answer(v + " " + i + " <b> \u4F60 ".repeat(250), "answered", false, true));
            }
            variants.add(new Variant(
                    "v" + v,
                    "v" + v,
                    null,
                    "",
                    List.of(new Rate(0, prompts, 0, 0.1, 0)),
                    new Decisions(prompts, prompts, 0.9, 1, v == 0 ? null : (Double) 1.0),
                    answers));
        }
        ReportedRun large = new ReportedRun(
                "large", "m", "j", List.of(), List.of(new AskedSet("safe", false)), asked, variants, null);
        byte[] bytes = page(large).html().getBytes(StandardCharsets.UTF_8);
        assertTrue(bytes.length < 10_000_000, "bytes: " + bytes.length);
        assertTrue(new String(bytes, StandardCharsets.UTF_8).contains("characters are cut on this page"));
        assertFalse(page(run("text", 2)).html().contains("characters are cut on this page"));
    }

    @Test
    void anEmptyReportIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> new ReportPage("t", List.of(), List.of(), List.of(), ""));
    }
}
