package dev.steering.core.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.steering.core.SteeringException;
import org.jspecify.annotations.Nullable;

/**
 * The JSON description that a file of ours carries, and how to complain about it. Immutable and thread-safe.
 *
 * @param file the file, for people
 * @param kind what it is, such as {@code steering vector}
 * @param again what to do if it is damaged, a sentence: {@code Extract or copy it again.}
 * @param anew what to do if it is of a newer version: {@code extract the vector with this one}
 */
public record JsonDocument(String file, String kind, String again, String anew) {
    private static final JsonMapper READER = JsonMapper.builder()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /** JDK 17 and 19 print some doubles differently; this writer's result does not depend on the JDK. */
    private static final JsonMapper WRITER = JsonMapper.builder()
            .enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER)
            .build();

    /**
     * @param node a tree whose keys are in the order in which they are to be written
     * @return its text; the same tree gives the same text
     * @throws IllegalArgumentException if a string is not valid Unicode
     */
    public static String write(JsonNode node) {
        try {
            return WRITER.writeValueAsString(node);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("a string of the description is not valid Unicode", e);
        }
    }

    /**
     * Reads a description and its {@code format_version}.
     *
     * @param json its text
     * @param newest the newest version that can be read
     * @return the root object
     * @throws SteeringException if it is not a JSON object, or of a version that cannot be read
     */
    public JsonFields read(String json, int newest) {
        JsonFields root;
        try {
            root = new JsonFields(this, "", READER.readTree(json));
        } catch (JsonProcessingException e) {
            throw damaged("its description is not valid JSON: " + e.getOriginalMessage(), e);
        }
        int version = root.integer("format_version");
        if (version > newest) {
            throw new SteeringException(file + " is a " + kind + " of format version " + version
                    + ", but this program reads versions up to " + newest + ". Update the program, or " + anew + ".");
        }
        if (version < 1) {
            throw damaged("there is no format version " + version);
        }
        return root;
    }

    /**
     * @param problem what is wrong
     * @return a complaint about the file
     */
    public SteeringException damaged(String problem) {
        return damaged(problem, null);
    }

    private SteeringException damaged(String problem, @Nullable Exception cause) {
        return new SteeringException(file + " is not a valid " + kind + ": " + problem + ". " + again, cause);
    }
}
