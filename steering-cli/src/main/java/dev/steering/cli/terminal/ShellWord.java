package dev.steering.cli.terminal;

import java.nio.file.Path;
import java.util.regex.Pattern;

/** Texts as words of a command that can be copied into a shell. */
public final class ShellWord {
    private static final Pattern PLAIN = Pattern.compile("[\\p{L}\\p{N}_@%+=:,./-]+");

    private ShellWord() {}

    /**
     * @param text any text
     * @return one word that a POSIX shell reads as that text: itself where nothing in it is special, else in single quotes
     */
    public static String quoted(String text) {
        return PLAIN.matcher(text).matches() ? text : "'" + text.replace("'", "'\\''") + "'";
    }

    /**
     * @param path of a file or directory
     * @return the same as one word, which no command takes for an option
     */
    public static String quoted(Path path) {
        String text = path.toString();
        return quoted(text.startsWith("-") ? "./" + text : text);
    }
}
