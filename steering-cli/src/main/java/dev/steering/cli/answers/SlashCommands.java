package dev.steering.cli.answers;

import dev.steering.core.BadRequest;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** What can be told to the chat instead of the model: lines that begin with a slash. */
final class SlashCommands {
    private final Map<String, SlashCommand> commands;

    /**
     * One of them.
     *
     * @param name with its slash
     * @param argument what follows, for people; empty for nothing; in brackets if it may be missing
     * @param words what it does
     * @param action does it with what followed, without blanks around it
     */
    record SlashCommand(String name, String argument, String words, Consumer<String> action) {
        void run(String given) {
            if (given.isEmpty() && !argument.isEmpty() && !argument.startsWith("[")) {
                throw new BadRequest(name + " needs " + argument + ": " + words + ".");
            }
            if (!given.isEmpty() && argument.isEmpty()) {
                throw new BadRequest(name + " takes nothing behind it, found '" + given + "'.");
            }
            action.accept(given);
        }
    }

    /** The commands, in the order of the help. */
    SlashCommands(SlashCommand... commands) {
        this.commands = Arrays.stream(commands)
                .collect(Collectors.toMap(
                        SlashCommand::name, command -> command, (one, other) -> other, LinkedHashMap::new));
    }

    /**
     * @param line begins with a slash
     * @throws BadRequest if there is no such command, or it cannot be done
     */
    void run(String line) {
        String[] parts = line.strip().split("\\s+", 2);
        SlashCommand command = commands.get(parts[0]);
        if (command == null) {
            throw new BadRequest(
                    "There is no command " + parts[0] + ". There are " + String.join(", ", commands.keySet())
                            + "; a message that begins with a slash is written with two.");
        }
        command.run(parts.length == 1 ? "" : parts[1]);
    }

    List<String> help() {
        return commands.values().stream()
                .map(command -> String.format(
                        Locale.ROOT, "%-22s %s", command.name() + " " + command.argument(), command.words()))
                .toList();
    }
}
