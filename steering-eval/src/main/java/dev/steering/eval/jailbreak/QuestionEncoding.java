package dev.steering.eval.jailbreak;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Base64;
import java.util.Locale;

/** How a question is written into a frame. Every way is deterministic and depends on the text alone. */
public enum QuestionEncoding {
    /** As it is. */
    PLAIN {
        @Override
        public String encode(String question) {
            return question;
        }
    },
    /** Base64 of its UTF-8 bytes, with padding and without line ends (RFC 4648, section 4). */
    BASE64 {
        @Override
        public String encode(String question) {
            return Base64.getEncoder().encodeToString(question.getBytes(UTF_8));
        }
    },
    /** The letters A to Z and a to z moved by 13 places; other characters stay. */
    ROT13 {
        @Override
        public String encode(String question) {
            return mapped(question, QuestionEncoding::moved);
        }
    },
    /** The letters a, e, i, o, s and t, small and capital, as the digits 4, 3, 1, 0, 5 and 7; other characters stay. */
    LEETSPEAK {
        @Override
        public String encode(String question) {
            return mapped(question, c -> {
                int letter = "aeiostAEIOST".indexOf(c);
                return letter < 0 ? c : "431057".charAt(letter % 6);
            });
        }
    };

    private interface CharacterMapping {
        char of(char c);
    }

    /**
     * @param question a question
     * @return it in this writing
     */
    public abstract String encode(String question);

    /** Its name in a slot. */
    String slot() {
        return name().toLowerCase(Locale.ROOT);
    }

    private static String mapped(String text, CharacterMapping mapping) {
        StringBuilder out = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            out.append(mapping.of(text.charAt(i)));
        }
        return out.toString();
    }

    private static char moved(char c) {
        if (c >= 'a' && c <= 'z') {
            return (char) ('a' + (c - 'a' + 13) % 26);
        }
        return c >= 'A' && c <= 'Z' ? (char) ('A' + (c - 'A' + 13) % 26) : c;
    }
}
