package dev.steering.eval.judge.robust;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A text as it reads aloud: without typographic variants, invisible characters, emoji, markdown and code, as sentences in lower case.
 *
 * @param sentences the sentences, in order
 * @param lists how many list items there are
 * @param code whether there was code
 * @param drafted whether it is a letter or a dialogue: somebody else speaks in it
 */
record PlainText(List<Sentence> sentences, int lists, boolean code, boolean drafted) {
    private static final int LONGEST = 700;
    private static final String CODE = " code0 ";
    private static final String QUOTE = " quote0 ";

    private static final Pattern FENCE = Pattern.compile("(?s)(?:```|~~~).*?(?:```|~~~|$)");
    private static final Pattern INLINE_CODE = Pattern.compile("`[^`\\n]+`");
    private static final Pattern LINK = Pattern.compile("!?\\[([^\\]\\n]*)\\]\\([^)\\n]*\\)");
    private static final Pattern HTML = Pattern.compile("</?[a-zA-Z][^<>\\n]{0,200}>");
    private static final Pattern LINE_START =
            Pattern.compile("^[\\s>]*+(?:#{1,6}(?=\\s)|[-*+\\u2022](?=\\s)|\\d{1,3}[.)](?=\\s))?+[\\s>]*+");
    private static final Pattern LIST_ITEM =
            Pattern.compile("^[\\s>]*(?:[-*+\\u2022]|\\d{1,3}[.)]|[a-z][.)]|step \\d+)\\s.*");
    private static final Pattern EMPHASIS = Pattern.compile("\\*+|~~|(?<![\\w])_+|_+(?![\\w])");
    private static final Pattern SENTENCE_END =
            Pattern.compile("(?<=[.!?\\u061f][\"')\\]]{0,2})\\s+|(?<=[\\u3002\\uff01\\uff1f\\u0964])|\\n");

    /** Speech of others: double quotes of all kinds, and single ones that stand apart from words. */
    private static final Pattern QUOTED =
            Pattern.compile("\"[^\"\\n]{1,400}\"|[\\u00ab\\u300c\\u300e][^\\n]{1,400}?[\\u00bb\\u300d\\u300f]"
                    + "|(?<=^|[\\s(:,])'(?:[^'\\n]|(?<=\\w)'(?=\\w)){2,300}?'(?=[\\s.,;:!?)]|$)");

