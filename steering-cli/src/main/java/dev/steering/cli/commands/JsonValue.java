package dev.steering.cli.commands;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.steering.core.json.StrictJson;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A value given as JSON on the command line. Only JSON: {@code False} taken for a text would be true to a template.
 *
 * @param value null, or a string, number, boolean, list or map
 */
record JsonValue(@Nullable Object value) {
    /** The value as it is given again. */
    String text() {
        try {
            return StrictJson.MAPPER.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Reads the value. */
    static final class Converter implements ITypeConverter<JsonValue> {
        @Override
        public JsonValue convert(String text) {
            try {
                return new JsonValue(StrictJson.MAPPER.readValue(text, Object.class));
            } catch (JsonProcessingException e) {
                throw new TypeConversionException(
                        "expected JSON such as false, 3 or \"text\" with its quotes, found '" + text + "'");
            }
        }
    }

    /** Reads the name in front of the value. */
    static final class Name implements ITypeConverter<String> {
        @Override
        public String convert(String text) {
            if (!text.matches("[A-Za-z_][A-Za-z_0-9]*")) {
                throw new TypeConversionException("expected the name of a variable, found '" + text + "'");
            }
            return text;
        }
    }
}
