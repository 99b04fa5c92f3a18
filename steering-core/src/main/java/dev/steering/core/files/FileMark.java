package dev.steering.core.files;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.steering.core.SteeringException;
import dev.steering.core.safetensors.SafetensorsFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A kind of file that this program writes, told by how such a file begins. Immutable and thread-safe.
 *
 * @param words what it is, with its article, for messages
 * @param mark how it is recognised
 */
public record FileMark(String words, Mark mark) {
    private static final int SAMPLE = 4096;

    /** How a file is recognised. */
    @FunctionalInterface
    public interface Mark {
        /**
         * @param file a regular file that is not empty
         * @return whether it is of the kind
         * @throws IOException if it cannot be read
         */
        boolean isIn(Path file) throws IOException;
    }

    /**
     * @param words what it is, with its article
     * @param key a key that its metadata has
     * @return a kind of safetensors file
     */
    public static FileMark safetensors(String words, String key) {
        return new FileMark(words, file -> SafetensorsFile.open(file).metadata().containsKey(key));
    }

    /**
     * @param words what it is, with its article
     * @param keys keys that its outermost object has
     * @return a kind of JSON document, or of JSON lines, of which the first is looked at
     */
    public static FileMark json(String words, String... keys) {
        List<String> all = List.of(keys);
        return new FileMark(words, file -> keys(file).containsAll(all));
    }

    /**
     * @param words what it is, with its article
     * @param starts how such a file may begin, in ISO 8859-1
     * @return a kind of file that begins with one of these
     */
    public static FileMark beginning(String words, String... starts) {
        return new FileMark(words, file -> {
            String head = new String(head(file), StandardCharsets.ISO_8859_1);
            return Arrays.stream(starts).anyMatch(head::startsWith);
        });
    }

    /**
     * @param file a regular file
     * @return whether it is of this kind, or empty; not if that cannot be told
     */
    public boolean recognises(Path file) {
        try {
            return Files.size(file) == 0 || mark.isIn(file);
        } catch (IOException | SteeringException e) {
            return false;
        }
    }

    /** What a file is that is not of the kind that was hoped for. */
    static String describe(Path file) {
        try {
            SafetensorsFile tensors = SafetensorsFile.open(file);
            return "a safetensors file of " + tensors.tensors().size() + " tensors";
        } catch (SteeringException e) {
            try {
                return describe(head(file));
            } catch (IOException unreadable) {
                return "a file that cannot be read";
            }
        }
    }

    private static String describe(byte[] head) {
        for (byte b : head) {
            if (b >= 0 && b < ' ' && b != '\n' && b != '\r' && b != '\t' && b != '\f') {
                return "a binary file";
            }
        }
        String text = new String(head, StandardCharsets.UTF_8).stripLeading();
        return text.startsWith("{") || text.startsWith("[") ? "a JSON file" : "a text file";
    }

    private static byte[] head(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(SAMPLE);
        }
    }

    private static Set<String> keys(Path file) throws IOException {
        Set<String> keys = new HashSet<>();
        try (InputStream in = Files.newInputStream(file);
                JsonParser parser = new JsonFactory().createParser(in)) {
            if (parser.nextToken() == JsonToken.START_OBJECT) {
                while (parser.nextToken() == JsonToken.FIELD_NAME) {
                    keys.add(parser.currentName());
                    parser.nextToken();
                    parser.skipChildren();
                }
            }
        }
        return keys;
    }
}
