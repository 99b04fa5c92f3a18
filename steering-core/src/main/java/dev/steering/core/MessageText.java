package dev.steering.core;

/**
 * What a message may hold. It quotes what was found, and what was found may be as long as a file and hold anything: here it becomes
 * something that people can read and terminals can show.
 */
final class MessageText {
    /** A path of the longest kind fits. */
    private static final int LONGEST_WORD = 400;

    private static final int SHOWN_OF_WORD = 120;
    private static final int LONGEST = 3000;
    private static final int SHOWN_OF_END = 500;

    private MessageText() {}

    static String of(String message) {
        String text = withoutControls(message.length() > LONGEST ? withShortWords(message) : message);
        if (text.length() <= LONGEST) {
            return text;
        }
        int begin = boundary(text, LONGEST - SHOWN_OF_END);
        return text.substring(0, begin) + " ... " + text.substring(boundary(text, text.length() - SHOWN_OF_END));
    }

    /** Words have spaces between them, which a value that was found need not have. */
    private static String withShortWords(String message) {
        StringBuilder text = new StringBuilder();
        int start = 0;
        while (start < message.length()) {
            int end = start;
            while (end < message.length() && !Character.isWhitespace(message.charAt(end))) {
                end++;
            }
            if (end - start > LONGEST_WORD) {
                text.append(message, start, boundary(message, start + SHOWN_OF_WORD))
                        .append("...");
                text.append(message, boundary(message, end - 3), end);
            } else {
                text.append(message, start, end);
            }
            if (end < message.length()) {
                text.append(message.charAt(end));
            }
            start = end + 1;
        }
        return text.toString();
    }

    /** Never between the halves of a character. */
    private static int boundary(String text, int index) {
        return Character.isLowSurrogate(text.charAt(index)) ? index - 1 : index;
    }

    /** A terminal obeys control characters; a message only shows them. */
    private static String withoutControls(String message) {
        StringBuilder text = null;
        for (int i = 0; i < message.length(); i++) {
            char c = message.charAt(i);
            boolean control = Character.isISOControl(c) && c != '\n' && c != '\t' && c != '\r';
            if (control && text == null) {
                text = new StringBuilder(message.substring(0, i));
            }
            if (text != null) {
                if (control) {
                    text.append("\\u").append(Integer.toHexString(0x10000 | c), 1, 5);
                } else {
                    text.append(c);
                }
            }
        }
        return text == null ? message : text.toString();
    }
}
