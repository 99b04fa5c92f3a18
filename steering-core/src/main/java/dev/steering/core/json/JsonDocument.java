package dev.steering.core.json;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.steering.core.BadFile;
import dev.steering.core.JsonMessages;
import java.util.Collection;
import java.util.function.Function;

/**
 * A JSON document and how to complain about it: the description that a tensor file of ours carries, or a file that is JSON
 * throughout. Keys given twice and text behind the document are always refused. Immutable and thread-safe.
 *
 * @param file the file, for people
 * @param kind what it is, such as {@code steering vector}
 * @param described whether the document is a description inside the file; otherwise it is the file
 * @param again what to do if it is damaged, a sentence: {@code Extract or copy it again.}; empty for nothing
 * @param anew what to do if it is of a newer version: {@code extract the vector with this one}
 * @param unknownKeys what is to become of keys that the reader does not ask for
 */
public record JsonDocument(
        String file, String kind, boolean described, String again, String anew, UnknownKeys unknownKeys) {
    /** What is shown of a value of the wrong kind. */
    private static final int SHOWN_CHARACTERS = 120;

    /** JDK 17 and 19 print some doubles differently; this writer's result does not depend on the JDK. */
    private static final JsonMapper WRITER = JsonMapper.builder()
            .enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER)
            .build();

    /**
     * @param file the file, for people
     * @param kind what it is
     * @param again what to do if it is damaged, a sentence
     * @param anew what to do if it is of a newer version
     * @return the description that a tensor file carries; keys that nobody asks for are left alone
     */
    public static JsonDocument description(String file, String kind, String again, String anew) {
        return new JsonDocument(file, kind, true, again, anew, UnknownKeys.IGNORE);
    }

    /**
     * @param file the file, for people
     * @param kind what it is
     * @param unknownKeys what is to become of keys that the reader does not ask for
     * @return a file that is JSON throughout
     */
    public static JsonDocument whole(String file, String kind, UnknownKeys unknownKeys) {
        return new JsonDocument(file, kind, false, "", "", unknownKeys);
    }

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
     * @param <T> what is read
     * @param json the document's text
     * @param read reads the root object; what it throws because its parts make no sense gets the place put in front
     * @return what was read
     * @throws BadFile if the text is not JSON, the root no object, a key missing, of another kind or unknown
     */
    public <T> T read(String json, Function<JsonFields, T> read) {
        return read(parse(json), read);
    }

    /**
     * @param <T> what is read
     * @param root the parsed document
     * @param read as in {@link #read(String, Function)}
     * @return what was read
     * @throws BadFile if the root is no object, a key missing, of another kind or unknown
     */
    public <T> T read(JsonNode root, Function<JsonFields, T> read) {
        return JsonFields.read(this, "", root, read);
    }

    /**
     * Reads a document that is a list, or an object that holds the list under a key; the list alone is read as that object.
     *
     * @param <T> what is read
     * @param json the document's text
     * @param key where the object has the list
     * @param read reads the object
     * @return what was read
     * @throws BadFile as {@link #read(String, Function)}, if the root is neither
     */
    public <T> T read(String json, String key, Function<JsonFields, T> read) {
        JsonNode root = parse(json);
        if (!root.isArray() && !root.isObject()) {
            throw damaged("it must be an array, or an object with '" + key + "', found "
                    + (root.isMissingNode() ? "nothing" : shown(root)));
        }
        JsonNode object = root.isArray() ? JsonNodeFactory.instance.objectNode().set(key, root) : root;
        return JsonFields.read(this, "", object, read);
    }

    /**
     * Reads a document that says its {@code format_version}.
     *
     * @param <T> what is read
     * @param json the document's text
     * @param newest the newest version that can be read
     * @param read reads the root object, which has been asked for its version
     * @return what was read
     * @throws BadFile as {@link #read(String, Function)}, or if it is of a version that cannot be read
     */
    public <T> T read(String json, int newest, Function<JsonFields, T> read) {
        return read(json, root -> {
            int version = root.integer("format_version");
            if (version > newest) {
                throw new PlacedBadFile(
                        file + " is a " + kind + " of format version " + version
                                + ", but this program reads versions up to " + newest + ". Update the program, or "
                                + anew + ".",
                        null);
            }
            if (version < 1) {
                throw damaged("there is no format version " + version);
            }
            return read.apply(root);
        });
    }

    private JsonNode parse(String json) {
        try {
            return StrictJson.MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            throw described
                    ? new PlacedBadFile(
                            file + " is not a valid " + kind + ": its description is not valid JSON: "
                                    + JsonMessages.of(e) + ". " + again,
                            e)
                    : new PlacedBadFile(file + " is not a " + kind + ": " + JsonMessages.of(e) + ".", e);
        }
    }

    /**
     * @param problem what is wrong
     * @return a complaint about the file
     */
    public BadFile damaged(String problem) {
        String sentence = file + " is not a valid " + kind + ": " + problem + ".";
        return new PlacedBadFile(again.isEmpty() ? sentence : sentence + " " + again, null);
    }

    BadFile notAnObject(String at, JsonNode found) {
        return at.isEmpty() && !described
                ? damaged("it must be an object, found " + shown(found))
                : wrong(at, "an object", found);
    }

    BadFile wrong(String at, String expected, JsonNode found) {
        return wrong(at, expected, shown(found));
    }

    BadFile wrong(String at, String expected, String found) {
        String whose = described ? "its description's '" : "'";
        return damaged(whose + at + "' must be " + expected + ", found " + found);
    }

    BadFile missing(String at) {
        return described ? damaged("its description has no '" + at + "'") : wrong(at, "there", "nothing");
    }

    BadFile unknown(String at, Collection<String> known) {
        return new PlacedBadFile(
                file + " says '" + at + "', which this version does not know. Known here are "
                        + String.join(", ", known) + ". Nothing in a " + kind.substring(kind.lastIndexOf(' ') + 1)
                        + " is ignored.",
                null);
    }

    /** A description may hold what should not be shown, such as prompts; a file that somebody wrote by hand is quoted. */
    private String shown(JsonNode found) {
        if (described) {
            return found.isNumber() ? found.asText() : found.getNodeType().toString();
        }
        String text = found.toString();
        return text.length() <= SHOWN_CHARACTERS ? text : text.substring(0, SHOWN_CHARACTERS) + "...";
    }
}
