package dev.steering.template;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Text that is marked as safe escapes what is added to it, as in jinja2: see the resources' README. */
class MarkupTest {
    @Test
    void addsAndKeepsWhatJinja2Does() {
        JsonNode cases = JinjaCases.json(Path.of("src/test/resources/jinja-cases/markup.json"));
        assertTrue(cases.size() > 20);
        for (JsonNode each : cases) {
            String template = each.get(0).asText();
            String rendered = ChatTemplate.parse(template).render(Map.of("x", "<i>", "messages", List.of()));
            assertEquals(each.get(1).asText(), rendered, template);
        }
    }
}
