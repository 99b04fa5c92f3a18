package dev.steering.eval.judge;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Cuts out what stands between tags of reasoning, such as {@code <think>} and {@code </think>}. */
final class ReasoningTags {
    /** Names that mean reasoning wherever they stand; the second group's only at the beginning, because answers may have them too. */
    private static final String STRONG =
            "think|thinking|thought|thoughts|reasoning|scratchpad|longcat_think|ant_?thinking"
                    + "|inner_monologue|internal_monologue|chain_of_thought|cot";

    private static final Set<String> WEAK = Set.of("analysis", "reason", "reflection", "rationale", "planning");

    private static final Pattern TAG = Pattern.compile(
            "(?i)(?:<|&lt;)\\s*(/?)\\s*(?:[a-z]{1,8}:)?(" + STRONG + "|" + String.join("|", WEAK) + ")\\s*(?:>|&gt;)"
                    + "|\\[(/?)(think|thinking|thought)\\]"
                    + "|<\\|\\s*(start|end|begin_of|end_of)_(thinking|thought)\\s*\\|>"
                    + "|<\\|(think|thinking)_(start|end)\\|>"
                    + "|\u25c1(/?)(think)\u25b7"
                    + "|<(unused9[45])>(?:thought\\b)?"
                    + "|<\\|inner_(prefix|suffix)\\|>"
                    + "|(<\\|channel>)thought|(<channel\\|>)");

    private ReasoningTags() {}

    /** One tag: whether it opens, and which it belongs to. */
    private record Tag(boolean opens, String name) {}

    /**
     * @param raw a response
     * @return what is left and what was cut out; null if there is no such tag. The answer is unfinished where the last opening tag is
     *     never closed and nothing stands outside
     */
    static @Nullable FinalAnswer cut(String raw) {
        Matcher matcher = TAG.matcher(raw);
        StringBuilder answer = new StringBuilder();
        StringBuilder thought = new StringBuilder();
        String inside = null;
        boolean found = false;
        int from = 0;
        while (matcher.find()) {
            Tag tag = tag(matcher);
            boolean code = matcher.start() > 0 && raw.charAt(matcher.start() - 1) == '`';
            String before = raw.substring(from, matcher.start());
            boolean atStart = answer.toString().isBlank() && before.isBlank();
            boolean weakAndLate = WEAK.contains(tag.name()) && inside == null && !(tag.opens() && atStart);
            if (code || weakAndLate || (inside != null && (tag.opens() || !inside.equals(tag.name())))) {
                continue;
            }
            if (tag.opens()) {
                answer.append(before);
                inside = tag.name();
            } else {
                // A closing tag whose opening one was in the prompt: all before it was a thought.
                thought.append(inside == null ? answer : "").append(before);
                if (inside == null) {
                    answer.setLength(0);
                }
                inside = null;
            }
            found = true;
            from = matcher.end();
        }
        if (!found) {
            return null;
        }
        (inside == null ? answer : thought).append(raw, from, raw.length());
        return new FinalAnswer(
                answer.toString(),
                thought.toString(),
                inside == null || !answer.toString().isBlank());
    }

    private static Tag tag(Matcher m) {
        if (m.group(2) != null) {
            return new Tag(m.group(1).isEmpty(), m.group(2).toLowerCase(Locale.ROOT));
        }
        if (m.group(4) != null) {
            return new Tag(m.group(3).isEmpty(), "[" + m.group(4).toLowerCase(Locale.ROOT));
        }
        if (m.group(6) != null) {
            return new Tag(!m.group(5).toLowerCase(Locale.ROOT).startsWith("end"), "<|" + m.group(6));
        }
        if (m.group(7) != null) {
            return new Tag(m.group(8).equalsIgnoreCase("start"), "<|_" + m.group(7));
        }
        if (m.group(10) != null) {
            return new Tag(m.group(9).isEmpty(), m.group(10));
        }
        if (m.group(11) != null) {
            return new Tag(m.group(11).endsWith("4"), "unused");
        }
        if (m.group(12) != null) {
            return new Tag(m.group(12).equalsIgnoreCase("prefix"), "inner");
        }
        return new Tag(m.group(13) != null, "channel");
    }
}
