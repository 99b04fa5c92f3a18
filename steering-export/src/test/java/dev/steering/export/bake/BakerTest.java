package dev.steering.export.bake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OrtException;
import dev.steering.core.ProgressListener;
import dev.steering.core.SteeringException;
import dev.steering.core.bundle.Bundle;
import dev.steering.core.bundle.BundleManifest;
import dev.steering.core.vector.LayerMatrix;
import dev.steering.core.vector.SteeringVector;
import dev.steering.export.CheckpointExporter;
import dev.steering.export.ExportOptions;
import dev.steering.export.Precision;
import dev.steering.export.instrument.InstrumentOptions;
import dev.steering.export.instrument.Instrumenter;
import dev.steering.model.ort.LanguageModel;
import dev.steering.model.pass.DirectionSet;
import dev.steering.model.pass.ForwardRequest;
import dev.steering.model.pass.PassSteering;
import dev.steering.testkit.Fixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Baked models in bare ONNX Runtime against steered bundles in ours. */
class BakerTest {
    private static final int LENGTH = 12;

    @TempDir
    Path directory;

    private Bundle export(String checkpoint, Precision precision) {
        return CheckpointExporter.export(
                Fixtures.path("checkpoints/" + checkpoint),
                directory.resolve("bundle"),
                ExportOptions.defaults().withPrecision(precision));
    }

    private Baker.Baked bake(Bundle bundle, SteeringVector vector) {
        return Baker.bake(bundle, vector, directory.resolve("baked"), false, ProgressListener.NONE);
    }

    private static int[] tokens(BundleManifest manifest) {
        return new Random(4).ints(LENGTH, 3, manifest.vocabulary()).toArray();
    }

    /** What the bundle's own graph makes of the vector, added at all tokens. */
    private static float[][] steered(Bundle bundle, SteeringVector vector, List<Integer> layers) {
        float[][] points = new float[vector.layers() + 1][vector.hidden()];
        layers.forEach(layer -> points[layer + 1] = vector.directions().row(layer));
        PassSteering steering =
                PassSteering.adding(DirectionSet.of(points), List.of((position, direction) -> (float) Certified.ALPHA));
        try (LanguageModel model = LanguageModel.open(bundle.directory())) {
            var result = model.forward(ForwardRequest.of(List.of(tokens(bundle.manifest())))
                    .withSteering(steering)
                    .withLogits(List.of(IntStream.range(0, LENGTH).toArray())));
            return IntStream.range(0, LENGTH).mapToObj(i -> result.logits(0, i)).toArray(float[][]::new);
        }
    }

