package dev.steering.cli.terminal;

import java.util.Map;
import java.util.regex.Pattern;

/** Messages without the names of Java's exceptions, which say nothing to who does not write Java. */
public final class PlainWords {
    private static final Pattern EXCEPTION =
            Pattern.compile("\\b(?:[a-z][a-z0-9]*\\.)+([A-Z]\\w*)(?:Exception|Error)\\b(?:: )?");

    private static final Map<String, String> WORDS = Map.of(
            "AccessDenied", "access is denied: ",
            "NoSuchFile", "there is no such file: ",
            "FileNotFound", "there is no such file: ",
            "NotDirectory", "it is no directory: ",
            "FileAlreadyExists", "it exists already: ",
            "DirectoryNotEmpty", "the directory is not empty: ",
            "MalformedInput", "it is not UTF-8: ",
            "EOF", "it ends too early: ",
            "UnknownHost", "there is no such host: ");

    private PlainWords() {}

    /**
     * @param message of a failure
     * @return the same with words in place of the exceptions that it names
     */
    public static String of(String message) {
        return EXCEPTION.matcher(message).replaceAll(found -> WORDS.getOrDefault(found.group(1), ""));
    }
}
