package dev.steering.model.chat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.MapType;
import dev.steering.core.BadFile;
import dev.steering.core.IoReason;
import dev.steering.core.JsonMessages;
import dev.steering.core.SteeringException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Variables of a chat template as JSON gives them. Stateless and thread-safe. */
public final class TemplateContext {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
    private static final MapType MAP =
            JSON.getTypeFactory().constructMapType(LinkedHashMap.class, String.class, Object.class);

    /** What a template can walk through; jinja2 and our interpreter end soon after. */
    private static final int MAX_NESTING = 100;

    private TemplateContext() {}

    /**
     * @param file a JSON object from variable to value
     * @return the variables, in the file's order; null is Python's None
     * @throws SteeringException if it cannot be read or is something else
     */
    public static Map<String, @Nullable Object> read(Path file) {
        try {
            return parse(file.toString(), Files.readAllBytes(file));
        } catch (NoSuchFileException e) {
            throw new BadFile("Cannot read " + file + ": no such file.", e);
        } catch (IOException e) {
            throw new BadFile("Cannot read " + file + ": " + IoReason.of(e), e);
        }
    }

    /**
     * @param where what the bytes are, for messages
     * @param utf8 a JSON object from variable to value
     * @return the variables, in the same order; null is Python's None
     * @throws SteeringException if it is something else
     */
    public static Map<String, @Nullable Object> parse(String where, byte[] utf8) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(utf8))
                    .toString();
            Map<String, @Nullable Object> variables = JSON.readValue(text, MAP);
            if (variables == null) {
                throw new BadFile(where + " is null, expected a JSON object from variable to value.");
            }
            if (depth(variables, 0) > MAX_NESTING) {
                throw new BadFile(where + " is nested more than " + MAX_NESTING + " deep, which no template needs.");
            }
            return variables;
        } catch (CharacterCodingException e) {
            throw new BadFile(where + " is not UTF-8 text. Save it as UTF-8.", e);
        } catch (JsonProcessingException e) {
            throw new BadFile(
                    where + " is not a JSON object from variable to value, such as {\"messages\": [{\"role\": \"user\","
                            + " \"content\": \"Hello\"}], \"add_generation_prompt\": true}: " + JsonMessages.of(e),
                    e);
        }
    }

    /** @return one question of a user, up to where the answer begins */
    public static Map<String, @Nullable Object> sample() {
        Map<String, @Nullable Object> variables = new LinkedHashMap<>();
        variables.put("messages", List.of(Map.of("role", "user", "content", "How do I bake bread?")));
        variables.put("add_generation_prompt", true);
        return variables;
    }

    /** @return the same with begin and end tokens, for a template without a tokenizer */
    public static Map<String, @Nullable Object> sampleWithTokens() {
        Map<String, @Nullable Object> variables = sample();
        variables.put("bos_token", "<s>");
        variables.put("eos_token", "</s>");
        return variables;
    }

    private static int depth(@Nullable Object value, int above) {
        int deepest = above;
        if (above <= MAX_NESTING && value instanceof Map<?, ?> map) {
            for (Object item : map.values()) {
                deepest = Math.max(deepest, depth(item, above + 1));
            }
        } else if (above <= MAX_NESTING && value instanceof List<?> list) {
            for (Object item : list) {
                deepest = Math.max(deepest, depth(item, above + 1));
            }
        }
        return deepest;
    }
}
