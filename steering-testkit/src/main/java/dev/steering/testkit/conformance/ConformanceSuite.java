package dev.steering.testkit.conformance;

import static dev.steering.testkit.conformance.Measured.wrong;

import dev.steering.testkit.conformance.SteeringRuntime.Push;
import dev.steering.testkit.conformance.SteeringRuntime.Reading;
import dev.steering.testkit.conformance.SteeringRuntime.Row;
import dev.steering.testkit.conformance.SteeringRuntime.Tokens;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The cases, in the order in which a wrong runtime is best understood.
 *
 * <pre>{@code
 * @TestFactory
 * Stream<DynamicTest> conformance() {
 *     return ConformanceSuite.cases().stream()
 *             .map(one -> DynamicTest.dynamicTest(one.name(), () -> one.verify(runtime)));
 * }
 * }</pre>
 *
 * <p>Stateless and thread-safe.
 */
public final class ConformanceSuite {
    private static final int WRITTEN = 6;

    private ConformanceSuite() {}

    /** @return all cases */
    public static List<ConformanceCase> cases() {
        return List.of(
                new ConformanceCase(
                        "zero strength",
                        "Steering with strength 0 that changes something: a graph that computes otherwise as soon as it is asked"
                                + " to steer.",
                        ConformanceSuite::zeroStrength),
                new ConformanceCase(
                        "layer",
                        "A direction that is added one block early or late, or behind the final norm.",
                        ConformanceSuite::layer),
                new ConformanceCase(
                        "sign and strength",
                        "A direction that is subtracted where it should be added, or multiplied by something else than the"
                                + " strength.",
                        ConformanceSuite::sign),
                new ConformanceCase(
                        "tokens",
                        "Steering at other tokens than those that were asked for: of the prompt, from its last token on, or"
                                + " written.",
                        ConformanceSuite::tokens),
                new ConformanceCase(
                        "padding",
                        "Rows that are padded on the other side, or whose padding is counted, beside a longer row.",
                        ConformanceSuite::padding),
                new ConformanceCase(
                        "batch",
                        "Rows of a batch that get each other's directions, or other numbers than alone.",
                        ConformanceSuite::batch),
                new ConformanceCase(
                        "cache",
                        "Steering that is forgotten, or done twice, where keys and values come from a cache.",
                        ConformanceSuite::cache),
                new ConformanceCase(
                        "concurrency",
                        "Requests at the same time that get each other's directions.",
                        Concurrently::verify),
                new ConformanceCase(
                        "save and load",
                        "Directions that are not the same after they were saved.",
                        ConformanceSuite::saveAndLoad),
                new ConformanceCase(
                        "formats",
                        "Rows that change, move to another layer or appear from nowhere on the way through a file format.",
                        ConformanceSuite::formats));
    }

