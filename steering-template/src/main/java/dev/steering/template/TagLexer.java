package dev.steering.template;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the tokens inside one tag, up to the closing braces that are not inside brackets. */
final class TagLexer {
    /** Possessive, so that no input makes them backtrack. */
    private static final Pattern FLOAT = Pattern.compile(
            "[0-9](?:_?[0-9])*+(?:(?:\\.[0-9](?:_?[0-9])*+)?+[eE][+-]?[0-9](?:_?[0-9])*+" + "|\\.[0-9](?:_?[0-9])*+)");

    private static final Pattern INTEGER = Pattern.compile(
            "0[bB](?:_?[01])++|0[oO](?:_?[0-7])++|0[xX](?:_?[0-9a-fA-F])++|[1-9](?:_?[0-9])*+|0(?:_?0)*+");

    private static final Set<String> TWO_CHARACTER_OPERATORS = Set.of("//", "**", "==", "!=", ">=", "<=");
    private static final String OPERATORS = "+-/*%~[](){}><=.:|,;";

    private final String source;
    private final List<Token> tokens;
    private final Deque<Character> open = new ArrayDeque<>();
    private int position;
    private int line;

    TagLexer(String source, int position, int line, List<Token> tokens) {
        this.source = source;
        this.position = position;
        this.line = line;
        this.tokens = tokens;
    }

    /** @return where the text after {@code }}} goes on */
    int variable() {
        return read("}}", Token.Type.VARIABLE_END, false);
    }

    /** @return where the text after {@code %}} goes on */
    int block() {
        return read("%}", Token.Type.BLOCK_END, true);
    }

    private int read(String closing, Token.Type end, boolean isBlock) {
        while (position < source.length()) {
            char c = source.charAt(position);
            char sign = c == '-' || (isBlock && c == '+') ? c : 0;
            int braces = sign == 0 ? position : position + 1;
            if (open.isEmpty() && source.startsWith(closing, braces)) {
                tokens.add(new Token(end, closing, line));
                return Lexer.afterTagEnd(source, braces + 2, sign, isBlock);
            }
            if (Whitespace.isSpace(c)) {
                position++;
                line += c == '\n' ? 1 : 0;
            } else {
                readToken(c);
            }
        }
        return position;
    }

    private void readToken(char c) {
        if (c == '\'' || c == '"') {
            readString(c);
        } else if (c >= '0' && c <= '9') {
            readNumber();
        } else if (isWord(source.codePointAt(position))) {
            readName();
        } else {
            readOperator(c);
        }
    }

    private void readString(char quote) {
        int end = position + 1;
        while (end < source.length() && source.charAt(end) != quote) {
            end += source.charAt(end) == '\\' ? 2 : 1;
        }
        if (end >= source.length()) {
            throw unexpected();
        }
        String body = source.substring(position + 1, end);
        tokens.add(new Token(Token.Type.STRING, StringEscapes.unescape(body, line), line));
        line += (int) body.chars().filter(x -> x == '\n').count();
        position = end + 1;
    }

    private void readNumber() {
        boolean afterDot = position > 0 && source.charAt(position - 1) == '.';
        Matcher matcher = FLOAT.matcher(source).region(position, source.length());
        Token.Type type = Token.Type.FLOAT;
        if (afterDot || !matcher.lookingAt()) {
            type = Token.Type.INTEGER;
            matcher = INTEGER.matcher(source).region(position, source.length());
            if (!matcher.lookingAt()) {
                throw unexpected();
            }
        }
        tokens.add(new Token(type, matcher.group().replace("_", ""), line));
        position = matcher.end();
    }

    private void readName() {
        int end = position;
        while (end < source.length() && isWord(source.codePointAt(end))) {
            end += Character.charCount(source.codePointAt(end));
        }
        tokens.add(new Token(Token.Type.NAME, source.substring(position, end), line));
        position = end;
    }

    private void readOperator(char c) {
        String two = source.substring(position, Math.min(position + 2, source.length()));
        String operator = TWO_CHARACTER_OPERATORS.contains(two) ? two : String.valueOf(c);
        if (operator.length() == 1 && OPERATORS.indexOf(c) < 0) {
            throw unexpected();
        }
        switch (c) {
            case '(' -> open.push(')');
            case '[' -> open.push(']');
            case '{' -> open.push('}');
            case ')', ']', '}' -> close(c);
            default -> {}
        }
        tokens.add(new Token(Token.Type.OPERATOR, operator, line));
        position += operator.length();
    }

    private void close(char c) {
        Character expected = open.poll();
        if (expected == null) {
            throw TemplateException.syntax("unexpected '" + c + "'", line);
        }
        if (expected != c) {
            throw TemplateException.syntax("unexpected '" + c + "', expected '" + expected + "'", line);
        }
    }

    private static boolean isWord(int c) {
        return c == '_' || Character.isLetterOrDigit(c);
    }

    private TemplateException unexpected() {
        String found = Character.toString(source.codePointAt(position));
        return TemplateException.syntax("unexpected char " + Repr.quote(found) + " at " + position, line);
    }
}
