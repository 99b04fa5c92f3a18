package dev.steering.cli.terminal;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** What is wrong with a command line: one line, and where to read on. */
public final class UsageErrors {
    /** How picocli names the values of an enum. */
    private static final Pattern CONSTANTS = Pattern.compile(
            "expected one of \\[(.*)] \\((?:case-insensitive|case-sensitive)\\) but was '(.*)'", Pattern.DOTALL);

    private static final Pattern FLAG =
            Pattern.compile("Invalid value for (option '[^']*').*: '(.*)' is not a boolean", Pattern.DOTALL);

    private static final Pattern PAIR = Pattern.compile(
            "Value for option (option '[^']*' \\(.*\\)) should be in KEY=VALUE format but was (.*)", Pattern.DOTALL);

    private static final Pattern EXCLUSIVE = Pattern.compile("Error: (.*)", Pattern.DOTALL);

    private UsageErrors() {}

    /**
     * @param e what picocli found
     * @return the exit code
     */
    public static int report(ParameterException e) {
        return report(message(e), e.getCommandLine());
    }

    /**
     * @param message what is wrong
     * @param command whose command line it is
     * @return the exit code
     */
    public static int report(String message, CommandLine command) {
        PrintWriter err = command.getErr();
        err.println("steer: " + Visible.line(message));
        err.println("See '" + command.getCommandSpec().qualifiedName() + " --help'.");
        return ExitCodes.USAGE;
    }

    private static String message(ParameterException e) {
        if (e instanceof UnmatchedArgumentException unmatched) {
            return unmatched(unmatched);
        }
        // What is missing may be there under a name with a slip in it.
        List<String> unknown =
                e instanceof MissingParameterException ? e.getCommandLine().getUnmatchedArguments() : List.of();
        if (!unknown.isEmpty()) {
            return unmatched(new UnmatchedArgumentException(e.getCommandLine(), unknown));
        }
        String text = words(String.valueOf(e.getMessage()));
        return text.endsWith(".") || text.endsWith("'") || text.endsWith(")") ? text : text + ".";
    }

    private static String unmatched(UnmatchedArgumentException e) {
        List<String> arguments = e.getUnmatched();
        String first = arguments.isEmpty() ? "" : arguments.get(0);
        String shown = ShellWord.quoted(first);
        String name = e.getCommandLine().getCommandSpec().qualifiedName();
        if (first.startsWith("-")) {
            boolean text = first.indexOf(' ') >= 0
                    || e.getCommandLine().getCommandSpec().positionalParameters().stream()
                            .anyMatch(p -> p.isMultiValue());
            String hint = text ? " A text that begins with '-' goes behind '--': " + name + " ... -- " + shown : "";
            return "There is no option " + shown + "." + similar(e) + hint;
        }
        boolean root = e.getCommandLine().getParent() == null;
        return (root ? "There is no command " + shown + "." : "Nothing is expected at " + shown + ".") + similar(e);
    }

    private static String similar(UnmatchedArgumentException e) {
        List<String> suggestions = e.getSuggestions();
        return suggestions.isEmpty() ? "" : " Did you mean " + String.join(" or ", suggestions) + "?";
    }

    /** What picocli says, without names that only programmers know. */
    static String words(String message) {
        Matcher constants = CONSTANTS.matcher(message);
        if (constants.find()) {
            return message.substring(0, constants.start()) + "expected "
                    + constants.group(1).toLowerCase(Locale.ROOT) + ", found '" + constants.group(2) + "'";
        }
        Matcher flag = FLAG.matcher(message);
        if (flag.matches()) {
            return "The " + flag.group(1) + " takes no value, found '" + flag.group(2) + "'";
        }
        Matcher pair = PAIR.matcher(message);
        if (pair.matches()) {
            return "Invalid value for " + pair.group(1) + ": expected a name, '=' and a value, found '" + pair.group(2)
                    + "'";
        }
        Matcher exclusive = EXCLUSIVE.matcher(message);
        return exclusive.matches() ? exclusive.group(1) : message;
    }
}
