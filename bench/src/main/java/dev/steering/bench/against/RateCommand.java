package dev.steering.bench.against;

import dev.steering.core.BadRequest;
import dev.steering.core.IoReason;
import dev.steering.core.SteeringException;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A command of the user's own, run by the system's shell, that prints a number of tokens per second. Standard output and standard error
 * are read together, and the last such number counts: engines print what they read before what they wrote.
 */
public final class RateCommand {
    /** {@code 41.5 tokens/s} and the like, {@code "avg_ts": 41.5}, and the last cell of a Markdown table, {@code 41.5 ± 0.3 |}. */
    private static final Pattern USUAL = Pattern.compile("([0-9]+(?:\\.[0-9]+)?)\\s*(?:±\\s*[0-9.]+\\s*)?"
            + "(?:tokens?/s|tokens? per second|toks?/s|t/s)|\"avg_ts\"\\s*:\\s*([0-9]+(?:\\.[0-9]+)?)"
            + "|\\|\\s*([0-9]+(?:\\.[0-9]+)?)\\s*±\\s*[0-9.]+\\s*\\|\\s*$");

    private static final int SHOWN = 400;

    private final String command;
    private final Pattern pattern;

    private RateCommand(String command, Pattern pattern) {
        this.command = command;
        this.pattern = pattern;
    }

    /**
     * @param command a line for the shell
     * @return that command, whose rate is found by its unit
     */
    public static RateCommand of(String command) {
        return new RateCommand(command, Pattern.compile(USUAL.pattern(), Pattern.CASE_INSENSITIVE | Pattern.MULTILINE));
    }

    /**
     * @param command a line for the shell
     * @param regex a regular expression whose first group is the rate
     * @return that command
     * @throws BadRequest if it is none, or has no group
     */
    public static RateCommand of(String command, String regex) {
        try {
            Pattern pattern = Pattern.compile(regex, Pattern.MULTILINE);
            if (pattern.matcher("").groupCount() < 1) {
                throw new BadRequest("The pattern '" + regex + "' has no group: expected one around the number, as in"
                        + " 'eval.* ([0-9.]+) tokens'.");
            }
            return new RateCommand(command, pattern);
        } catch (PatternSyntaxException e) {
            throw new BadRequest(
                    "The pattern '" + regex + "' is no regular expression: " + e.getDescription() + ".", e);
        }
    }

    /** @return the line for the shell */
    public String command() {
        return command;
    }

    /**
     * Runs it.
     *
     * @return tokens per second
     * @throws SteeringException if it cannot be run, fails, or prints no such number
     */
    public double run() {
        boolean windows =
                System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("windows");
        List<String> line = windows ? List.of("cmd", "/c", command) : List.of("sh", "-c", command);
        try {
            Process process = new ProcessBuilder(line)
                    .redirectErrorStream(true)
                    .redirectInput(ProcessBuilder.Redirect.from(new File(windows ? "NUL" : "/dev/null")))
                    .start();
            try (InputStream in = process.getInputStream()) {
                String output = new String(in.readAllBytes(), StandardCharsets.UTF_8);
                return rate(process.waitFor(), output);
            } finally {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
        } catch (IOException e) {
            throw new SteeringException("Cannot run '" + command + "': " + IoReason.of(e) + ".", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SteeringException("Interrupted while '" + command + "' ran.", e);
        }
    }

    private double rate(int code, String output) {
        if (code != 0) {
            throw new SteeringException("The command '" + command + "' ended with exit code " + code + said(output)
                    + " Try it alone first.");
        }
        double rate = last(output);
        if (rate <= 0) {
            throw new SteeringException("The command '" + command + "' printed no tokens per second" + said(output)
                    + " Expected something like '41.5 tokens/s'; a pattern of your own finds other forms.");
        }
        return rate;
    }

    /** The last rate of an output; 0 if there is none. */
    double last(String output) {
        double rate = 0;
        Matcher matcher = pattern.matcher(output);
        while (matcher.find()) {
            for (int group = 1; group <= matcher.groupCount(); group++) {
                if (matcher.group(group) != null) {
                    rate = number(matcher.group(group));
                }
            }
        }
        return rate;
    }

    private double number(String text) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            throw new BadRequest(
                    "The pattern finds '" + text + "' in what '" + command + "' prints: expected a number.", e);
        }
    }

    private static String said(String output) {
        String end = output.strip();
        return end.isEmpty()
                ? " and printed nothing."
                : ". Its last words: " + end.substring(Math.max(0, end.length() - SHOWN)) + ".";
    }
}
