package dev.steering.viz.page;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.viz.page.ReportedRun.Answer;
import dev.steering.viz.page.ReportedRun.Rate;
import dev.steering.viz.page.ReportedRun.Variant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the report's script reads: every text once, and everything else as places in lists. Long answers are cut where all together
 * would make the page too large; the page says so.
 */
final class AnswerData {
    /** Characters of all texts, escapes apart, that leave the page below 10 MB. */
    private static final long MOST = 7_000_000;

    private static final int[] LIMITS = {Integer.MAX_VALUE, 4000, 2000, 1000, 500, 250, 120, 60};

    private final Map<String, Integer> texts = new LinkedHashMap<>();
    private final int limit;

    private AnswerData(int limit) {
        this.limit = limit;
    }

    /**
     * @param json for the script
     * @param limit most characters of a text; {@link Integer#MAX_VALUE} if none was cut
     */
    record Made(String json, int limit) {}

    static Made of(List<ReportedRun> runs) {
        AnswerData data = new AnswerData(limit(runs));
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        ArrayNode all = node.putArray("runs");
        for (int i = 0; i < runs.size(); i++) {
            data.put(all.addObject().put("id", RunSection.id(i)), runs.get(i));
        }
        ArrayNode list = node.putArray("texts");
        data.texts.keySet().forEach(list::add);
        return new Made(node.toString(), data.limit);
    }

    /** The largest limit that keeps all texts together small enough. */
    private static int limit(List<ReportedRun> runs) {
        Map<String, Integer> bytes = new LinkedHashMap<>();
        for (ReportedRun run : runs) {
            run.prompts().forEach(prompt -> bytes.put(prompt.text(), 0));
            run.variants().forEach(variant -> variant.answers().forEach(answer -> bytes.put(answer.text(), 0)));
        }
        for (int limit : LIMITS) {
            long sum = 0;
            for (String text : bytes.keySet()) {
                sum += cost(text, limit);
            }
            if (sum <= MOST) {
                return limit;
            }
        }
        return LIMITS[LIMITS.length - 1];
    }

    /** Bytes in the page: what is not plain is escaped or longer than a byte. */
    private static long cost(String text, int limit) {
        int end = Math.min(text.length(), limit);
        long sum = 4;
        for (int i = 0; i < end; i++) {
            char c = text.charAt(i);
            sum += c < ' ' || c == '<' || c == '>' || c == '&' ? 6 : c < 0x80 ? 1 : c < 0x800 ? 2 : 3;
        }
        return sum;
    }

    private void put(ObjectNode node, ReportedRun run) {
        ArrayNode sets = node.putArray("sets");
        run.sets().forEach(set -> sets.addObject().put("name", set.name()).put("refuse", set.refuse()));
        ArrayNode prompts = node.putArray("prompts");
        run.prompts()
                .forEach(prompt -> prompts.addObject().put("set", prompt.set()).put("text", text(prompt.text())));
        ArrayNode families = node.putArray("families");
        for (VariantFamily family : VariantFamily.of(run)) {
            ObjectNode one = families.addObject().put("name", family.name()).put("start", family.start());
            family.points().forEach(one.putArray("points")::add);
        }
        Map<String, Integer> verdicts = new LinkedHashMap<>();
        ArrayNode words = node.putArray("verdicts");
        ArrayNode variants = node.putArray("variants");
        for (Variant variant : run.variants()) {
            ObjectNode one = variants.addObject().put("label", variant.label()).put("strength", variant.strength()).put("words", variant.words());
            ReportedRun.Divergence divergence = variant.divergence();
            if (divergence != null) {
                one.put("kl", divergence.perToken());
            }
            ArrayNode rates = one.putArray("rates");
            for (Rate rate : variant.rates()) {
                rates.addArray()
                        .add(rate.refused())
                        .add(rate.n())
                        .add(rate.low())
                        .add(rate.high());
            }
            ArrayNode answers = one.putArray("answers");
            for (Answer answer : variant.answers()) {
                int verdict = verdicts.computeIfAbsent(answer.verdict() + answer.refusal(), key -> {
                    words.addObject()
                            .put("word", answer.verdict())
                            .put("refusal", answer.refusal())
                            .put("broken", isBroken(answer.verdict()));
                    return verdicts.size();
                });
                answers.addArray().add(text(answer.text())).add(verdict).add(answer.right() ? 1 : 0);
            }
        }
    }

    static boolean isBroken(String verdict) {
        return verdict.equals("empty") || verdict.equals("repetitive");
    }

    private int text(String text) {
        String shown = text;
        if (text.length() > limit) {
            int end = Character.isHighSurrogate(text.charAt(limit - 1)) ? limit - 1 : limit;
            shown = text.substring(0, end) + "\u2026 [cut here]";
        }
        return texts.computeIfAbsent(shown, key -> texts.size());
    }
}
