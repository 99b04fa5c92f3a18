package dev.steering.apply;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.core.BadFile;
import dev.steering.core.BadRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@link Conversations}: what is read and written, and what is not. */
class ConversationFilesTest {
    private static final List<Message> CONVERSATION = List.of(
            Message.system("Be brief."),
            Message.user("What is a \"wasp\"?"),
            Message.assistant("An insect,\nwith \u00e9lan."),
            Message.user("And a bee?"));
    private static final String ARRAY =
            "[{\"role\": \"system\", \"content\": \"Be brief.\"}, {\"role\": \"user\", \"content\": \"What is a \\\"wasp\\\"?\"},"
                    + " {\"role\": \"assistant\", \"content\": \"An insect,\\nwith \u00e9lan.\"}, {\"content\": \"And a bee?\", \"role\": \"user\"}]";

    @TempDir
    private Path directory;

    @Test
    void anArrayAndAnObjectThatHoldsItAreTheSame() {
        assertEquals(CONVERSATION, Conversations.parse("here", ARRAY));
        assertEquals(CONVERSATION, Conversations.parse("here", "{\"messages\": " + ARRAY + "}"));
        assertEquals(
                CONVERSATION,
                Conversations.parse("here", "{\"add_generation_prompt\": true, \"messages\": " + ARRAY + "}"));
    }

    @Test
    void whatIsWrittenIsReadAgain() throws IOException {
        Path file = directory.resolve("conversation.json");
        Conversations.write(file, CONVERSATION);
        assertEquals(CONVERSATION, Conversations.read(file));
        assertTrue(!Files.readString(file).contains("answer"), Files.readString(file));
    }

    @Test
    void theLastAnswerIsKeptBesideTheQuestion() throws IOException {
        Path file = directory.resolve("conversation.json");
        Conversations.write(file, CONVERSATION.subList(0, 3));
        assertEquals(CONVERSATION.subList(0, 2), Conversations.read(file));
        assertTrue(Files.readString(file).contains("\"answer\" : \"An insect,\\nwith \u00e9lan.\""));
    }

    @Test
    void whatHoldsNoQuestionIsNotWritten() {
        Path file = directory.resolve("nothing.json");
        BadRequest refused =
                assertThrows(BadRequest.class, () -> Conversations.write(file, List.of(Message.system("Be brief."))));
        assertEquals(
                "The conversation has no message of the user, so there is nothing to answer.", refused.getMessage());
        assertTrue(!Files.exists(file));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "3 | c.json is not a valid conversation: it must be an array, or an object with 'messages', found 3.",
                "null | c.json is not a valid conversation: it must be an array, or an object with 'messages', found null.",
                "`` | c.json is not a valid conversation: it must be an array, or an object with 'messages', found nothing.",
                "{} | c.json is not a valid conversation: 'messages' must be there, found nothing.",
                "{\"messages\": \"Hello\"} | c.json is not a valid conversation: 'messages' must be an array, found \"Hello\".",
                "[] | c.json: The conversation has no message of the user, so there is nothing to answer.",
                "[\"Hello\"] | c.json is not a valid conversation: 'messages[0]' must be an object, found \"Hello\".",
                "[{\"role\": \"user\", \"content\": \"a\"}, {\"role\": \"tool\", \"content\": \"b\"}] | c.json is not a valid conversation: 'messages[1].role' must be one of system, user, assistant, found \"tool\".",
                "[{\"content\": \"a\"}] | c.json is not a valid conversation: 'messages[0].role' must be there, found nothing.",
                "[{\"role\": \"user\"}] | c.json is not a valid conversation: 'messages[0].content' must be there, found nothing.",
                "[{\"role\": \"user\", \"content\": null}] | c.json is not a valid conversation: 'messages[0].content' must be a string, found null.",
                "[{\"role\": \"user\", \"content\": [{\"type\": \"text\"}]}] | c.json is not a valid conversation: 'messages[0].content' must be a string, found [{\"type\":\"text\"}].",
                "[{\"role\": \"user\", \"content\": \"a\", \"name\": \"b\"}] | c.json says 'messages[0].name', which this version does not know. Known here are role, content. Nothing in a conversation is ignored.",
                "{\"messages\": [{\"role\": \"user\", \"content\": \"a\"}], \"tools\": []} | c.json says 'tools', which this version does not know. Known here are messages, answer, add_generation_prompt. Nothing in a conversation is ignored.",
                "{\"messages\": [{\"role\": \"user\", \"content\": \"a\"}], \"answer\": 3} | c.json is not a valid conversation: 'answer' must be a string, found 3.",
                "{\"messages\": [{\"role\": \"user\", \"content\": \"a\"}], \"add_generation_prompt\": false} | c.json is not a valid conversation: 'add_generation_prompt' must be true where an answer is wanted, found false.",
                "[{\"role\": \"user\", \"content\": \"a\"}, {\"role\": \"assistant\", \"content\": \"b\"}] | c.json: The last message is the assistant's: there is nothing to answer. End with a message of the user.",
                "[{\"role\": \"user\", \"content\": \"a\"}, {\"role\": \"system\", \"content\": \"b\"}, {\"role\": \"user\", \"content\": \"c\"}] | c.json: Message 2 has the role 'system', expected user or assistant; a system message comes first or not at all.",
                "[{\"role\": \"user\", \"content\": \"a\"} | c.json is not a conversation: ",
                "[] [] | c.json is not a conversation: "
            })
    void wrongShapesAreNamed(String json, String message) {
        BadFile refused = assertThrows(BadFile.class, () -> Conversations.parse("c.json", json));
        if (message.endsWith(":")) {
            assertTrue(refused.getMessage().startsWith(message), refused.getMessage());
        } else {
            assertEquals(message, refused.getMessage());
        }
    }

    @Test
    void filesThatCannotBeReadAreNamed() throws IOException {
        Path missing = directory.resolve("missing.json");
        assertRefused(missing, "Cannot read the conversation " + missing + ": there is no such file.");
        assertRefused(directory, "Cannot read the conversation " + directory + ": ");
        Path latin = Files.write(directory.resolve("latin.json"), new byte[] {'[', '"', (byte) 0xe9, '"', ']'});
        assertRefused(latin, "Cannot read the conversation " + latin + ": it is not UTF-8 text. Save it as UTF-8.");
    }

    private static void assertRefused(Path file, String message) {
        String found =
                assertThrows(BadFile.class, () -> Conversations.read(file)).getMessage();
        assertTrue(found.startsWith(message), found);
    }
}
