package dev.steering.model.decode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.steering.core.ContextExceeded;
import dev.steering.core.NumericOverflow;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.ort.ForwardResult;
import dev.steering.model.pass.Capture;
import dev.steering.model.pass.DirectionSet;
import dev.steering.model.pass.PassSteering;
import dev.steering.model.pass.Schedule;
import dev.steering.testkit.FixtureBundle;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes wrong with one text ends that text alone. */
class DecodeLoopFailuresTest {
    private static final int NEW_TOKENS = 12;

    @TempDir
    private static Path directory;

    private static ChatModel model;
    private static DirectionSet directions;

    @BeforeAll
    static void open() {
        Path bundle = directory.resolve("bundle");
        FixtureBundle.DEMO.unpack(bundle);
        model = ChatModel.open(bundle);
        float[][] points = new float[model.manifest().points()][model.manifest().hidden()];
        points[2][5] = 1;
        directions = DirectionSet.of(points);
    }

    @AfterAll
    static void close() {
        model.close();
    }

    private static Draft steered(int index, Schedule schedule) {
        int[] prompt = model.encode("What is a wasp?");
        return Draft.of(index, prompt, PassSteering.adding(directions, List.of(schedule)));
    }

    private static Draft heard(int index, TokenListener listener) {
        return Draft.of(index, model.encode("What is rain?"), null).with(DecodeOptions.greedy(NEW_TOKENS), listener);
    }

    private static Draft probed(int index) {
        PromptProbe probe = new PromptProbe() {
            @Override
            public int[] suffix() {
                return new int[0];
            }

            @Override
            public List<Capture> captures(int promptTokens) {
                return List.of(Capture.token(0));
            }

            @Override
            public Reading read(ForwardResult states, int row) {
                throw new IllegalStateException("the probe");
            }
        };
        return Draft.probed(index, model.encode("What is chess?"), probe, found -> null, true);
    }

    /** In every way in which a text can fail, from the reading of its prompt to its last token. */
    private static Map<Integer, Draft> bad() {
        int prompt = model.encode("What is a wasp?").length;
        Schedule throwing = (position, k) -> {
            if (position > prompt + 3) {
                throw new IllegalStateException("the schedule");
            }
            return 0;
        };
        TokenListener deaf = (text, piece) -> {
            throw new IllegalStateException("the listener");
        };
        TokenListener choosing = new TokenListener() {
            @Override
            public boolean onText(int text, String piece) {
                return true;
            }

            @Override
            public int nextToken(int text, FloatBuffer logits) {
                throw new IllegalStateException("the choice");
            }
        };
        Map<Integer, Draft> bad = new TreeMap<>();
        bad.put(2, steered(2, Schedule.everywhere(1e30f)));
        bad.put(4, steered(4, Schedule.from(prompt - 1, 1e30f)));
        bad.put(5, steered(5, Schedule.from(prompt + 5, 1e30f)));
        bad.put(7, steered(7, throwing));
        bad.put(9, heard(9, deaf));
        bad.put(10, heard(10, choosing));
        bad.put(12, probed(12));
        bad.put(13, Draft.of(13, new int[model.manifest().context() + 2], null));
        return bad;
    }

    private static List<Draft> drafts(Map<Integer, Draft> bad) {
        List<Draft> drafts = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            Draft good = steered(i, Schedule.from(3, i % 4 * 20));
            Draft draft = bad.getOrDefault(i, good);
            drafts.add(draft.with(DecodeOptions.greedy(NEW_TOKENS), draft.listener()));
        }
        return drafts;
    }

    /** What became of the texts, by their numbers. */
    private record Ends(Map<Integer, Generation> texts, Map<Integer, RuntimeException> failures)
            implements DecodeLoop.Results {
        Ends() {
            this(new TreeMap<>(), new TreeMap<>());
        }

        @Override
        public void done(Draft draft, Generation text) {
            texts.put(draft.index(), text);
        }

        @Override
        public void failed(Draft draft, RuntimeException reason) {
            failures.put(draft.index(), reason);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 16})
    void theOthersAreWrittenAsTheyAreAlone(int rows) {
        List<Draft> drafts = drafts(bad());
        Ends ends = new Ends();
        DecodeLoop.serving(model, rows).run(new SortedDrafts(drafts), 1, ends);
        assertEquals(8, ends.failures().size());
        assertEquals(8, ends.texts().size());
        ends.texts().forEach((index, text) -> {
            Ends alone = new Ends();
            DecodeLoop.serving(model, 1).run(new SortedDrafts(List.of(drafts.get(index))), 1, alone);
            assertEquals(alone.texts().get(index), text, "text " + index);
        });
        for (int index : new int[] {2, 4, 5}) {
            assertEquals(NumericOverflow.class, ends.failures().get(index).getClass(), "text " + index);
        }
        assertEquals("the schedule", ends.failures().get(7).getMessage());
        assertEquals("the listener", ends.failures().get(9).getMessage());
        assertEquals("the choice", ends.failures().get(10).getMessage());
        assertEquals("the probe", ends.failures().get(12).getMessage());
        assertEquals(ContextExceeded.class, ends.failures().get(13).getClass());
    }

    /** Nobody waits for the other texts of a generator. */
    @Test
    void aGeneratorEndsWithTheFirstFailure() {
        Generator generator = new Generator(model, DecodeOptions.greedy(NEW_TOKENS));
        IllegalStateException e = assertThrows(
                IllegalStateException.class,
                () -> generator.generateAll(List.of(heard(0, TokenListener.NONE), probed(1)), 4, TokenListener.NONE));
        assertEquals("the probe", e.getMessage());
    }
}
