package dev.steering.eval.judge;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A response without its reasoning. Models write reasoning in many styles: between tags ({@code <think>}, {@code <thinking>}, {@code
 * [THINK]}, {@code <|START_THINKING|>} and others, also where the opening tag was in the prompt), in the channels of the Harmony format
 * (with its tokens, or with these stripped), or under headings ("Thought: ... Answer: ...", "Thinking Process: ..."). A word such as
 * "cannot" in it is no refusal, and an answer in it is none. Immutable and thread-safe.
 *
 * @param text the final answer, without tags; empty if there is none
 * @param thought the reasoning; empty if there is none
 * @param finished false if the response ends inside the reasoning
 */
public record FinalAnswer(String text, String thought, boolean finished) {
    private static final int DOT_ALL = Pattern.DOTALL;

    private static final Pattern FINAL_CHANNEL =
            Pattern.compile("<\\|channel\\|>\\s*final\\b[^<]*(?:<\\|constrain\\|>[^<]*)?<\\|message\\|>");
    private static final Pattern ANY_CHANNEL = Pattern.compile("<\\|channel\\|>\\s*(?:analysis|commentary|thought)");
    private static final Pattern STRIPPED =
            Pattern.compile("^\\s*analysis(?=[A-Z\"'\\s])(.*?)assistant\\s*final(?![a-z])(.*)$", DOT_ALL);
    private static final Pattern STRIPPED_OPEN = Pattern.compile("^\\s*analysis(?=[A-Z]|\\s*\\n).*", DOT_ALL);

    private static final Pattern DONE_THINKING =
            Pattern.compile("^\\s*Thinking\\.{3}\\s*\\n(.*?)\\n?\\.{3}\\s*done thinking\\.?(.*)$", DOT_ALL);
    private static final Pattern DETAILS = Pattern.compile(
            "(?i)<details[^>]*>\\s*<summary>[^<]*(?:think|reason|thought)[^<]*</summary>(.*?)(?:</details>|$)",
            DOT_ALL);
    private static final Pattern QUOTED_THOUGHT =
            Pattern.compile("^\\s*>\\s*[*_]*(?i:thinking|reasoning|thoughts?)\\b");
    private static final Pattern NOT_QUOTED = Pattern.compile("(?m)^(?!>|\\s*$)");
    private static final Pattern WRAPPER = Pattern.compile(
            "(?i)(?:^|\\n|(?<=>))[ \\t]*+<(answer|final_answer|final|response|solution)>(.*?)(?:</\\1>|$)"
                    + "|<\\|begin_of_solution\\|>(.*?)(?:<\\|end_of_solution\\|>|$)"
                    + "|<\\|START_RESPONSE\\|>(.*?)(?:<\\|END_RESPONSE\\|>|$)",
            DOT_ALL);

    /** A first line that says that reasoning follows; the second group's may also be headings of an answer. */
    private static final Pattern HEADING = Pattern.compile(
            "^[\\s#>*_]*(?:(?:my |internal |inner |step[- ]by[- ]step )?(thoughts?|thinking|thought process|thinking process"
                    + "|chain[- ]of[- ]thought|monologue|gedanken(?:gang)?)|(reasoning|reasoning process|analysis|rationale|reflection))"
                    + "[\\s*_]*(?::[\\s*_]*|\\n)",
            Pattern.CASE_INSENSITIVE);

    private static final Pattern ANSWER_HEADING = Pattern.compile(
            "(?:^|\\n)[ \\t#>*_]*(?:(?:my |the )?(?:final |actual )?(?:answer|response|reply|output)|final|antwort"
                    + "|respuesta|r\u00e9ponse|risposta|resposta)[ \\t*_]*(?::[ \\t*_]*|\\n)",
            Pattern.CASE_INSENSITIVE);

    /** Reasoning whose tags were stripped speaks of the user as of somebody else. */
    private static final Pattern ABOUT_THE_USER = Pattern.compile(
            "^\\s*(?:(?:okay|ok|alright|all right|hmm+|well|so|first)[,.]?\\s+)*(?:let me (?:think|see)[,.]?\\s+)?(?:so\\s+)?the user(?:'s|\u2019s)?"
                    + " (?:is asking|asks|asked|wants|wrote|is requesting|requests|has asked"
                    + ")\\b.*",
            Pattern.CASE_INSENSITIVE | DOT_ALL);

    private static final String TOKEN =
            "(?:</?s>|<\\|[a-z_]{1,30}\\|>|<(?:start|end)_of_turn>(?:model\\b)?|<eos>|<bos>)";
    private static final Pattern FIRST_TOKEN = Pattern.compile("\\s*+" + TOKEN, Pattern.CASE_INSENSITIVE);
    private static final Pattern LAST_TOKEN = Pattern.compile(TOKEN + "\\s*+$", Pattern.CASE_INSENSITIVE);
    private static final int LONGEST_TOKEN = 40;

