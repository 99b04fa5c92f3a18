package dev.steering.cli.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ReadableArgumentsTest {
    private static final String ASCII = "ANSI_X3.4-1968";

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void whatJavaCouldReadIsFine() {
        assertNull(ReadableArguments.problem(new String[] {"naïve 模型?"}, "UTF-8", utf8("java\0naïve 模型?")));
        assertNull(ReadableArguments.problem(new String[] {"who?"}, ASCII, utf8("java\0who?")));
        assertNull(ReadableArguments.problem(new String[] {}, ASCII, new byte[0]));
    }

    @Test
    void aQuestionMarkForALetterIsNoted() {
        String problem = ReadableArguments.problem(new String[] {"na??ve"}, ASCII, utf8("java\0naïve"));
        assertTrue(String.valueOf(problem).contains("as ANSI_X3.4-1968 here"), problem);
        assertTrue(String.valueOf(problem).contains("LC_ALL=C.UTF-8"), problem);
        String latin = ReadableArguments.problem(new String[] {"naÃ¯ve"}, "ISO-8859-1", utf8("java\0naïve"));
        assertTrue(String.valueOf(latin).contains("as ISO-8859-1 here"), latin);
    }

    @Test
    void whatCouldNotBeReadIsShownWithoutControlCharacters() {
        String problem =
                ReadableArguments.problem(new String[] {"generate", "na\uFFFDve\u001b[2J"}, "UTF-8", new byte[0]);
        assertTrue(String.valueOf(problem).contains("'na\uFFFDve\uFFFD[2J'"), problem);
        assertEquals(-1, String.valueOf(problem).indexOf('\u001b'));
    }
}
