package dev.steering.langchain4j;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.steering.testkit.IntegrationLibraries;
import java.util.List;
import org.junit.jupiter.api.Test;

class LangChain4jLibrariesTest {
    @Test
    void whatIsOnTheClassPathIsOnTheListAndTheOtherWayRound() {
        assertEquals(List.of(), IntegrationLibraries.differences("langchain4j"));
    }
}
