package dev.steering.apply;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.core.AtomicFiles;
import dev.steering.core.BadFile;
import dev.steering.core.IoReason;
import dev.steering.core.files.FileMark;
import dev.steering.core.files.OutputRule;
import dev.steering.core.json.JsonDocument;
import dev.steering.core.json.JsonFields;
import dev.steering.core.json.UnknownKeys;
import dev.steering.model.chat.Turn;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * Conversations as JSON: an array of messages, or an object that holds it, as requests to language models and the contexts of chat
 * templates do.
 *
 * <pre>{@code
 * [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "What is a wasp?"}]
 * {"messages": [...], "answer": "An insect."}
 * }</pre>
 *
 * <p>Unknown keys are refused: tools, names or pictures that were left out would change what is asked. Stateless and thread-safe.
 */
public final class Conversations {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String MESSAGES = "messages";
    private static final String ANSWER = "answer";

    private static final FileMark KIND = FileMark.json("a conversation", MESSAGES);

    private Conversations() {}

    /**
     * @param file a file of JSON in UTF-8
     * @return its messages: an optional system message, then turns of which the last is the user's. An {@code answer} beside them is no
     *     part of the question
     * @throws BadFile if it cannot be read, or is something else; says which message, what was expected and what was found
     */
    public static List<Message> read(Path file) {
        try {
            return parse(file.toString(), Files.readString(file));
        } catch (NoSuchFileException e) {
            throw new BadFile("Cannot read the conversation " + file + ": there is no such file.", e);
        } catch (CharacterCodingException e) {
            throw new BadFile("Cannot read the conversation " + file + ": it is not UTF-8 text. Save it as UTF-8.", e);
        } catch (IOException e) {
            throw new BadFile("Cannot read the conversation " + file + ": " + IoReason.of(e), e);
        }
    }

    /**
     * @param name what to call the text in complaints
     * @param json a conversation
     * @return its messages, as {@link #read} has them
     * @throws BadFile if it is something else
     */
    public static List<Message> parse(String name, String json) {
        JsonDocument document = JsonDocument.whole(name, "conversation", UnknownKeys.REFUSE);
        return document.read(json, MESSAGES, Conversations::messages);
    }

    private static List<Message> messages(JsonFields root) {
        List<Message> messages = root.objects(
                MESSAGES, message -> new Message(message.choice("role", Role.values()), message.string("content")));
        if (root.has(ANSWER)) {
            String unused = root.string(ANSWER);
        }
        // Said by contexts of chat templates; anything but true would mean that nothing is to be answered.
        if (root.has("add_generation_prompt") && !root.bool("add_generation_prompt")) {
            throw root.wrong("add_generation_prompt", "true where an answer is wanted", "false");
        }
        Turn.requireQuestion(Message.turns(messages));
        return messages;
    }

    /**
     * Saves a conversation so that it can be answered again: if the model has spoken last, that message is kept beside the others, as
     * {@code answer}.
     *
     * @param file the file to create or replace
     * @param messages the conversation
     * @throws dev.steering.core.SteeringException if it holds no question, or the file cannot be written, is in a bundle or
     *     holds something else
     */
    public static void write(Path file, List<Message> messages) {
        OutputRule.STANDARD.requireFile(file, KIND);
        boolean answered =
                !messages.isEmpty() && messages.get(messages.size() - 1).role() == Role.ASSISTANT;
        List<Message> asked = answered ? messages.subList(0, messages.size() - 1) : messages;
        Turn.requireQuestion(Message.turns(asked));
        ObjectNode root = JSON.createObjectNode();
        ArrayNode array = root.putArray(MESSAGES);
        for (Message message : asked) {
            array.addObject().put("role", message.role().toString()).put("content", message.content());
        }
        if (answered) {
            root.put(ANSWER, messages.get(messages.size() - 1).content());
        }
        try {
            AtomicFiles.writeText(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n");
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
