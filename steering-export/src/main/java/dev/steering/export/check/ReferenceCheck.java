package dev.steering.export.check;

import dev.steering.core.SteeringException;
import dev.steering.core.bundle.BundleManifest;
import dev.steering.core.bundle.BundleManifest.FinalNorm;
import dev.steering.core.runtime.Capture;
import dev.steering.core.runtime.DirectionSet;
import dev.steering.core.runtime.ForwardRequest;
import dev.steering.core.runtime.ForwardResult;
import dev.steering.core.runtime.KeyValueCache;
import dev.steering.core.runtime.LanguageModel;
import dev.steering.core.runtime.Schedule;
import dev.steering.core.runtime.Steering;
import dev.steering.core.safetensors.SafetensorsFile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Compares a bundle with reference values that another implementation computed from the same checkpoint, on every path that
 * users take: batched and alone, cached and uncached, captured and not, steered and not.
 *
 * <p>Knows these tensors: {@code input_ids [B,S]}, {@code logits [B,S,V]}, {@code unmodified_logits [B,S,V]} as the file gave
 * them that the bundle was instrumented from, {@code hidden_states [P,B,S,H]},
 * {@code final_norm [B,S,H]}, {@code steering_vectors [P,H]} added at every position of every point, {@code steered_logits},
 * {@code steered_hidden_states}, {@code short_input_ids [1,S']}, {@code short_last_logits [1,V]},
 * {@code short_last_hidden_states [P,1,H]}, and the greedy continuations {@code greedy}, {@code short_greedy},
 * {@code greedy_steered_from_last_prompt_token} and {@code short_greedy_steered_from_last_prompt_token}.
 */
public final class ReferenceCheck {
    private static final String STEERED_SUFFIX = "_steered_from_last_prompt_token";
    private static final Set<String> INPUTS = Set.of("input_ids", "short_input_ids", "steering_vectors");

    /** Precision of graphs that round activations in steps which depend on everything that is computed together. */
    public static final String DYNAMIC = "int8 dynamic";

    private static final String BATCH_ONLY =
            "only the reference's own batch is compared: this graph rounds activations in"
                    + " steps that depend on all that is computed together, so a row alone has other logits in any runtime";

    private static final String WHOLE_ONLY = "beginnings of rows are not compared: the rows are longer than the original context"
            + " of this model, whose rotary embedding is another one from the first position on in longer rows";

    private final LanguageModel model;
    private final boolean batchOnly;
    private final SafetensorsFile reference;
    private final BundleManifest manifest;
    private final Set<String> unused;
    private final List<Comparison> comparisons = new ArrayList<>();
    private final List<int[]> rows;

    private ReferenceCheck(LanguageModel model, SafetensorsFile reference) {
        this.model = model;
        this.reference = reference;
        this.manifest = model.manifest();
        this.batchOnly = manifest.dtype().equals(DYNAMIC);
        this.unused = new TreeSet<>(reference.tensors().keySet());
        this.rows = tokens("input_ids");
    }

    /**
     * What came out.
     *
     * @param comparisons one per tensor and path, in a fixed order
     * @param ignored tensors of the file that this version does not know
     * @param notes what was left out and why
     */
    public record Report(List<Comparison> comparisons, List<String> ignored, List<String> notes) {
        /** Copies the lists. */
        public Report {
            comparisons = List.copyOf(comparisons);
            ignored = List.copyOf(ignored);
            notes = List.copyOf(notes);
        }

        /**
         * @param tolerance largest difference allowed
         * @return whether every comparison passes
         */
        public boolean passes(double tolerance) {
            return comparisons.stream().allMatch(c -> c.passes(tolerance));
        }
    }

    /**
     * @param model an open bundle
     * @param reference the reference values
     * @return all comparisons that the file allows
     * @throws SteeringException if the file has nothing to compare or is of another model
     */
    public static Report run(LanguageModel model, SafetensorsFile reference) {
        ReferenceCheck check = new ReferenceCheck(model, reference);
        check.plain();
        check.steered();
        check.ragged();
        check.greedy();
        check.unused.removeAll(INPUTS);
        if (check.comparisons.isEmpty()) {
            throw new SteeringException(reference.path() + " has nothing to compare: expected tensors such as logits or"
                    + " hidden_states beside input_ids, found "
                    + reference.tensors().keySet() + ".");
        }
        return new Report(
                check.comparisons, List.copyOf(check.unused), check.notes());
    }

    private void plain() {
        ForwardResult batch = model.forward(everything(rows, null));
        compareUnsteered("batch", logits(batch, rows));
        compare("hidden_states", "batch", states(batch, rows));
        compareFinalNorm(batch);
        ForwardResult uncaptured = model.forward(ForwardRequest.of(rows).withLogits(allPositions(rows)));
        compareUnsteered("without capture", logits(uncaptured, rows));
        if (batchOnly) {
            return;
        }
        List<ForwardResult> alone = rows.stream()
                .map(row -> model.forward(everything(List.of(row), null)))
                .toList();
        compareUnsteered("one by one", concat(alone));
        if (!crossesRotaryBoundary()) {
            compareUnsteered("cached, token by token", tokenByToken());
            compareRagged();
        }
    }

    /**
     * Since no token sees those after it, the beginning of a row has the logits that it has in the whole row: every row is cut in a
     * batch of its own, in which the others are whole.
     */
    private float[] raggedPrefixes() {
        int width = rows.get(0).length;
        int cut = (width + 1) / 2;
        List<float[]> parts = new ArrayList<>();
        for (int row = 0; row < rows.size(); row++) {
            List<int[]> ragged = new ArrayList<>(rows);
            ragged.set(row, Arrays.copyOf(rows.get(row), cut));
            List<int[]> positions = new ArrayList<>(Collections.nCopies(
                    rows.size(), IntStream.range(width - cut, width).toArray()));
            positions.set(row, IntStream.range(0, cut).toArray());
            ForwardResult result = model.forward(ForwardRequest.of(ragged).withLogits(positions));
            for (int i = 0; i < cut; i++) {
                parts.add(result.logits(row, i));
            }
        }
        return join(parts);
    }

    /** The reference's logits of the beginnings that {@link #raggedPrefixes} computes. */
    private float[] prefixes(float[] logits) {
        int width = rows.get(0).length;
        int cut = (width + 1) / 2;
        List<float[]> parts = new ArrayList<>();
        for (int row = 0; row < rows.size(); row++) {
            int from = row * width * manifest.vocabulary();
            parts.add(Arrays.copyOfRange(logits, from, from + cut * manifest.vocabulary()));
        }
        return join(parts);
    }

    /** Then beginnings have other logits than in the whole row, in the reference implementation, too. */
    private boolean crossesRotaryBoundary() {
        Integer boundary = manifest.rotaryBoundary();
        return boundary != null && rows.get(0).length > boundary;
    }

    private List<String> notes() {
        List<String> notes = new ArrayList<>();
        if (batchOnly) {
            notes.add(BATCH_ONLY);
        }
        if (crossesRotaryBoundary()) {
            notes.add(WHOLE_ONLY);
        }
        return notes;
    }

    private void compareRagged() {
        float[] found = raggedPrefixes();
        for (String name : List.of("logits", "unmodified_logits")) {
            if (rows.size() > 1 && has(name)) {
                comparisons.add(Comparison.of(name + " (ragged batch)", prefixes(reference.floats(name)), found));
            }
        }
    }

    /** The checkpoint's logits, and those of the file that the bundle was instrumented from. */
    private void compareUnsteered(String path, float[] found) {
        compare("logits", path, found);
        compare("unmodified_logits", path, found);
    }

    private void steered() {
        if (!has("steering_vectors")) {
            return;
        }
        Steering steering = Steering.adding(directions(), List.of(Schedule.everywhere(1)));
        ForwardResult batch = model.forward(everything(rows, steering));
        compare("steered_logits", "batch", logits(batch, rows));
        compare("steered_hidden_states", "batch", states(batch, rows));
        if (batchOnly) {
            return;
        }
        List<ForwardResult> alone = rows.stream()
                .map(row -> model.forward(everything(List.of(row), steering)))
                .toList();
        compare("steered_logits", "one by one", concat(alone));
    }

    private void ragged() {
        if (!has("short_input_ids")) {
            return;
        }
        List<int[]> ragged = List.of(rows.get(0), tokens("short_input_ids").get(0));
        List<List<Capture>> lastTokens = ragged.stream()
                .map(row -> List.of(Capture.token(row.length - 1)))
                .toList();
        ForwardResult result =
                model.forward(ForwardRequest.of(ragged).withLastLogits().withCaptures(lastTokens));
        compare("short_last_logits", "ragged batch", result.logits(1, 0));
        float[] states = new float[manifest.points() * manifest.hidden()];
        for (int p = 0; p < manifest.points(); p++) {
            System.arraycopy(result.captured(1, p, 0), 0, states, p * manifest.hidden(), manifest.hidden());
        }
        compare("short_last_hidden_states", "ragged batch", states);
    }

    private void greedy() {
        List<int[]> prompts = new ArrayList<>(List.of(rows.get(0)));
        List<String> names = new ArrayList<>(List.of("greedy"));
        if (has("short_input_ids")) {
            prompts.add(tokens("short_input_ids").get(0));
            names.add("short_greedy");
        }
        compareGreedy(names, prompts, "");
        if (has("steering_vectors")) {
            compareGreedy(names, prompts, STEERED_SUFFIX);
        }
    }

    private void compareGreedy(List<String> names, List<int[]> prompts, String suffix) {
        if (!names.stream().allMatch(name -> has(name + suffix))) {
            return;
        }
        GreedyDecoder decoder = new GreedyDecoder(model);
        int count = reference.longs(names.get(0) + suffix).length;
        Steering batch = suffix.isEmpty() ? null : fromLastToken(prompts);
        List<int[]> together = decoder.cached(prompts, count, batch);
        List<int[]> uncached = decoder.uncached(prompts, count, batch);
        for (int i = 0; i < names.size(); i++) {
            List<int[]> one = List.of(prompts.get(i));
            Steering steering = suffix.isEmpty() ? null : fromLastToken(one);
            String name = names.get(i) + suffix;
            compareTokens(name, "cached, batch", together.get(i));
            compareTokens(
                    name, "cached, alone", decoder.cached(one, count, steering).get(0));
            compareTokens(name, "uncached, batch", uncached.get(i));
        }
    }

    private Steering fromLastToken(List<int[]> prompts) {
        return Steering.adding(
                directions(),
                prompts.stream().map(p -> Schedule.from(p.length - 1, 1)).toList());
    }

    private DirectionSet directions() {
        float[] values = reference.floats("steering_vectors", manifest.points(), manifest.hidden());
        float[][] points = new float[manifest.points()][];
        for (int p = 0; p < points.length; p++) {
            points[p] = Arrays.copyOfRange(values, p * manifest.hidden(), (p + 1) * manifest.hidden());
        }
        return DirectionSet.of(points);
    }

    /** Logits of every position, each computed after a past in the cache. */
    private float[] tokenByToken() {
        int length = rows.get(0).length;
        float[] all = new float[rows.size() * length * manifest.vocabulary()];
        try (KeyValueCache cache = model.newCache(rows.size(), length)) {
            for (int s = 0; s < length; s++) {
                int position = s;
                List<int[]> next =
                        rows.stream().map(row -> new int[] {row[position]}).toList();
                ForwardResult result = model.forward(ForwardRequest.of(next).withLastLogits(), cache);
                for (int row = 0; row < rows.size(); row++) {
                    int at = (row * length + s) * manifest.vocabulary();
                    System.arraycopy(result.logits(row, 0), 0, all, at, manifest.vocabulary());
                }
            }
        }
        return all;
    }

    /** The norm before the head is not an output of the graph; its input and its weights are at hand. */
    private void compareFinalNorm(ForwardResult batch) {
        FinalNorm norm = manifest.finalNorm();
        if (norm == null || !has("final_norm")) {
            return;
        }
        SafetensorsFile weights =
                SafetensorsFile.open(model.bundle().file(norm.weight().file()));
        float[] gamma = weights.floats(norm.weight().tensor(), manifest.hidden());
        List<float[]> normed = new ArrayList<>();
        for (int row = 0; row < rows.size(); row++) {
            for (int s = 0; s < rows.get(row).length; s++) {
                normed.add(rmsNorm(batch.captured(row, manifest.layers(), s), gamma, norm));
            }
        }
        compare("final_norm", "from the last point", join(normed));
    }

    private static float[] rmsNorm(float[] x, float[] gamma, FinalNorm norm) {
        double square = 0;
        for (float value : x) {
            square += (double) value * value;
        }
        double scale = 1 / Math.sqrt(square / x.length + norm.epsilon());
        float[] normed = new float[x.length];
        for (int i = 0; i < x.length; i++) {
            normed[i] = (float) (x[i] * scale * (gamma[i] + norm.offset()));
        }
        return normed;
    }

    private ForwardRequest everything(List<int[]> tokens, @Nullable Steering steering) {
        List<Capture> each = IntStream.range(0, tokens.get(0).length)
                .mapToObj(Capture::token)
                .toList();
        return ForwardRequest.of(tokens)
                .withSteering(steering)
                .withLogits(allPositions(tokens))
                .withCaptures(Collections.nCopies(tokens.size(), each));
    }

    private static List<int[]> allPositions(List<int[]> tokens) {
        return tokens.stream()
                .map(row -> IntStream.range(0, row.length).toArray())
                .toList();
    }

    private static float[] logits(ForwardResult result, List<int[]> tokens) {
        List<float[]> parts = new ArrayList<>();
        for (int row = 0; row < tokens.size(); row++) {
            for (int s = 0; s < tokens.get(row).length; s++) {
                parts.add(result.logits(row, s));
            }
        }
        return join(parts);
    }

    private float[] concat(List<ForwardResult> alone) {
        List<float[]> parts = new ArrayList<>();
        for (int row = 0; row < rows.size(); row++) {
            parts.add(logits(alone.get(row), List.of(rows.get(row))));
        }
        return join(parts);
    }

    /** In the file's order: {@code [P,B,S,H]}. */
    private float[] states(ForwardResult result, List<int[]> tokens) {
        List<float[]> parts = new ArrayList<>();
        for (int p = 0; p < manifest.points(); p++) {
            for (int row = 0; row < tokens.size(); row++) {
                for (int s = 0; s < tokens.get(row).length; s++) {
                    parts.add(result.captured(row, p, s));
                }
            }
        }
        return join(parts);
    }

    private static float[] join(List<float[]> parts) {
        float[] all = new float[parts.stream().mapToInt(p -> p.length).sum()];
        int at = 0;
        for (float[] part : parts) {
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
        }
        return all;
    }

    private void compare(String name, String path, float[] found) {
        if (has(name)) {
            float[] expected = reference.floats(name);
            if (expected.length != found.length) {
                throw new SteeringException(reference.path() + ": '" + name + "' is "
                        + reference.tensor(name).shape() + ", which does not fit " + manifest.name() + " ("
                        + manifest.layers() + " layers, hidden " + manifest.hidden() + ", vocabulary "
                        + manifest.vocabulary() + "). Is it the reference of another model?");
            }
            comparisons.add(Comparison.of(name + " (" + path + ")", expected, found));
        }
    }

    private void compareTokens(String name, String path, int[] found) {
        unused.remove(name);
        comparisons.add(Comparison.tokens(name + " (" + path + ")", reference.longs(name), found));
    }

    private boolean has(String name) {
        boolean there = reference.tensors().containsKey(name);
        unused.remove(name);
        return there;
    }

    private List<int[]> tokens(String name) {
        if (!reference.tensors().containsKey(name) || reference.tensor(name).rank() != 2) {
            throw new SteeringException(reference.path() + " has no " + name + " of shape [rows, tokens]: it is not a"
                    + " reference file. Found " + reference.tensors().keySet() + ".");
        }
        long[] values = reference.longs(name);
        int width = (int) reference.tensor(name).size(1);
        List<int[]> tokens = new ArrayList<>();
        for (int start = 0; start + width <= values.length; start += width) {
            tokens.add(Arrays.stream(values, start, start + width)
                    .mapToInt(this::token)
                    .toArray());
        }
        return tokens;
    }

    private int token(long id) {
        if (id < 0 || id >= manifest.vocabulary()) {
            throw new SteeringException(reference.path() + " has the token " + id + "; the vocabulary of "
                    + manifest.name() + " is 0 to " + (manifest.vocabulary() - 1) + ".");
        }
        return (int) id;
    }
}
