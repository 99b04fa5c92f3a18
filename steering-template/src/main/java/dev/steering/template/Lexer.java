package dev.steering.template;

import java.util.ArrayList;
import java.util.List;

/**
 * Splits a template into text and tags, and decides which whitespace around tags disappears.
 *
 * <p>The rules are those of jinja2 with {@code trim_blocks} (the newline after a block or comment goes) and
 * {@code lstrip_blocks} (spaces before a block or comment that starts its line go), {@code -} (all whitespace on that side
 * goes) and {@code +} (none goes). What is inside a tag is {@link TagLexer}'s.
 */
final class Lexer {
    private static final int MAX_SOURCE = 1 << 20;

    private final String source;
    private final List<Token> tokens = new ArrayList<>();
    private int position;
    private int line = 1;

    private Lexer(String source) {
        this.source = source;
    }

    static List<Token> tokenize(String template) {
        if (template.length() > MAX_SOURCE) {
            throw TemplateException.syntax("the template is longer than " + MAX_SOURCE + " characters", 1);
        }
        String source = template.replace("\r\n", "\n").replace('\r', '\n');
        Lexer lexer = new Lexer(source.endsWith("\n") ? source.substring(0, source.length() - 1) : source);
        lexer.run();
        return lexer.tokens;
    }

    private void run() {
        while (position < source.length()) {
            int tag = nextTag();
            if (tag < 0) {
                addData(source.substring(position));
                moveTo(source.length());
            } else {
                readTag(tag);
            }
        }
        tokens.add(new Token(Token.Type.EOF, "", line));
    }

    private int nextTag() {
        for (int i = source.indexOf('{', position); i >= 0 && i + 1 < source.length(); i = source.indexOf('{', i + 1)) {
            char kind = source.charAt(i + 1);
            if (kind == '{' || kind == '%' || kind == '#') {
                return i;
            }
        }
        return -1;
    }

    private void readTag(int tag) {
        char kind = source.charAt(tag + 1);
        char sign = signAt(tag + 2);
        addData(strippedBefore(tag, sign, kind == '{'));
        moveTo(tag);
        int raw = kind == '%' ? rawBegin(tag) : -1;
        if (raw >= 0) {
            moveTo(raw);
            readRaw();
            return;
        }
        int tagLine = line;
        moveTo(tag + (sign == 0 ? 2 : 3));
        if (kind == '#') {
            skipComment();
        } else if (kind == '{') {
            tokens.add(new Token(Token.Type.VARIABLE_BEGIN, "{{", tagLine));
            moveTo(new TagLexer(source, position, line, tokens).variable());
        } else {
            tokens.add(new Token(Token.Type.BLOCK_BEGIN, "{%", tagLine));
            moveTo(new TagLexer(source, position, line, tokens).block());
        }
    }

    private String strippedBefore(int tag, char sign, boolean variable) {
        int end = tag;
        if (sign == '-') {
            while (end > position && Whitespace.isSpace(source.charAt(end - 1))) {
                end--;
            }
        } else if (sign != '+' && !variable) {
            int lineStart = tag;
            while (lineStart > position && isSpaceWithinLine(source.charAt(lineStart - 1))) {
                lineStart--;
            }
            if (lineStart == 0 || source.charAt(lineStart - 1) == '\n') {
                end = lineStart;
            }
        }
        return source.substring(position, end);
    }

    private static boolean isSpaceWithinLine(char c) {
        return c != '\n' && Whitespace.isSpace(c);
    }

    private void skipComment() {
        int end = source.indexOf("#}", position);
        if (end < 0) {
            throw TemplateException.syntax("Missing end of comment tag", line);
        }
        char sign = end > position ? source.charAt(end - 1) : ' ';
        moveTo(afterTagEnd(source, end + 2, sign, true));
    }

    /** @return where the contents start if the tag at this place is {@code {% raw %}}, else -1 */
    private int rawBegin(int tag) {
        int i = Whitespace.skip(source, tag + (signAt(tag + 2) == 0 ? 2 : 3));
        if (!source.startsWith("raw", i)) {
            return -1;
        }
        i = Whitespace.skip(source, i + 3);
        if (source.startsWith("-%}", i)) {
            return Whitespace.skip(source, i + 3);
        }
        return source.startsWith("%}", i) ? i + 2 : -1;
    }

    private void readRaw() {
        for (int tag = source.indexOf("{%", position); tag >= 0; tag = source.indexOf("{%", tag + 1)) {
            char sign = signAt(tag + 2);
            int i = Whitespace.skip(source, tag + (sign == 0 ? 2 : 3));
            if (!source.startsWith("endraw", i)) {
                continue;
            }
            i = Whitespace.skip(source, i + 6);
            char endSign = signAt(i);
            if (source.startsWith("%}", endSign == 0 ? i : i + 1)) {
                addData(strippedBefore(tag, sign, false));
                moveTo(afterTagEnd(source, (endSign == 0 ? i : i + 1) + 2, endSign, true));
                return;
            }
        }
        throw TemplateException.syntax("Missing end of raw directive", line);
    }

    /** @return where text goes on after a tag that ended at {@code end} with this sign before its closing braces */
    static int afterTagEnd(String source, int end, char sign, boolean trimNewline) {
        if (sign == '-') {
            return Whitespace.skip(source, end);
        }
        boolean newline = trimNewline && sign != '+' && end < source.length() && source.charAt(end) == '\n';
        return newline ? end + 1 : end;
    }

    private char signAt(int index) {
        char c = index < source.length() ? source.charAt(index) : 0;
        return c == '-' || c == '+' ? c : 0;
    }

    private void addData(String text) {
        if (!text.isEmpty()) {
            tokens.add(new Token(Token.Type.DATA, text, line));
        }
    }

    private void moveTo(int newPosition) {
        for (int i = position; i < newPosition; i++) {
            if (source.charAt(i) == '\n') {
                line++;
            }
        }
        position = newPosition;
    }
}
