package dev.steering.model.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.function.IntPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Added tokens that end the process. Of those that are looked for in normalised text, normalising must leave something: the native
 * library would find them everywhere, also within a character. And where a token takes the spaces behind it, none of spaces alone may
 * take those before it: it would begin behind its own end.
 */
final class AddedTokenCheck {
    private AddedTokenCheck() {}

    /**
     * @param tokens the tokens that a file adds
     * @param normalizer the file's normalizer
     * @throws IllegalArgumentException if nothing may be left of one, or two of them want the same spaces
     */
    static void require(JsonNode tokens, JsonNode normalizer) {
        requireSpaces(tokens);
        for (JsonNode token : tokens) {
            String content = token.path("content").asText("");
            if (token.path("normalized").asBoolean()
                    && !content.isEmpty()
                    && left(content, normalizer).isEmpty()) {
                throw new IllegalArgumentException("the normalizer leaves nothing of the added token "
                        + token.path("content") + ", whose \"normalized\" is true");
            }
        }
    }

    private static void requireSpaces(JsonNode tokens) {
        for (JsonNode blank : tokens) {
            String content = blank.path("content").asText("");
            if (isSpace(content)
                    && blank.path("lstrip").asBoolean()
                    && !blank.path("rstrip").asBoolean()) {
                for (JsonNode token : tokens) {
                    if (token.path("rstrip").asBoolean()) {
                        throw new IllegalArgumentException(
                                "the added tokens " + blank.path("content") + ", with \"lstrip\", and "
                                        + token.path("content") + ", with \"rstrip\", take the same spaces");
                    }
                }
            }
        }
    }

    private static boolean isSpace(String content) {
        return !content.isEmpty()
                && content.codePoints().allMatch(c -> Character.isWhitespace(c) || Character.isSpaceChar(c));
    }

    /** What each part would delete, in their order. */
    private static String left(String content, JsonNode part) {
        String rest = content;
        if (!part.isContainerNode()) {
            return rest;
        }
        if (part.isArray()) {
            for (JsonNode child : part) {
                rest = left(rest, child);
            }
            return rest;
        }
        rest = switch (part.path("type").asText()) {
            case "StripAccents" -> without(rest, AddedTokenCheck::isAccent);
            case "BertNormalizer" -> without(rest, c -> isAccent(c) || isOther(c));
            case "Nmt", "Precompiled" -> without(rest, c -> isAccent(c) || isOther(c) || Character.isWhitespace(c));
            case "Strip" -> rest.strip();
            case "Replace" ->
                replaced(rest, part.path("pattern"), part.path("content").asText(""));
            default -> rest;
        };
        return left(rest, part.path("normalizers"));
    }

    private static String replaced(String text, JsonNode pattern, String by) {
        JsonNode expression = pattern.path("Regex");
        if (expression.isTextual()) {
            Pattern compiled = PatternCheck.compiled(expression.textValue());
            try {
                return compiled == null ? text : compiled.matcher(text).replaceAll(Matcher.quoteReplacement(by));
            } catch (StackOverflowError e) {
                return text;
            }
        }
        String literal = pattern.path("String").asText("");
        return literal.isEmpty() ? text : text.replace(literal, by);
    }

    private static String without(String text, IntPredicate deleted) {
        return text.codePoints()
                .filter(deleted.negate())
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private static boolean isAccent(int c) {
        return Character.getType(c) == Character.NON_SPACING_MARK;
    }

    /** Control, format, private and unassigned characters. */
    private static boolean isOther(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL, Character.FORMAT, Character.PRIVATE_USE, Character.UNASSIGNED -> true;
            default -> c == 0xFFFD;
        };
    }
}
