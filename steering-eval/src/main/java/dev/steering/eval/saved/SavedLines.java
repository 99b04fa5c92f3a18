package dev.steering.eval.saved;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.steering.core.BadFile;
import dev.steering.core.IoReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a finished run has left as JSON lines. Stateless and thread-safe. */
final class SavedLines {
    private static final ObjectMapper JSON = new ObjectMapper();

    private SavedLines() {}

    /**
     * @param file a file that a run may have left
     * @return its lines; none if there is no such file
     * @throws BadFile if one of them is no JSON object, or the file cannot be read
     */
    static List<JsonNode> read(Path file) {
        List<JsonNode> lines = new ArrayList<>();
        if (!Files.isRegularFile(file)) {
            return lines;
        }
        try {
            for (String line : Files.readAllLines(file)) {
                JsonNode json = JSON.readTree(line);
                if (!json.isObject()) {
                    throw damaged(file, lines.size() + 1, "something else", null);
                }
                lines.add(json);
            }
        } catch (IOException e) {
            throw damaged(file, lines.size() + 1, IoReason.of(e), e);
        }
        return lines;
    }

    private static BadFile damaged(Path file, int line, String found, @Nullable Exception cause) {
        String message = file + ", line " + line + ": expected a JSON object in every line, found " + found
                + ". Let the run that writes it come to its end first; if it has, run it again, or delete the file and go without it.";
        return cause == null ? new BadFile(message) : new BadFile(message, cause);
    }
}
