package dev.steering.export.check;

import dev.steering.core.ProgressListener;
import dev.steering.core.SteeringException;
import dev.steering.core.bundle.BundleManifest;
import dev.steering.core.bundle.BundleManifest.FinalNorm;
import dev.steering.core.bundle.BundleManifest.TensorReference;
import dev.steering.core.safetensors.SafetensorsFile;
import dev.steering.export.check.GreedyDecoder.Agreement;
import dev.steering.export.check.ReferenceComparison.Kind;
import dev.steering.model.ort.ForwardResult;
import dev.steering.model.ort.LanguageModel;
import dev.steering.model.pass.Capture;
import dev.steering.model.pass.DirectionSet;
import dev.steering.model.pass.ForwardRequest;
import dev.steering.model.pass.PassSteering;
import dev.steering.model.pass.Schedule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * Compares a bundle with reference values that another implementation computed from the same checkpoint, on every path that
 * users take: batched and alone, cached and uncached, captured and not, steered and not.
 *
 * <p>Knows these tensors: {@code input_ids [B,S]}, {@code logits [B,S,V]}, {@code unmodified_logits [B,S,V]} as the file gave
 * them that the bundle was instrumented from (logits of the last positions only, {@code [B,V]} or {@code [B,1,V]}, are compared with
 * those; {@code last_logits} is another name for them), {@code hidden_states [P,B,S,H]},
 * {@code final_norm [B,S,H]}, {@code steering_vectors [P,H]} added at every position of every point, {@code steered_logits},
 * {@code steered_hidden_states}, {@code short_input_ids [1,S']}, {@code short_last_logits [1,V]},
 * {@code short_last_hidden_states [P,1,H]}, and the greedy continuations {@code greedy}, {@code short_greedy},
 * {@code greedy_steered_from_last_prompt_token} and {@code short_greedy_steered_from_last_prompt_token}.
 */
public final class ReferenceCheck {
    private static final String STEERED_SUFFIX = "_steered_from_last_prompt_token";
    private static final Set<String> INPUTS = Set.of("input_ids", "short_input_ids", "steering_vectors");

    /** Largest difference that is allowed unless another is asked for. */
    public static final double TOLERANCE = 1e-4;

    /** Precision of graphs that round activations in steps which depend on everything that is computed together. */
    public static final String DYNAMIC = "int8 dynamic";

    private static final String BATCH_ONLY =
            "only the reference's own batch is compared: this graph rounds activations in"
                    + " steps that depend on all that is computed together, so a row alone has other logits in any runtime";

    private static final String WHOLE_ONLY =
            "beginnings of rows are not compared: the rows are longer than the original context"
                    + " of this model, whose rotary embedding is another one from the first position on in longer rows";

    private final LanguageModel model;
    private final boolean batchOnly;
    private final BundleManifest manifest;
    private final ReferenceFile file;
    private final List<int[]> rows;
    private final ModelPaths paths;

    private ReferenceCheck(LanguageModel model, SafetensorsFile reference) {
        this.model = model;
        this.manifest = model.manifest();
        this.batchOnly = manifest.dtype().equals(DYNAMIC);
        this.file = new ReferenceFile(reference, manifest);
        this.rows = file.tokens("input_ids");
        this.paths = new ModelPaths(model, rows);
    }

    /**
     * What came out.
     *
     * @param comparisons one per tensor and path, in a fixed order
     * @param ignored tensors of the file that this version does not know
     * @param notes what was left out and why
     */
    public record Report(List<ReferenceComparison> comparisons, List<String> ignored, List<String> notes) {
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
        return run(model, reference, ProgressListener.NONE);
    }

    /**
     * @param model an open bundle
     * @param reference the reference values
     * @param progress told after every kind of comparison
     * @return all comparisons that the file allows
     * @throws SteeringException if the file has nothing to compare or is of another model
     */
    public static Report run(LanguageModel model, SafetensorsFile reference, ProgressListener progress) {
        ReferenceCheck check = new ReferenceCheck(model, reference);
        List<Runnable> kinds = List.of(check::plain, check::steered, check::ragged, check::greedy);
        for (int done = 0; done < kinds.size(); done++) {
            progress.onProgress("comparing", done, kinds.size());
            kinds.get(done).run();
        }
        progress.onProgress("comparing", kinds.size(), kinds.size());
        check.file.requireCompared("logits or hidden_states beside input_ids");
        return new Report(check.file.comparisons(), check.file.unused(INPUTS), check.notes());
    }

    private void plain() {
        ForwardResult batch = model.forward(paths.everything(rows, null));
        compareUnsteered("batch", ModelPaths.logits(batch, rows));
        file.compare("hidden_states", "batch", paths.states(batch, rows));
        compareFinalNorm(batch);
        ForwardResult uncaptured = model.forward(ForwardRequest.of(rows).withLogits(ModelPaths.allPositions(rows)));
        compareUnsteered("without capture", ModelPaths.logits(uncaptured, rows));
        if (batchOnly) {
            return;
        }
        List<ForwardResult> alone = rows.stream()
                .map(row -> model.forward(paths.everything(List.of(row), null)))
                .toList();
        compareUnsteered("one by one", paths.concat(alone));
        if (!crossesRotaryBoundary()) {
            compareUnsteered("cached, token by token", paths.tokenByToken());
            compareRagged();
        }
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
        float[] found = paths.raggedPrefixes();
        for (String name : List.of("logits", "unmodified_logits")) {
            if (rows.size() > 1 && file.has(name) && !file.hasLastOnly(name, rows.size())) {
                file.add(ReferenceComparison.of(
                        name + " (ragged batch)", paths.prefixes(file.tensors().floats(name)), found));
            }
        }
    }

    /** The checkpoint's logits, and those of the file that the bundle was instrumented from. */
    private void compareUnsteered(String path, float[] found) {
        file.compareLogits("logits", path, rows.size(), found);
        file.compareLogits("unmodified_logits", path, rows.size(), found);
    }

    private void steered() {
        if (!file.has("steering_vectors")) {
            return;
        }
        PassSteering steering = PassSteering.adding(directions(), List.of(Schedule.everywhere(1)));
        ForwardResult batch = model.forward(paths.everything(rows, steering));
        file.compareLogits("steered_logits", "batch", rows.size(), ModelPaths.logits(batch, rows));
        file.compare("steered_hidden_states", "batch", paths.states(batch, rows));
        if (batchOnly) {
            return;
        }
        List<ForwardResult> alone = rows.stream()
                .map(row -> model.forward(paths.everything(List.of(row), steering)))
                .toList();
        file.compareLogits("steered_logits", "one by one", rows.size(), paths.concat(alone));
    }

    private void ragged() {
        if (!file.has("short_input_ids")) {
            return;
        }
        List<int[]> ragged = List.of(rows.get(0), file.tokens("short_input_ids").get(0));
        List<List<Capture>> lastTokens = ragged.stream()
                .map(row -> List.of(Capture.token(row.length - 1)))
                .toList();
        ForwardResult result =
                model.forward(ForwardRequest.of(ragged).withLastLogits().withCaptures(lastTokens));
        file.compare("short_last_logits", "ragged batch", result.logits(1, 0));
        float[] states = new float[manifest.points() * manifest.hidden()];
        for (int p = 0; p < manifest.points(); p++) {
            System.arraycopy(result.captured(1, p, 0), 0, states, p * manifest.hidden(), manifest.hidden());
        }
        file.compare("short_last_hidden_states", "ragged batch", states);
    }

    private void greedy() {
        List<int[]> prompts = new ArrayList<>(List.of(rows.get(0)));
        List<String> names = new ArrayList<>(List.of("greedy"));
        if (file.has("short_input_ids")) {
            prompts.add(file.tokens("short_input_ids").get(0));
            names.add("short_greedy");
        }
        compareGreedy(names, prompts, "");
        if (file.has("steering_vectors")) {
            compareGreedy(names, prompts, STEERED_SUFFIX);
        }
    }

    private void compareGreedy(List<String> names, List<int[]> prompts, String suffix) {
        if (!names.stream().allMatch(name -> file.has(name + suffix))) {
            return;
        }
        GreedyDecoder decoder = new GreedyDecoder(model);
        List<int[]> texts =
                names.stream().map(name -> file.continuation(name + suffix)).toList();
        PassSteering batch = suffix.isEmpty() ? null : fromLastToken(prompts);
        List<Agreement> together = decoder.cached(prompts, texts, batch);
        List<Agreement> uncached = decoder.uncached(prompts, texts, batch);
        for (int i = 0; i < names.size(); i++) {
            List<int[]> one = List.of(prompts.get(i));
            PassSteering steering = suffix.isEmpty() ? null : fromLastToken(one);
            String name = names.get(i) + suffix;
            compareTokens(name, "cached, batch", together.get(i));
            compareTokens(
                    name,
                    "cached, alone",
                    decoder.cached(one, List.of(texts.get(i)), steering).get(0));
            compareTokens(name, "uncached, batch", uncached.get(i));
        }
    }

    private void compareTokens(String name, String path, Agreement found) {
        ReferenceComparison.Kind kind = StatedTolerance.isRounded(manifest) ? Kind.ROUNDED_TOKENS : Kind.TOKENS;
        file.add(ReferenceComparison.tokens(name + " (" + path + ")", kind, found.margin() / 2, found.different()));
    }

    private PassSteering fromLastToken(List<int[]> prompts) {
        return PassSteering.adding(
                directions(),
                prompts.stream().map(p -> Schedule.from(p.length - 1, 1)).toList());
    }

    private DirectionSet directions() {
        float[] values = file.tensors().floats("steering_vectors", manifest.points(), manifest.hidden());
        float[][] points = new float[manifest.points()][];
        for (int p = 0; p < points.length; p++) {
            points[p] = Arrays.copyOfRange(values, p * manifest.hidden(), (p + 1) * manifest.hidden());
        }
        return DirectionSet.of(points);
    }

    /** The norm before the head is not an output of the graph; its input and its weights are at hand. */
    private void compareFinalNorm(ForwardResult batch) {
        FinalNorm norm = manifest.finalNorm();
        if (norm == null || !file.has("final_norm")) {
            return;
        }
        float[] gamma = read(norm.weight());
        TensorReference bias = norm.bias();
        float[] beta = bias == null ? null : read(bias);
        List<float[]> normed = new ArrayList<>();
        for (int row = 0; row < rows.size(); row++) {
            for (int s = 0; s < rows.get(row).length; s++) {
                normed.add(ModelPaths.norm(batch.captured(row, manifest.layers(), s), gamma, beta, norm));
            }
        }
        file.compare("final_norm", "from the last point", ModelPaths.join(normed));
    }

    private float[] read(TensorReference vector) {
        return SafetensorsFile.open(model.bundle().file(vector.file())).floats(vector.tensor(), manifest.hidden());
    }
}
