package dev.steering.cli;

import static dev.steering.cli.CommandRun.steer;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.steering.apply.MethodRegistry;
import org.junit.jupiter.api.Test;

class MethodsCommandTest {
    @Test
    void listsEveryMethodWithWhatItLooksAt() {
        String out = steer("methods").assertSucceeds().out();
        for (String name : MethodRegistry.names()) {
            assertTrue(
                    out.lines()
                            .anyMatch(line -> line.startsWith(name + " ")
                                    && line.contains(MethodRegistry.get(name).words())),
                    name);
        }
        assertTrue(out.contains("    vector             the steering vector (needed)"), out);
        assertTrue(
                out.contains(
                        "    threshold=         score from which a prompt is called harmful, -1 to 1; default: the"),
                out);
        assertTrue(out.contains("    times=             how often the question is asked, at least 1; default: 2"), out);
    }

    @Test
    void describesThoseThatAreNamed() {
        String out = steer("methods", "ablate", "prompt").assertSucceeds().out();
        assertTrue(out.startsWith("ablate "), out);
        assertTrue(out.contains(System.lineSeparator() + "prompt "), out);
        assertFalse(out.contains("scans"), out);
        steer("methods", "magic").assertFails("There is no method 'magic'. There are default, prompt,");
    }

    @Test
    void tellsPrograms() throws JsonProcessingException {
        JsonNode all = new ObjectMapper()
                .readTree(steer("methods", "--json").assertSucceeds().out())
                .get("methods");
        assertEquals(MethodRegistry.names().size(), all.size());
        JsonNode scans = new ObjectMapper()
                .readTree(steer("methods", "scans", "--json").assertSucceeds().out())
                .at("/methods/0");
        assertEquals("scans", scans.get("name").textValue());
        assertEquals("alpha", scans.get("strength").textValue());
        JsonNode vector = scans.get("options").get(0);
        assertEquals("vector", vector.get("name").textValue());
        assertTrue(vector.get("needed").booleanValue());
        assertFalse(vector.get("text").booleanValue());
        JsonNode ablate = all.get(MethodRegistry.names().indexOf("ablate"));
        assertTrue(ablate.get("strength").isNull(), "it has none");
    }
}