    /**
     * @param name a case's name
     * @return that case
     * @throws IllegalArgumentException if there is none
     */
    public static ConformanceCase named(String name) {
        return cases().stream()
                .filter(one -> one.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no case '" + name + "'"));
    }

    private static void zeroStrength(SteeringRuntime runtime) {
        Measured measured = new Measured(runtime);
        Row row = measured.row(7, 4);
        Reading plain = measured.read(row);
        for (Tokens tokens : Tokens.values()) {
            measured.same("strength 0 at " + tokens, plain, measured.read(row.with(measured.push(0, tokens))));
        }
    }

    private static void layer(SteeringRuntime runtime) {
        Measured measured = new Measured(runtime);
        Row row = measured.row(6, 6);
        Reading plain = measured.read(row);
        for (int l = 0; l < runtime.layers(); l++) {
            float[][] directions = measured.at(l);
            Reading steered = measured.read(row.with(new Push(directions, 1, Tokens.ALL)));
            for (int k = 0; k <= l; k++) {
                for (int t = 0; t < 6; t++) {
                    measured.moved(
                            "steered after layer " + l + ", output of layer " + k + ", token " + t,
                            plain.states()[k][t],
                            steered.states()[k][t],
                            k == l ? directions[l] : null,
                            1);
                }
            }
            if (Measured.difference("logits", plain.logits(), steered.logits()) <= runtime.tolerance()) {
                throw wrong("steered after layer %d: expected other logits, found the same", l);
            }
        }
    }

    private static void sign(SteeringRuntime runtime) {
        Measured measured = new Measured(runtime);
        Row row = measured.row(5, 5);
        Reading plain = measured.read(row);
        int l = runtime.layers() / 2;
        float[][] directions = measured.at(l);
        for (double strength : new double[] {1, -1, 2.5, -0.25}) {
            Reading steered = measured.read(row.with(new Push(directions, strength, Tokens.ALL)));
            for (int t = 0; t < 5; t++) {
                measured.moved(
                        "strength " + strength + ", output of layer " + l + ", token " + t,
                        plain.states()[l][t],
                        steered.states()[l][t],
                        directions[l],
                        strength);
            }
        }
    }

    private static void tokens(SteeringRuntime runtime) {
        Measured measured = new Measured(runtime);
        int prompt = 4;
        Row row = measured.row(7, prompt);
        Reading plain = measured.read(row);
        float[][] directions = measured.at(0);
        for (Tokens tokens : Tokens.values()) {
            Reading steered = measured.read(row.with(new Push(directions, 1, tokens)));
            for (int t = 0; t < 7; t++) {
                measured.moved(
                        "steered at " + tokens + " of a prompt of " + prompt + " and 3 written tokens, token " + t,
                        plain.states()[0][t],
                        steered.states()[0][t],
                        tokens.includes(t, prompt) ? directions[0] : null,
                        1);
            }
        }
    }

    private static void padding(SteeringRuntime runtime) {
        Measured measured = new Measured(runtime);
        Row small = measured.row(4, 3).with(measured.push(1, Tokens.LAST_PROMPT_TOKEN_ON));
        Row large = measured.row(9, 9);
        Reading alone = measured.read(small);
        List<Reading> after = runtime.read(List.of(large, small));
        measured.same("a row of 4 tokens behind one of 9", alone, after.get(1));
        measured.same(
                "a row of 4 tokens in front of one of 9",
                alone,
                runtime.read(List.of(small, large)).get(0));
        measured.same("a row of 9 tokens beside one of 4", measured.read(large), after.get(0));
        List<int[]> written = runtime.write(List.of(large, whole(small)), WRITTEN);
        requireText("behind a row of 4 tokens beside one of 9", greedy(measured, whole(small)), written.get(1));
    }

    private static Row whole(Row row) {
        return new Row(row.tokens(), row.tokens().length, row.push());
    }

    private static void batch(SteeringRuntime runtime) {
        Measured measured = new Measured(runtime);
        Row plain = measured.row(5, 5);
        List<Row> rows = List.of(
                plain,
                plain.with(measured.push(1, Tokens.ALL)),
                plain.with(measured.push(-1, Tokens.ALL)),
                measured.row(5, 2).with(measured.push(1, Tokens.PROMPT)));
        List<Reading> together = runtime.read(rows);
        for (int i = 0; i < rows.size(); i++) {
            measured.same("row " + i + " of a batch of 4", measured.read(rows.get(i)), together.get(i));
        }
    }

    private static void cache(SteeringRuntime runtime) {
        Measured measured = new Measured(runtime);
        List<Row> rows = new ArrayList<>();
        for (@Nullable
        Tokens tokens :
                new @Nullable Tokens[] {null, Tokens.ALL, Tokens.LAST_PROMPT_TOKEN_ON, Tokens.PROMPT, Tokens.WRITTEN}) {
            rows.add(measured.row(5, 5).with(tokens == null ? null : measured.push(1, tokens)));
        }
        List<int[]> together = runtime.write(rows, WRITTEN);
        for (int i = 0; i < rows.size(); i++) {
            Push push = rows.get(i).push();
            String what = push == null ? "not steered" : "steered at " + push.tokens();
            int[] expected = greedy(measured, rows.get(i));
            requireText(
                    what, expected, runtime.write(List.of(rows.get(i)), WRITTEN).get(0));
            requireText(what + ", in a batch", expected, together.get(i));
        }
    }

    /** The most likely tokens, each of a pass over the whole row. */
    static int[] greedy(Measured measured, Row row) {
        int[] tokens = row.tokens();
        for (int i = 0; i < WRITTEN; i++) {
            float[][] logits =
                    measured.read(new Row(tokens, row.prompt(), row.push())).logits();
            float[] last = logits[tokens.length - 1];
            int best = 0;
            for (int v = 1; v < last.length; v++) {
                best = last[v] > last[best] ? v : best;
            }
            if (measured.ends(best)) {
                break;
            }
            tokens = Arrays.copyOf(tokens, tokens.length + 1);
            tokens[tokens.length - 1] = best;
        }
        return Arrays.copyOfRange(tokens, row.tokens().length, tokens.length);
    }

    static void requireText(String what, int[] expected, int[] found) {
        if (!Arrays.equals(expected, found)) {
            throw wrong(
                    "%s: expected what passes over whole rows choose, %s, found %s written",
                    what, Arrays.toString(expected), Arrays.toString(found));
        }
    }

    private static void saveAndLoad(SteeringRuntime runtime) throws IOException {
        Measured measured = new Measured(runtime);
        float[][] directions = measured.everywhere();
        float[][] loaded = inDirectory(directory -> runtime.saveAndLoad(directions, directory));
        requireSame("saved and loaded", directions, loaded);
        Row row = measured.row(5, 5);
        measured.same(
                "steered with loaded directions",
                measured.read(row.with(new Push(directions, 1, Tokens.ALL))),
                measured.read(row.with(new Push(loaded, 1, Tokens.ALL))));
    }

    private static void formats(SteeringRuntime runtime) throws IOException {
        Measured measured = new Measured(runtime);
        for (String format : runtime.formats()) {
            float[] @Nullable [] all = measured.everywhere();
            requireSame(format, all, inDirectory(directory -> runtime.throughFormat(format, all, directory)));
            float[] @Nullable [] some = measured.everywhere();
            some[runtime.layers() - 1] = null;
            requireSame(
                    format + " without the last layer",
                    some,
                    inDirectory(directory -> runtime.throughFormat(format, some, directory)));
        }
    }

    /** To the bit; a layer without a direction may come back as zeros. */
    private static void requireSame(String what, float[] @Nullable [] expected, float[] @Nullable [] found) {
        for (int l = 0; l < expected.length; l++) {
            float[] wanted = expected[l];
            float[] got = l < found.length ? found[l] : null;
            boolean nothing = got == null || isZero(got);
            boolean same = wanted == null ? nothing : Arrays.equals(wanted, got);
            if (!same) {
                throw wrong(
                        "%s: expected %s at layer %d, found %s",
                        what,
                        wanted == null ? "no direction" : "the direction that was given",
                        l,
                        nothing ? "none" : "another one");
            }
        }
    }

    private static boolean isZero(float[] row) {
        for (float value : row) {
            if (value != 0) {
                return false;
            }
        }
        return true;
    }

    /** Does something in a directory. */
    private interface InDirectory {
        float[] @Nullable [] apply(Path directory) throws IOException;
    }

    private static float[] @Nullable [] inDirectory(InDirectory action) throws IOException {
        Path directory = Files.createTempDirectory("conformance");
        try {
            return action.apply(directory);
        } finally {
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}