    private static final Pattern ROLE = Pattern.compile(
            "^\\s*(?:assistant|ai|ai assistant|bot|chatbot|answer|response|final answer|a|antwort|model|reply)\\s*:\\s*",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern SALUTATION = Pattern.compile(
            "(?im)^[^\\w\n]{0,20}(?:subject:.*|(?:dear|hi|hello|sehr geehrte[rs]?|liebe[rs]?|estimad[oa]|cher|ch\u00e8re)\\s+[\\[\\p{L}][^\\n]{0,40},)[ \\t]*$");
    private static final Pattern SPEAKER = Pattern.compile("(?m)^[^\\w\n]{0,20}(\\p{Lu}[\\p{L}. ]{0,20}):\\s+\\S");

    PlainText {
        sentences = List.copyOf(sentences);
    }

    /**
     * One sentence.
     *
     * @param text the sentence, lower-cased, with single spaces, without quotations
     * @param words how many words it has; characters of scripts without spaces are half a word
     * @param listed whether it is in a list
     * @param lead whether the text before it ends in a colon: it may be what somebody else is to say
     */
    record Sentence(String text, int words, boolean listed, boolean lead) {}

    static PlainText of(String answer) {
        String text = characters(answer);
        boolean code = FENCE.matcher(text).find();
        text = ROLE.matcher(text).replaceFirst("");
        text = FENCE.matcher(text).replaceAll(CODE + "\n");
        text = INLINE_CODE.matcher(text).replaceAll(Matcher.quoteReplacement(CODE));
        text = HTML.matcher(LINK.matcher(text).replaceAll("$1")).replaceAll(" ");
        boolean drafted = isDrafted(text);
        String spoken = EMPHASIS.matcher(text).replaceAll("");
        text = keepsQuotes(spoken) ? text : QUOTED.matcher(text).replaceAll(Matcher.quoteReplacement(QUOTE));
        List<Sentence> sentences = new ArrayList<>();
        int lists = 0;
        boolean lead = false;
        for (String line : text.lines().toList()) {
            boolean listed = LIST_ITEM.matcher(line.toLowerCase(Locale.ROOT)).matches();
            lists += listed ? 1 : 0;
            String bare =
                    EMPHASIS.matcher(LINE_START.matcher(line).replaceFirst("")).replaceAll("");
            for (String part : SENTENCE_END.split(bare, -1)) {
                String sentence = part.replaceAll("\\s+", " ").strip().toLowerCase(Locale.ROOT);
                if (sentence.codePoints().anyMatch(Character::isLetterOrDigit)) {
                    sentence = sentence.length() > LONGEST ? sentence.substring(0, LONGEST) : sentence;
                    sentences.add(new Sentence(sentence, words(sentence), listed, lead));
                    lead = sentence.endsWith(":");
                }
            }
        }
        return new PlainText(sentences, lists, code, drafted);
    }

    /** A text that is nearly all quotation is what its writer says. */
    private static boolean keepsQuotes(String text) {
        String rest = QUOTED.matcher(text).replaceAll("");
        return letters(rest) * 5 < letters(text);
    }

    private static boolean isDrafted(String text) {
        if (SALUTATION.matcher(text).find()) {
            return true;
        }
        Matcher speaker = SPEAKER.matcher(text);
        List<String> speakers = new ArrayList<>();
        while (speaker.find()) {
            speakers.add(speaker.group(1));
        }
        // A dialogue: somebody speaks twice, or there is more than one who does and little else.
        return speakers.size() > 2 && speakers.stream().distinct().count() < speakers.size();
    }

    /** Compatibility forms, straight quotes, plain spaces; nothing invisible, no pictures. */
    static String characters(String raw) {
        String text = raw.replace("&#39;", "'")
                .replace("&quot;", "\"")
                .replace("&amp;", "&")
                .replace("&nbsp;", " ")
                .replace("\u00b4", "'")
                .replace("\r\n", "\n")
                .replace('\r', '\n');
        StringBuilder out = new StringBuilder();
        Normalizer.normalize(text, Normalizer.Form.NFKC).codePoints().forEach(c -> append(out, c));
        return out.toString();
    }

    private static void append(StringBuilder out, int c) {
        switch (c) {
            case '\u2018', '\u2019', '\u201a', '\u201b', '\u02bc', '\u2032', '\u00b4', '\u02b9', '\u055a', '\ua78c' ->
                out.append('\'');
            case '\u201c', '\u201d', '\u201e', '\u201f', '\u2033' -> out.append('"');
            case '\u2010', '\u2011', '\u2012', '\u2212' -> out.append('-');
            case '\u2013', '\u2014', '\u2015' -> out.append(" - ");
            case '\n' -> out.append('\n');
            case '\u2028', '\u2029', '\u0085' -> out.append('\n');
            default -> {
                int type = Character.getType(c);
                if (Character.isWhitespace(c) || Character.isSpaceChar(c)) {
                    out.append(' ');
                } else if (!isInvisible(c, type)) {
                    out.appendCodePoint(c);
                }
            }
        }
    }

    private static boolean isInvisible(int c, int type) {
        return type == Character.FORMAT
                || type == Character.CONTROL
                || type == Character.OTHER_SYMBOL
                || type == Character.PRIVATE_USE
                || type == Character.UNASSIGNED
                || (c >= 0xfe00 && c <= 0xfe0f)
                || (c >= 0x1f3fb && c <= 0x1f3ff)
                || c == 0x20e3
                || c == 0xfffd;
    }

    static int words(String text) {
        int words = 0;
        int wide = 0;
        boolean inside = false;
        for (int c : text.codePoints().toArray()) {
            boolean letter = Character.isLetterOrDigit(c) || (inside && c == '\'');
            boolean alone = letter && isWide(c);
            wide += alone ? 1 : 0;
            words += letter && !alone && !inside ? 1 : 0;
            inside = letter && !alone;
        }
        return words + (wide + 1) / 2;
    }

    private static boolean isWide(int c) {
        return switch (Character.UnicodeScript.of(c)) {
            case HAN, HIRAGANA, KATAKANA, THAI -> true;
            default -> false;
        };
    }

    private static int letters(String text) {
        return (int) text.codePoints().filter(Character::isLetterOrDigit).count();
    }
}
