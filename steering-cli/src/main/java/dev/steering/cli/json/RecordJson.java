package dev.steering.cli.json;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Result records as JSON: their components with names in snake_case, paths as strings, constants in lower case. What a record gets later
 * is there by itself. Stateless and thread-safe.
 */
public final class RecordJson {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .addModule(new SimpleModule()
                    .addSerializer(Path.class, new ToStringSerializer(Path.class))
                    .addSerializer(Enum.class, new LowerCase()))
            .build();

    private RecordJson() {}

    /**
     * @param value a record, list, map or constant
     * @return it as a tree
     */
    public static JsonNode tree(Object value) {
        return JSON.valueToTree(value);
    }

    /**
     * @param result a record
     * @return it as an object
     */
    public static ObjectNode object(Record result) {
        return JSON.valueToTree(result);
    }

    @SuppressWarnings("rawtypes") // as Jackson wants it
    private static final class LowerCase extends JsonSerializer<Enum> {
        @Override
        public void serialize(Enum constant, JsonGenerator to, SerializerProvider provider) throws IOException {
            to.writeString(constant.name().toLowerCase(Locale.ROOT));
        }
    }
}
