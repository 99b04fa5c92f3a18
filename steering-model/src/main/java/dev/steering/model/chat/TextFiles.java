package dev.steering.model.chat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.steering.core.BadFile;
import dev.steering.core.IoReason;
import dev.steering.core.JsonMessages;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Small text files of strangers: strict UTF-8, a bounded size, and errors that name the file. */
final class TextFiles {
    /** Real ones have some kilobytes; a tokenizer_config.json with many added tokens has some hundred. */
    private static final long MAX_BYTES = 64L << 20;

    private static final ObjectMapper JSON = new ObjectMapper();

    private TextFiles() {}

    static String text(Path file) {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new BadFile(file + " has " + Files.size(file) + " bytes, expected at most " + MAX_BYTES
                        + ": it is not a chat template or a tokenizer's configuration.");
            }
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (CharacterCodingException e) {
            throw new BadFile(file + " is not UTF-8 text. Save it as UTF-8.", e);
        } catch (NoSuchFileException e) {
            throw new BadFile("Cannot read " + file + ": no such file.", e);
        } catch (IOException e) {
            throw new BadFile("Cannot read " + file + ": " + IoReason.of(e), e);
        }
    }

    /** The JSON object in the file, or an empty one if there is no such file. */
    static JsonNode objectOrEmpty(Path file) {
        if (!Files.isRegularFile(file)) {
            return JSON.createObjectNode();
        }
        try {
            JsonNode node = JSON.readTree(text(file));
            if (!node.isObject()) {
                throw new BadFile(file + " is not a JSON object.");
            }
            return node;
        } catch (JsonProcessingException e) {
            throw new BadFile(file + " is not valid JSON: " + JsonMessages.of(e), e);
        }
    }
}