    /**
     * @param response a response as it was written
     * @return its final answer
     */
    public static FinalAnswer of(String response) {
        FinalAnswer answer = withoutTags(withoutDetails(response));
        if (answer.finished() && !answer.text().isBlank()) {
            answer = answer.then(unwrapped(answer.text()));
        }
        if (answer.finished() && answer.thought().isBlank()) {
            answer = headed(answer.text());
        }
        return new FinalAnswer(withoutTokens(answer.text()), answer.thought(), answer.finished());
    }

    /** @return what there is to look at: the final answer, or the reasoning of a response that never came to one */
    public String shown() {
        return finished ? text : thought;
    }

    /** Control tokens at either end, which some decoders leave. */
    private static String withoutTokens(String text) {
        int start = 0;
        Matcher first = FIRST_TOKEN.matcher(text);
        while (first.region(start, text.length()).lookingAt()) {
            start = first.end();
        }
        String rest = text.substring(start).strip();
        Matcher last = LAST_TOKEN.matcher(rest);
        while (last.region(Math.max(0, rest.length() - LONGEST_TOKEN), rest.length())
                .find()) {
            rest = rest.substring(0, last.start()).stripTrailing();
            last = LAST_TOKEN.matcher(rest);
        }
        return rest;
    }

    private static FinalAnswer plain(String text) {
        return new FinalAnswer(text, "", true);
    }

    private static FinalAnswer unfinished(String thought) {
        return new FinalAnswer("", thought, false);
    }

    private FinalAnswer then(FinalAnswer rest) {
        return new FinalAnswer(rest.text(), thought + rest.thought(), rest.finished());
    }

    private static FinalAnswer withoutDetails(String response) {
        Matcher details = DETAILS.matcher(response);
        if (details.find()) {
            return without(response, details.start(), details.end());
        }
        if (QUOTED_THOUGHT.matcher(response).find()) {
            Matcher rest = NOT_QUOTED.matcher(response);
            return rest.find() ? without(response, 0, rest.start()) : plain(response);
        }
        return plain(response);
    }

    private static FinalAnswer without(String response, int from, int to) {
        String rest = response.substring(0, from) + response.substring(to);
        return rest.isBlank() ? plain(response) : new FinalAnswer(rest, response.substring(from, to), true);
    }

    private static FinalAnswer withoutTags(FinalAnswer answer) {
        String text = answer.text();
        int end = -1;
        Matcher channel = FINAL_CHANNEL.matcher(text);
        int start = 0;
        while (channel.find()) {
            start = channel.start();
            end = channel.end();
        }
        if (end >= 0) {
            String rest = text.substring(end).replaceFirst("(?s)<\\|(?:end|return|start|call)\\|>.*", "");
            return new FinalAnswer(rest, text.substring(0, start), true);
        }
        if (ANY_CHANNEL.matcher(text).find()) {
            return unfinished(text);
        }
        for (Pattern pattern : List.of(STRIPPED, DONE_THINKING)) {
            Matcher matcher = pattern.matcher(text);
            if (matcher.matches()) {
                return new FinalAnswer(matcher.group(2), matcher.group(1), true);
            }
        }
        if (STRIPPED_OPEN.matcher(text).matches()) {
            return unfinished(text);
        }
        FinalAnswer cut = ReasoningTags.cut(text);
        return cut == null ? answer : cut;
    }

    private static FinalAnswer unwrapped(String text) {
        Matcher wrapper = WRAPPER.matcher(text);
        String inner = null;
        int start = 0;
        while (wrapper.find()) {
            start = wrapper.start();
            inner = wrapper.group(2) != null
                    ? wrapper.group(2)
                    : wrapper.group(3) != null ? wrapper.group(3) : wrapper.group(4);
        }
        return inner == null || inner.isBlank() ? plain(text) : new FinalAnswer(inner, text.substring(0, start), true);
    }

    private static FinalAnswer headed(String text) {
        Matcher heading = HEADING.matcher(text);
        if (heading.lookingAt()) {
            Matcher answer = ANSWER_HEADING.matcher(text);
            int end = -1;
            int start = 0;
            while (answer.find()) {
                start = answer.start();
                end = answer.end();
            }
            if (end >= 0) {
                return new FinalAnswer(text.substring(end), text.substring(0, start), true);
            }
            return heading.group(1) == null ? plain(text) : unfinished(text);
        }
        return ABOUT_THE_USER.matcher(text).matches() ? unfinished(text) : plain(text);
    }
}