    private static double difference(float[][] expected, float[][] found) {
        assertEquals(expected.length, found.length);
        double most = 0;
        double scale = 1;
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i].length, found[i].length);
            for (int v = 0; v < expected[i].length; v++) {
                most = Math.max(most, Math.abs(expected[i][v] - found[i][v]));
                scale = Math.max(scale, Math.abs(expected[i][v]));
            }
        }
        return most / scale;
    }

    /** Every family that is exported; which layers' steering goes into biases depends on the checkpoint. */
    @ParameterizedTest
    @CsvSource({
        "llama, 0",
        "llama-biases, 2",
        "llama3-rope, 0",
        "mistral, 0",
        "qwen2, 0",
        "qwen3, 0",
        "phi3, 0",
        "gemma, 0",
        "gemma2, 0",
        "gemma3, 0",
        "granite, 0",
        "smollm3, 0",
        "phi3-longrope, 0"
    })
    void bakedLogitsAreThoseOfTheSteeredBundle(String checkpoint, int biases) throws OrtException {
        Bundle bundle = export(checkpoint, Precision.FP32);
        int last = bundle.manifest().layers() - 1;
        List<Integer> layers = last == 0 ? List.of(0) : List.of(0, last);
        SteeringVector vector = Certified.vector(bundle.manifest(), layers);
        Baker.Baked baked = bake(bundle, vector);
        assertEquals(biases, baked.biases().size(), baked.toString());
        assertEquals(layers.size() - biases, baked.adds().size(), baked.toString());
        int[] tokens = tokens(bundle.manifest());
        try (BareSession session = new BareSession(baked.graph())) {
            assertTrue(
                    session.inputs().stream()
                            .noneMatch(name -> name.startsWith("steering") || name.contains(".weights")),
                    session.inputs().toString());
            assertFalse(session.outputs().contains("captured"));
            float[][] expected = steered(bundle, vector, layers);
            double whole = difference(expected, session.logits(tokens));
            assertTrue(whole < 1e-5, checkpoint + ": " + whole);
            double stepwise = difference(expected, session.stepwise(tokens));
            assertTrue(stepwise < 1e-5, checkpoint + ", token by token: " + stepwise);
        }
        try (BareSession session = new BareSession(baked.graph())) {
            double untouched = difference(steered(bundle, vector, List.of()), session.logits(tokens));
            assertTrue(untouched > 1e-3, "it does steer: " + untouched);
        }
    }

    /** Other people's exports: the contract is taken out again, also of branches and at fused norms. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "opt-gpt2",
                "opt-llama",
                "opt-llama_nopast",
                "opt-gpt_neox",
                "opt-opt",
                "opt-qwen2",
                "opt-gemma2",
                "var-llama_ortopt1",
                "dyn-gpt2",
                "dyn-olmo2",
                "dyn-qwen3_op23"
            })
    void instrumentedBundlesAreBakedToo(String export) throws OrtException {
        Path model = Fixtures.path("onnx-exports/" + export).resolve("model.onnx");
        Bundle bundle = Instrumenter.instrument(model, directory.resolve("bundle"), InstrumentOptions.defaults())
                .bundle();
        List<Integer> layers = List.of(0, 1);
        SteeringVector vector = Certified.vector(bundle.manifest(), layers);
        Baker.Baked baked = bake(bundle, vector);
        // dyn-gpt2: an exporter that leaves biases of zeros out.
        boolean biased = Set.of("opt-gpt2", "opt-gpt_neox", "opt-opt").contains(export);
        assertEquals(biased ? layers : List.of(), baked.biases(), "models with biases");
        try (BareSession session = new BareSession(baked.graph())) {
            double found = difference(steered(bundle, vector, layers), session.logits(tokens(bundle.manifest())));
            assertTrue(found < 1e-5, export + ": " + found);
        }
    }

    @Test
    void weightsAreNotWrittenAgain() throws IOException {
        Bundle bundle = export("llama", Precision.FP32);
        Baker.Baked baked = bake(bundle, Certified.vector(bundle.manifest(), List.of(1)));
        Path weights = baked.directory().resolve("model.safetensors");
        assertTrue(Files.isSameFile(weights, bundle.file("model.safetensors")));
        assertTrue(Files.size(baked.graph()) < 100_000, "" + Files.size(baked.graph()));
        assertTrue(Files.exists(baked.directory().resolve("config.json")));
        assertFalse(Files.exists(baked.directory().resolve(Bundle.MANIFEST)), "it is no bundle any more");
        Baker.Baked copied = Baker.bake(
                bundle,
                Certified.vector(bundle.manifest(), List.of(1)),
                directory.resolve("copied"),
                true,
                ProgressListener.NONE);
        assertFalse(Files.isSameFile(copied.directory().resolve("model.safetensors"), weights));
    }

    @ParameterizedTest
    @ValueSource(strings = {"FP16", "INT8", "INT4"})
    void otherPrecisionsAreBakedInTheirOwn(String precision) throws OrtException {
        Bundle bundle = export("qwen2", Precision.valueOf(precision));
        SteeringVector vector = Certified.vector(bundle.manifest(), List.of(1));
        Baker.Baked baked = bake(bundle, vector);
        try (BareSession session = new BareSession(baked.graph())) {
            double found = difference(steered(bundle, vector, List.of(1)), session.logits(tokens(bundle.manifest())));
            assertTrue(found < 1e-5, precision + ": " + found);
        }
    }

    @Test
    void whatWasNotMeasuredIsNotBaked() throws IOException {
        Bundle bundle = export("llama", Precision.FP32);
        BundleManifest manifest = bundle.manifest();
        List<Integer> layers = List.of(1);
        String plan = Certified.plan(layers);
        SteeringVector good = Certified.vector(manifest, layers);
        refused(bundle, good.withCertificate(null), "Not baked: the vector has no certificate");
        float[] other = good.directions().values();
        other[3] += 1;
        refused(
                bundle,
                good.withDirections(LayerMatrix.of(good.layers(), good.hidden(), other)),
                "its certificate was made for other numbers");
        refused(bundle, Certified.vector(manifest, layers, plan, 18), "10.0 points fewer of the 20 harmful prompts");
        String scans = plan.replace("\"always\"", "\"transition-sign\"");
        refused(bundle, Certified.vector(manifest, layers, scans, 20), "decides about each prompt cannot be baked");
        String late = plan.replace("\"all\"", "\"last-prompt-token-on\"");
        refused(bundle, Certified.vector(manifest, layers, late, 20), "measure it with the scope of all tokens");
        String ablate = plan.replace("\"type\":\"add\"", "\"type\":\"project-out\"");
        refused(bundle, Certified.vector(manifest, layers, ablate, 20), "only adding and subtracting are constants");
        String norm = plan.replace("\"keep_norm\":false", "\"keep_norm\":true");
        refused(bundle, Certified.vector(manifest, layers, norm, 20), "only adding and subtracting are constants");
        String twice = plan.replace("]}", "," + plan.substring(plan.indexOf('[') + 1));
        refused(bundle, Certified.vector(manifest, layers, twice, 20), "only one step can be baked");
        String random = plan.replace("\"fingerprint\":", "\"random_seed\":1,\"fingerprint\":");
        refused(bundle, Certified.vector(manifest, layers, random, 20), "that is not the vector itself");
        bake(bundle, Certified.vector(manifest, layers, plan, 19));
        refused(bundle, good, "it is there and not empty");
        Path elsewhere = directory.resolve("other");
        Bundle another =
                CheckpointExporter.export(Fixtures.path("checkpoints/mistral"), elsewhere, ExportOptions.defaults());
        refused(another, good, "its certificate was made on another model");
        assertEquals(Set.of("bundle", "baked", "other"), names());
    }

    private Set<String> names() throws IOException {
        try (var entries = Files.list(directory)) {
            return entries.map(path -> path.getFileName().toString()).collect(Collectors.toSet());
        }
    }

    private void refused(Bundle bundle, SteeringVector vector, String message) {
        SteeringException e = assertThrows(SteeringException.class, () -> bake(bundle, vector));
        assertTrue(String.valueOf(e.getMessage()).contains(message), e.getMessage());
    }
}
