package dev.steering.model.decode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.steering.model.chat.ChatModel;
import dev.steering.model.pass.DirectionSet;
import dev.steering.model.pass.PassSteering;
import dev.steering.model.pass.Schedule;
import dev.steering.testkit.FixtureBundle;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Writing more texts than there are rows: what is written does not depend on what is written beside it. */
class DecodeLoopTest {
    private static final DecodeOptions GREEDY = DecodeOptions.greedy(40);
    private static final List<String> THINGS = List.of(
            "a wasp",
            "chess",
            "bread",
            "a violin",
            "rain",
            "the moon",
            "a very old and very large bridge in the north");

    @TempDir
    private static Path directory;

    private static ChatModel model;
    private static DirectionSet directions;

    /** Of different lengths, the first with a single token. */
    private static List<int[]> prompts;

    @BeforeAll
    static void open() {
        Path bundle = directory.resolve("bundle");
        FixtureBundle.DEMO.unpack(bundle);
        model = ChatModel.open(bundle);
        Random random = new Random(1);
        float[][] points = new float[model.manifest().points()][model.manifest().hidden()];
        for (int i = 0; i < points[3].length; i++) {
            points[3][i] = random.nextFloat() - 0.5f;
        }
        directions = DirectionSet.of(points);
        prompts = new ArrayList<>(List.of(new int[] {7}));
        for (String thing : THINGS) {
            prompts.add(model.encode("What is " + thing + "?"));
            prompts.add(model.encode("Tell me about " + thing + "."));
            prompts.add(model.encode("How do I find out more about " + thing + " tomorrow?"));
        }
    }

    @AfterAll
    static void close() {
        model.close();
    }

    private static @Nullable PassSteering steering(int[] prompt, float strength) {
        return strength == 0
                ? null
                : PassSteering.adding(directions, List.of(Schedule.from(prompt.length - 1, strength)));
    }

    /** Not steered, one way and the other in turn. */
    private static List<Draft> drafts() {
        List<Draft> drafts = new ArrayList<>();
        for (int[] prompt : prompts) {
            int index = drafts.size();
            drafts.add(Draft.of(index, prompt, steering(prompt, 40f * (index % 3 - 1))));
        }
        return drafts;
    }

    private static Generation alone(Generator generator, Draft draft) {
        return generator
                .generate(List.of(draft.prompt()), draft.contexts().get(0).steering(), TokenListener.NONE)
                .get(0);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 32})
    void everyTextIsAsAloneInAnyOrder(int rows) {
        Generator generator = new Generator(model, GREEDY);
        List<Draft> drafts = drafts();
        List<Generation> expected =
                drafts.stream().map(draft -> alone(generator, draft)).toList();
        assertEquals(expected, generator.generateAll(drafts, rows, TokenListener.NONE));
        List<Draft> shuffled = new ArrayList<>(drafts);
        Collections.shuffle(shuffled, new Random(rows));
        assertEquals(
                shuffled.stream().map(draft -> expected.get(draft.index())).toList(),
                generator.generateAll(shuffled, rows, TokenListener.NONE));
    }

    @Test
    void randomTextsDependOnTheirNumberOnly() {
        Generator generator = new Generator(model, GREEDY.withSampling(1, 0.9, 3));
        List<Generation> few = generator.generateAll(drafts(), 2, TokenListener.NONE);
        assertEquals(few, generator.generateAll(drafts(), 9, TokenListener.NONE));
        assertNotEquals(few, new Generator(model, GREEDY).generateAll(drafts(), 9, TokenListener.NONE));
    }

    @Test
    void listenersHearTheTextsByTheirNumbersAndStopThem() {
        StringBuilder[] heard =
                Stream.generate(StringBuilder::new).limit(prompts.size()).toArray(StringBuilder[]::new);
        List<Generation> texts = new Generator(model, GREEDY).generateAll(drafts(), 4, (row, piece) -> {
            heard[row].append(piece);
            return row != 5;
        });
        for (int i = 0; i < texts.size(); i++) {
            assertEquals(texts.get(i).text(), heard[i].toString());
        }
        assertEquals(Generation.Finish.CANCELLED, texts.get(5).finish());
        assertEquals(1, texts.get(5).tokens().size());
    }

    @Test
    void aSweepWritesWhatEveryStrengthWouldAlone() {
        Generator generator = new Generator(model, GREEDY);
        float[] strengths = {-60, 0, 20, 60};
        List<int[]> some = prompts.subList(0, 6);
        List<Draft> drafts = new ArrayList<>();
        for (int[] prompt : some) {
            for (float strength : strengths) {
                drafts.add(Draft.of(drafts.size(), prompt, steering(prompt, strength)));
            }
        }
        List<Generation> swept = generator.generateAll(drafts, 8, TokenListener.NONE);
        assertEquals(drafts.stream().map(draft -> alone(generator, draft)).toList(), swept);
        assertNotEquals(swept.get(3 * strengths.length), swept.get(4 * strengths.length - 1), "strengths matter");
    }

    @Test
    void steeringBeforeTheLastTokenIsNotShared() {
        Generator generator = new Generator(model, GREEDY);
        int[] prompt = prompts.get(4);
        List<Draft> drafts = new ArrayList<>();
        for (float strength : new float[] {-60, -60, 0, 60}) {
            PassSteering everywhere = PassSteering.adding(directions, List.of(Schedule.everywhere(strength)));
            drafts.add(Draft.of(drafts.size(), prompt, everywhere));
        }
        assertEquals(
                drafts.stream().map(draft -> alone(generator, draft)).toList(),
                generator.generateAll(drafts, 4, TokenListener.NONE));
    }

    @Test
    void noTextsAreNoWork() {
        assertEquals(List.of(), new Generator(model, GREEDY).generateAll(List.of(), 4, TokenListener.NONE));
    }

    @Test
    void whatCannotBeWrittenIsRefused() {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> DecodeLoop.filling(model, 0));
        assertEquals("batches of 0 rows", e.getMessage());
        e = assertThrows(IllegalArgumentException.class, () -> Draft.of(3, new int[0], null));
        assertEquals("a context without tokens", e.getMessage());
    }

    /** Directions of a text's own, removed components, and nothing at all, side by side. */
    @Test
    void textsOfOneBatchHaveDirectionsOfTheirOwn() {
        Generator generator = new Generator(model, GREEDY);
        float[][] points = new float[model.manifest().points()][model.manifest().hidden()];
        points[2][5] = 30;
        DirectionSet other = DirectionSet.of(points);
        points[2][5] = 1;
        DirectionSet unit = DirectionSet.of(points);
        List<Draft> drafts = new ArrayList<>();
        for (int[] prompt : prompts) {
            Schedule last = Schedule.from(prompt.length - 1, 1f);
            PassSteering steering =
                    switch (drafts.size() % 4) {
                        case 0 -> steering(prompt, 40);
                        case 1 -> PassSteering.adding(other, List.of(last));
                        case 2 -> PassSteering.projectingOut(unit, true, List.of(last));
                        default -> null;
                    };
            drafts.add(Draft.of(drafts.size(), prompt, steering));
        }
        List<Generation> expected =
                drafts.stream().map(draft -> alone(generator, draft)).toList();
        for (int rows : new int[] {3, 8, 32}) {
            assertEquals(expected, generator.generateAll(drafts, rows, TokenListener.NONE), rows + " rows");
        }
    }
}
