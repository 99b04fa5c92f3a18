package dev.steering.template;

/** Python's escapes in string literals; an unknown escape keeps its backslash. */
final class StringEscapes {
    private final String body;
    private final int line;
    private final StringBuilder out = new StringBuilder();
    private int position;

    private StringEscapes(String body, int line) {
        this.body = body;
        this.line = line;
    }

    static String unescape(String body, int line) {
        if (body.indexOf('\\') < 0) {
            return body;
        }
        StringEscapes escapes = new StringEscapes(body, line);
        while (escapes.position < body.length()) {
            escapes.readOne();
        }
        return escapes.out.toString();
    }

    private void readOne() {
        char c = body.charAt(position++);
        if (c != '\\') {
            out.append(c);
            return;
        }
        char escape = body.charAt(position++);
        switch (escape) {
            case '\n' -> {}
            case '\\', '\'', '"' -> out.append(escape);
            case 'a' -> out.append('\u0007');
            case 'b' -> out.append('\b');
            case 'f' -> out.append('\f');
            case 'n' -> out.append('\n');
            case 'r' -> out.append('\r');
            case 't' -> out.append('\t');
            case 'v' -> out.append('\u000b');
            case 'x' -> hex(2, "truncated \\xXX escape");
            case 'u' -> hex(4, "truncated \\uXXXX escape");
            case 'U' -> hex(8, "truncated \\UXXXXXXXX escape");
            case '0', '1', '2', '3', '4', '5', '6', '7' -> octal();
            default -> out.append('\\').append(escape);
        }
    }

    private void hex(int digits, String error) {
        int end = position + digits;
        long value = 0;
        for (; position < end; position++) {
            int digit = position < body.length() ? Character.digit(body.charAt(position), 16) : -1;
            if (digit < 0) {
                throw TemplateException.syntax(error, line);
            }
            value = value * 16 + digit;
        }
        if (value > Character.MAX_CODE_POINT) {
            throw TemplateException.syntax("illegal Unicode character", line);
        }
        out.appendCodePoint((int) value);
    }

    private void octal() {
        int value = 0;
        int end = Math.min(position + 2, body.length());
        position--;
        for (; position < end && body.charAt(position) >= '0' && body.charAt(position) <= '7'; position++) {
            value = value * 8 + body.charAt(position) - '0';
        }
        out.append((char) value);
    }
}
