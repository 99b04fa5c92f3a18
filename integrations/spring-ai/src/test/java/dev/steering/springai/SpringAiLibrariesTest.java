package dev.steering.springai;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.steering.testkit.IntegrationLibraries;
import java.util.List;
import org.junit.jupiter.api.Test;

class SpringAiLibrariesTest {
    @Test
    void whatIsOnTheClassPathIsOnTheListAndTheOtherWayRound() {
        assertEquals(List.of(), IntegrationLibraries.differences("spring-ai"));
    }
}
