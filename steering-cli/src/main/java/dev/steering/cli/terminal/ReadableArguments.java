package dev.steering.cli.terminal;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Whether Java could read the command line. It decodes the arguments' bytes as the locale says, before any program is asked, and
 * what it cannot decode is U+FFFD, or in the locale C a question mark like any other.
 */
public final class ReadableArguments {
    /** What the arguments were before Java decoded them; on Linux only, elsewhere they are UTF-8 or UTF-16 anyway. */
    private static final Path BYTES = Path.of("/proc/self/cmdline");

    private ReadableArguments() {}

    /**
     * @param arguments of the program
     * @return what is wrong with them and what to do; null if nothing is
     */
    public static @Nullable String problem(String[] arguments) {
        return problem(arguments, System.getProperty("sun.jnu.encoding", "UTF-8"), bytes());
    }

    static @Nullable String problem(String[] arguments, String encoding, byte[] bytes) {
        boolean utf8 =
                Charset.isSupported(encoding) && Charset.forName(encoding).equals(StandardCharsets.UTF_8);
        if (!utf8 && hasOtherThanAscii(bytes)) {
            return "Java reads the command line as " + encoding + " here, but it has letters in it that are not ASCII."
                    + " Start Steer by its launcher, the script 'steer', or set LC_ALL=C.UTF-8.";
        }
        return Arrays.stream(arguments)
                .filter(argument -> argument.indexOf('\uFFFD') >= 0)
                .findFirst()
                .map(argument -> "An argument is not UTF-8, or holds U+FFFD, the sign for what could not be read: '"
                        + Visible.line(argument)
                        + "'. Give the text as UTF-8, on standard input or in a file for example; rename a file whose name"
                        + " is in another encoding.")
                .orElse(null);
    }

    private static boolean hasOtherThanAscii(byte[] bytes) {
        for (byte b : bytes) {
            if (b < 0) {
                return true;
            }
        }
        return false;
    }

    private static byte[] bytes() {
        try {
            return Files.readAllBytes(BYTES);
        } catch (IOException e) {
            return new byte[0];
        }
    }
}
