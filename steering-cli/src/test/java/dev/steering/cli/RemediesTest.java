package dev.steering.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.cli.terminal.Remedies;
import dev.steering.core.BadFile;
import dev.steering.core.BadRequest;
import dev.steering.core.Remedy;
import dev.steering.core.SteeringException;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import picocli.CommandLine;

class RemediesTest {
    private static final Pattern COMMAND = Pattern.compile("'steer ([a-z-]+)([^']*)'");
    private static final Pattern OPTION = Pattern.compile("--[a-z-]+");

    @ParameterizedTest
    @EnumSource(Remedy.class)
    void everyRemedyNamesCommandsAndOptionsThatThereAre(Remedy remedy) {
        String words = Remedies.message("It failed.", remedy).substring("It failed.".length());

        Set<String> known = new TreeSet<>();
        for (CommandLine command : Steer.commandLine().getSubcommands().values()) {
            known.addAll(command.getCommandSpec().optionsMap().keySet());
        }
        OPTION.matcher(words).results().map(MatchResult::group).forEach(o -> assertTrue(known.contains(o), words));
        COMMAND.matcher(words).results().forEach(found -> {
            CommandLine command = Steer.commandLine().getSubcommands().get(found.group(1));
            assertTrue(command != null, words);
            OPTION.matcher(found.group(2))
                    .results()
                    .map(MatchResult::group)
                    .forEach(o ->
                            assertTrue(command.getCommandSpec().optionsMap().containsKey(o), words));
        });
        assertTrue(COMMAND.matcher(words).find() || OPTION.matcher(words).find(), words);
    }

    @Test
    void theRemedyOfACauseIsSaidToo() {
        SteeringException cause = new BadFile("No plan.").withRemedy(Remedy.SAVE_PLAN);

        assertEquals(
                "Cannot answer: No plan. ('steer generate --save-plan' writes one.)",
                Remedies.message(new BadRequest("Cannot answer: No plan.", cause)));
        assertEquals(
                "Cannot answer. (Give one with --vector.)",
                Remedies.message(new BadRequest("Cannot answer.", cause).withRemedy(Remedy.GIVE_VECTOR)));
        assertEquals("Cannot answer.", Remedies.message(new BadRequest("Cannot answer.")));
    }
}
