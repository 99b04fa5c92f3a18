package dev.steering.cli.terminal;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/**
 * Help that is as wide as the terminal. Commands describe themselves in lines that were broken by hand: they are put together and
 * broken again where the terminal ends. Lines of an example stay, or are continued as a shell continues them.
 */
public final class HelpText {
    private static final int LEAST = 55;
    private static final int MOST = 120;
    private static final String EXAMPLE = "Example:";
    private static final String CONTINUED = " \\";
    private static final String INDENT = "              ";

    private HelpText() {}

    /**
     * @param command the whole command; its subcommands are changed, too
     * @param columns of the terminal
     */
    public static void fit(CommandLine command, int columns) {
        int width = Math.max(LEAST, Math.min(MOST, columns));
        command.setUsageHelpWidth(width);
        describe(command, width);
    }

    private static void describe(CommandLine command, int width) {
        for (CommandLine subcommand : command.getSubcommands().values()) {
            CommandSpec spec = subcommand.getCommandSpec();
            UsageMessageSpec usage = spec.usageMessage();
            String[] lines = reflowed(List.of(usage.description()), width).toArray(String[]::new);
            usage.description(lines);
            if (lines.length > 0 && usage.header().length == 0) {
                // For the list of commands only: a command's own help says it in its description.
                usage.header(summary(lines[0]));
                List<String> sections = new ArrayList<>(subcommand.getHelpSectionKeys());
                sections.remove(UsageMessageSpec.SECTION_KEY_HEADER);
                subcommand.setHelpSectionKeys(sections);
            }
            describe(subcommand, width);
        }
    }

    /** The first sentence. */
    static String summary(String paragraph) {
        int end = paragraph.indexOf(". ");
        return end < 0 ? paragraph : paragraph.substring(0, end + 1);
    }

    static List<String> reflowed(List<String> lines, int width) {
        List<String> flowed = new ArrayList<>();
        boolean open = false;
        for (String line : lines) {
            boolean text = !line.isEmpty() && !line.startsWith(" ") && !line.startsWith(EXAMPLE);
            if (text && open) {
                flowed.set(flowed.size() - 1, flowed.get(flowed.size() - 1) + " " + line);
            } else if (text) {
                flowed.add(line);
            } else {
                flowed.addAll(continued(line, width));
            }
            open = text;
        }
        return flowed;
    }

    /** Broken at blanks outside of quotes; a line that has none stays as long as it is. */
    private static List<String> continued(String line, int width) {
        List<String> pieces = new ArrayList<>();
        String rest = line;
        while (rest.length() >= width) {
            int end = lastBlank(rest, width - CONTINUED.length() - 1);
            if (end < 0) {
                break;
            }
            pieces.add(rest.substring(0, end) + CONTINUED);
            rest = INDENT + rest.substring(end + 1);
        }
        pieces.add(rest);
        return pieces;
    }

    private static int lastBlank(String line, int limit) {
        int found = -1;
        boolean quoted = false;
        int from = Math.max(
                EXAMPLE.length() + 2, line.length() - line.stripLeading().length());
        for (int i = 0; i <= limit && i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '\'') {
                quoted = !quoted;
            } else if (c == ' ' && !quoted && i > from) {
                found = i;
            }
        }
        return found;
    }
}
