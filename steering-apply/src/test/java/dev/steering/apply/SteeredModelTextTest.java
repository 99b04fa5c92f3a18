package dev.steering.apply;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.apply.testing.DemoModel;
import dev.steering.apply.testing.SteeredDemo;
import dev.steering.core.BadRequest;
import dev.steering.model.chat.ChatModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How an answer's text is sampled, cut and streamed. */
class SteeredModelTextTest {
    private static final String PROMPT = "What is a wasp?";

    @TempDir
    private static Path directory;

    private static ChatModel chat;
    private static SteeredModel model;

    @BeforeAll
    static void open() {
        chat = DemoModel.open(directory);
        model = SteeredModel.builder(chat).build();
    }

    @AfterAll
    static void close() {
        model.close();
    }

    private static GenerationOptions.Builder options() {
        return GenerationOptions.builder().maxNewTokens(24);
    }

    private static ChatRequest request(GenerationOptions options) {
        return ChatRequest.builder(PROMPT).options(options).build();
    }

    private static ChatResponse ended(ChatStream stream) {
        return ended(stream.response().toCompletableFuture());
    }

    private static ChatResponse ended(CompletableFuture<ChatResponse> response) {
        try {
            return response.get(30, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void streamedPiecesAreTheText() {
        List<String> pieces = Collections.synchronizedList(new ArrayList<>());
        ChatResponse response = ended(model.stream(request(options().build()), pieces::add));
        assertEquals(model.chat(request(options().build())), response);
        assertEquals(response.text(), String.join("", pieces));
        assertTrue(pieces.size() > 5, "piece by piece: " + pieces);
        assertTrue(pieces.stream().noneMatch(String::isEmpty), "no empty pieces: " + pieces);
    }

    /** Every part of an answer as its stop text: within a token, over several, at the beginning and the end. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 12})
    void aStopTextEndsAnAnswerWhereItBeginsAndIsNeverStreamed(int length) {
        String full = model.chat(request(options().build())).text();
        assertTrue(full.length() > 30, full);
        for (int at = 0; at + length <= full.length(); at++) {
            String stop = full.substring(at, at + length);
            String expected = full.substring(0, full.indexOf(stop));
            StringBuilder streamed = new StringBuilder();
            ChatResponse response =
                    ended(model.stream(request(options().stop(stop).build()), streamed::append));
            assertEquals(expected, response.text());
            assertEquals(expected, streamed.toString());
            assertEquals(FinishReason.STOP, response.finish());
            assertEquals(stop, response.stopMatched());
        }
    }

    @Test
    void ofSeveralStopTextsTheFirstInTheTextCounts() {
        String full = model.chat(request(options().build())).text();
        String early = full.substring(6, 9);
        String late = full.substring(20, 25);
        assertTrue(full.indexOf(early) < full.indexOf(late), full);
        ChatResponse response =
                model.chat(request(options().stop(late, "not there", early).build()));
        assertEquals(full.substring(0, full.indexOf(early)), response.text());
        assertEquals(early, response.stopMatched());
        assertTrue(response.usage().completionTokens() < 24, "nothing is written after it");
    }

    /** The answer ends in what a stop text begins with: it is held back while more could come, then told. */
    @Test
    void whatIsHeldBackComesAtTheEnd() {
        ChatResponse full = model.chat(request(options().build()));
        for (int kept = 1; kept < 12; kept++) {
            String stop = full.text().substring(full.text().length() - kept) + "\u0000";
            List<String> pieces = Collections.synchronizedList(new ArrayList<>());
            ChatResponse response =
                    ended(model.stream(request(options().stop(stop).build()), pieces::add));
            assertEquals(full, response);
            assertNull(response.stopMatched());
            assertEquals(full.text(), String.join("", pieces));
            String last = pieces.get(pieces.size() - 1);
            assertTrue(last.length() >= kept, "'" + last + "' was held back");
        }
    }

    @Test
    void stopTextsMustSaySomething() {
        BadRequest e =
                assertThrows(BadRequest.class, () -> options().stop("a", "").build());
        assertEquals("A stop text is empty: every answer would end before it begins. Leave it out.", e.getMessage());
    }

    private static GenerationOptions sampled(long seed) {
        return options()
                .temperature(3.5)
                .topP(0.95)
                .topK(60)
                .minP(0.01)
                .repetitionPenalty(1.1)
                .seed(seed)
                .build();
    }

    @Test
    void samplingIsTheSeedsAndNobodyElses() {
        List<String> alone = new ArrayList<>();
        for (long seed = 0; seed < 8; seed++) {
            ChatResponse response = model.chat(request(sampled(seed)));
            assertEquals(response, model.chat(request(sampled(seed))), "again");
            assertEquals(
                    Answering.with(chat)
                            .withOptions(sampled(seed))
                            .answer(
                                    List.of(PROMPT),
                                    MethodRegistry.get("default").bind(chat, MethodArguments.NONE))
                            .get(0)
                            .text(),
                    response.text());
            alone.add(response.text());
        }
        assertTrue(Set.copyOf(alone).size() > 4, "seeds matter: " + alone);
        Prepared steered = model.prepare(Steering.add(SteeredDemo.golden(chat), 3));
        List<ChatStream> neighbours = new ArrayList<>();
        List<ChatStream> again = new ArrayList<>();
        for (int seed = 0; seed < 8; seed++) {
            neighbours.add(model.stream(
                    ChatRequest.builder("How do I bake bread?")
                            .steering(steered)
                            .options(sampled(seed))
                            .build(),
                    piece -> {}));
            again.add(model.stream(request(sampled(seed)), piece -> {}));
        }
        assertEquals(alone, again.stream().map(stream -> ended(stream).text()).toList());
        neighbours.forEach(SteeredModelTextTest::ended);
    }

    @Test
    void everySamplingOptionMatters() {
        Set<String> texts = new HashSet<>();
        List<GenerationOptions.Builder> different = List.of(
                options(),
                options().temperature(6),
                options().temperature(6).topK(3),
                options().temperature(6).topP(0.5),
                options().temperature(6).minP(0.1));
        for (GenerationOptions.Builder builder : different) {
            texts.add(model.chat(request(builder.seed(3).build())).text());
        }
        assertEquals(different.size(), texts.size(), texts.toString());
        String greedy = model.chat(request(options().build())).text();
        assertEquals(
                greedy,
                model.chat(request(options().temperature(6).topK(1).seed(5).build()))
                        .text());
        assertEquals(
                greedy,
                model.chat(request(options().temperature(6).minP(0.999).build()))
                        .text());
        assertEquals(
                greedy,
                model.chat(request(options().temperature(6).topP(1e-9).build())).text());
    }

    @Test
    void aListenerThatThrowsEndsItsOwnAnswerOnly() throws Exception {
        assertFailsWith(new IllegalStateException("the caller's own trouble"), e -> {
            throw (IllegalStateException) e;
        });
        assertFailsWith(new AssertionError("the caller's own trouble"), e -> {
            throw (AssertionError) e;
        });
    }

    private static void assertFailsWith(Throwable trouble, Consumer<Throwable> thrower) {
        List<String> heard = Collections.synchronizedList(new ArrayList<>());
        ChatStream stream = model.stream(request(options().build()), piece -> {
            heard.add(piece);
            thrower.accept(trouble);
        });
        ExecutionException e = assertThrows(
                ExecutionException.class,
                () -> stream.response().toCompletableFuture().get(30, TimeUnit.SECONDS));
        assertSame(trouble, e.getCause());
        assertEquals(1, heard.size(), "told nothing more: " + heard);
        ChatResponse next = model.chat(request(options().build()));
        assertEquals(FinishReason.END, next.finish());
    }
}
