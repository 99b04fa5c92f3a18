package dev.steering.model.decode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.model.chat.ChatModel;
import dev.steering.model.ort.ForwardResult;
import dev.steering.model.pass.DirectionSet;
import dev.steering.model.pass.ForwardRequest;
import dev.steering.model.pass.GateSet;
import dev.steering.model.pass.PassSteering;
import dev.steering.model.pass.PassSteering.Gating;
import dev.steering.model.pass.Schedule;
import dev.steering.testkit.FixtureBundle;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts whose prompts are written to by what is read at their last token, beside others. */
class GatedDraftsTest {
    private static final DecodeOptions GREEDY = DecodeOptions.greedy(24);

    @TempDir
    private static Path directory;

    private static ChatModel model;
    private static List<int[]> prompts;
    private static GateSet first;
    private static GateSet second;
    private static DirectionSet added;

    @BeforeAll
    static void open() {
        Path bundle = directory.resolve("bundle");
        FixtureBundle.DEMO.unpack(bundle);
        model = ChatModel.open(bundle);
        prompts = new ArrayList<>(List.of(new int[] {7}));
        for (String thing : List.of("a wasp", "chess", "a very old and very large bridge in the north", "rain")) {
            prompts.add(model.encode("What is " + thing + "?"));
        }
        first = new GateSet(random(1, 0.2), random(2, 0.4), List.of(GateSet.Shape.OF_ROW));
        second = new GateSet(random(3, 0.2), random(4, 0.4), List.of(GateSet.Shape.OF_ROW));
        added = random(5, 1);
    }

    @AfterAll
    static void close() {
        model.close();
    }

    private static DirectionSet random(long seed, double size) {
        Random random = new Random(seed);
        float[][] points = new float[model.manifest().points()][model.manifest().hidden()];
        for (int point = 2; point < 5; point++) {
            for (int i = 0; i < points[point].length; i++) {
                points[point][i] = (float) (size * random.nextGaussian());
            }
        }
        return DirectionSet.of(points);
    }

    private static PassSteering gated(GateSet gates, int[] prompt, float strength) {
        int last = prompt.length - 1;
        Schedule schedule = (position, gate) -> position <= last ? strength : 0;
        return PassSteering.gated(new Gating(gates, List.of(schedule), List.of(last)));
    }

    /** What the draft's text is by whole passes without a cache. */
    private static List<Integer> slowly(int[] prompt, PassSteering steering) {
        int[] tokens = prompt;
        List<Integer> written = new ArrayList<>();
        while (written.size() < 24) {
            ForwardResult pass = model.model()
                    .forward(ForwardRequest.of(List.of(tokens))
                            .withSteering(steering)
                            .withLastLogits());
            float[] logits = pass.logits(0, 0);
            int best = 0;
            for (int i = 1; i < logits.length; i++) {
                best = logits[i] > logits[best] ? i : best;
            }
            if (model.manifest().endTokens().contains(best)) {
                break;
            }
            written.add(best);
            tokens = Arrays.copyOf(tokens, tokens.length + 1);
            tokens[tokens.length - 1] = best;
        }
        return written;
    }

    private static List<Draft> drafts() {
        List<Draft> drafts = new ArrayList<>();
        for (int[] prompt : prompts) {
            int last = prompt.length - 1;
            for (PassSteering steering : new PassSteering[] {
                null,
                gated(first, prompt, 1),
                gated(first, prompt, -1),
                gated(second, prompt, 1),
                PassSteering.adding(added, List.of(Schedule.from(last, 2)))
            }) {
                drafts.add(Draft.of(drafts.size(), prompt, steering));
            }
        }
        return drafts;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 32})
    void textsAreThoseOfWholePassesWhateverIsBesideThem(int rows) {
        List<Draft> drafts = drafts();
        List<Generation> texts = new Generator(model, GREEDY).generateAll(drafts, rows, TokenListener.NONE);
        int changed = 0;
        for (int i = 0; i < drafts.size(); i++) {
            Draft draft = drafts.get(i);
            List<Integer> expected =
                    slowly(draft.prompt(), draft.contexts().get(0).steering());
            assertEquals(expected, written(texts.get(i)), draft.toString());
            changed += written(texts.get(i)).equals(written(texts.get(i - i % 5))) ? 0 : 1;
        }
        assertTrue(changed > 10, changed + " texts were changed by steering");
    }

    private static List<Integer> written(Generation text) {
        return text.tokens();
    }

    /** Texts that share their prompt share its prefill only if they are gated alike. */
    @Test
    void beginningsDifferByGateStrengthAndReadPosition() {
        int[] prompt = prompts.get(1);
        Draft.Context context = new Draft.Context(prompt, gated(first, prompt, 1));
        Beginning beginning = Beginning.of(context, null);
        assertEquals(prompt.length, context.read());
        assertEquals(beginning, Beginning.of(new Draft.Context(prompt, gated(first, prompt, 1)), null));
        assertNotEquals(beginning, Beginning.of(new Draft.Context(prompt, gated(first, prompt, 2)), null));
        assertNotEquals(beginning, Beginning.of(new Draft.Context(prompt, gated(second, prompt, 1)), null));
        assertNotEquals(beginning, Beginning.of(new Draft.Context(prompt, null), null));
        Draft.Context ofPosition = new Draft.Context(
                prompt,
                PassSteering.gated(new Gating(
                        new GateSet(first.reads(), first.written(), List.of(GateSet.Shape.OF_POSITION)),
                        List.of(Schedule.everywhere(1)),
                        List.of(0))));
        assertEquals(prompt.length - 1, ofPosition.read());
    }
}
