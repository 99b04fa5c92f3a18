package dev.steering.cli;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.cli.terminal.LongWork;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class LongWorkTest {
    @Test
    void everyLongCommandSaysInWordsWhatIsKept() {
        List<CommandLine> commands = Steer.commandLine().getSubcommands().values().stream()
                .filter(command -> command.getCommand() instanceof LongWork)
                .toList();
        assertFalse(commands.isEmpty());
        for (CommandLine command : commands) {
            LongWork work = command.getCommand();
            String kept = work.kept();
            assertTrue(kept.matches("[^@]{20,}[.]"), command.getCommandName() + ": " + kept);
        }
    }
}
