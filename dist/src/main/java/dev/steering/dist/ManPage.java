package dev.steering.dist;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The manual page: the help of the command and of each of its commands, as they print it.
 *
 * @param steer the command
 */
record ManPage(Path steer) {
    private static final Pattern COMMAND = Pattern.compile("^  ([a-z][a-z-]*)(, [a-z-]+)*(  .*)?$", Pattern.MULTILINE);

    void write(Path page) throws IOException, InterruptedException {
        Files.createDirectories(page.toAbsolutePath().getParent());
        String main = help();
        StringBuilder roff =
                new StringBuilder(".TH STEER 1\n.SH NAME\nsteer \\- steering vectors for language models\n");
        section(roff, "SYNOPSIS", main);
        for (String command : commands(main)) {
            section(roff, "STEER " + command.toUpperCase(Locale.ROOT), help(command));
        }
        Files.writeString(page, roff);
    }

    /** The names at the beginning of the lines of the list of commands. */
    static List<String> commands(String help) {
        int list = help.indexOf("Commands:\n");
        if (list < 0) {
            throw new IllegalArgumentException("the help has no list of commands: " + help);
        }
        return COMMAND.matcher(help.substring(list))
                .results()
                .map(result -> result.group(1))
                .toList();
    }

    static void section(StringBuilder roff, String title, String text) {
        roff.append(".SH \"").append(title).append("\"\n.nf\n");
        text.lines().forEach(line -> roff.append(escaped(line)).append('\n'));
        roff.append(".fi\n");
    }

    /** A point or an apostrophe at the beginning of a line is a request, a backslash an escape, and a hyphen alone a dash. */
    private static String escaped(String line) {
        String text = line.replace("\\", "\\e").replace("-", "\\-");
        return text.startsWith(".") || text.startsWith("'") ? "\\&" + text : text;
    }

    private String help(String... command) throws IOException, InterruptedException {
        Path file = Files.createTempFile("steer-help", ".txt");
        try {
            String[] line = new String[command.length + 2];
            line[0] = steer.toString();
            System.arraycopy(command, 0, line, 1, command.length);
            line[line.length - 1] = "--help";
            MakeImage.run(file, line);
            return Files.readString(file);
        } finally {
            Files.delete(file);
        }
    }
}
