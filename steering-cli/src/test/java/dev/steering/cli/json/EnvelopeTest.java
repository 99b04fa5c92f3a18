package dev.steering.cli.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.junit.jupiter.api.Test;

class EnvelopeTest {
    private static ObjectNode node() {
        return JsonNodeFactory.instance.objectNode();
    }

    @Test
    void numbersThatAreNoneAreNullWithTheReason() {
        ObjectNode result = node().put("auc", Double.NaN).put("layers", 2);
        result.putArray("norms").add(1.5).add(Double.POSITIVE_INFINITY);
        result.putArray("sets").addObject().put("rate", Float.NaN);
        assertEquals(
                "{\"steer\":\"1\",\"command\":\"eval\",\"format\":1,\"auc\":null,\"auc_reason\":\"not a number\",\"layers\":2,"
                        + "\"norms\":[1.5,null],\"norms_reason\":\"infinite\","
                        + "\"sets\":[{\"rate\":null,\"rate_reason\":\"not a number\"}],\"warnings\":[\"careful\"]}",
                Envelope.line("1", "eval", result, List.of("careful")));
    }

    @Test
    void aResultCannotReplaceTheEnvelope() {
        for (String key : List.of("steer", "command", "format", "warnings")) {
            ObjectNode result = node().put(key, "mine");
            assertThrows(IllegalArgumentException.class, () -> Envelope.line("1", "x", result, List.of()), key);
        }
    }
}
