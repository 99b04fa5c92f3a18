package dev.steering.core.vector;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.core.BadFile;
import dev.steering.core.BadRequest;
import dev.steering.core.Sha256;
import dev.steering.core.SteeringException;
import dev.steering.core.safetensors.SafetensorsFile;
import dev.steering.core.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class VectorFileTest {
    private static final String AGAIN = ". Extract or copy it again.";
    private static final JsonMapper MAPPER = new JsonMapper();

    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void chooseFile() {
        file = directory.resolve("vector.safetensors");
    }

    @Test
    void readsBackWhatWasWritten() {
        for (SteeringVector vector : List.of(
                VectorExamples.plain(),
                VectorExamples.anchored(),
                VectorExamples.learned(List.of(0, 1)),
                VectorExamples.complete(),
                VectorExamples.fromElsewhere())) {
            VectorFile.write(file, vector);
            assertEquals(vector, VectorFile.read(file));
        }
    }

    @Test
    void anAnchoredVectorStillSaysHowItWasLearned() {
        SteeringVector learned = VectorExamples.learned(List.of(1));
        assertEquals(
                learned.learning(),
                learned.withAnchoring(VectorExamples.anchoring(List.of(1))).learning());
    }

    @Test
    void learnedLayersHaveToExist() {
        assertEquals(
                "cannot save the steering vector: its learning names layer 2 of 2.",
                assertThrows(
                                SteeringException.class,
                                () -> VectorFile.write(file, VectorExamples.learned(List.of(0, 2))))
                        .getMessage());
    }

    @Test
    void sameValueGivesTheSameBytes() throws IOException {
        VectorFile.write(file, VectorExamples.anchored());
        byte[] first = Files.readAllBytes(file);
        VectorFile.write(file, VectorFile.read(file));
        assertArrayEquals(first, Files.readAllBytes(file));
    }

    @Test
    void keepsTheRecordOfASweep() throws IOException {
        for (Double divergence : new Double[] {0.0125, null}) {
            SteeringVector vector = VectorExamples.plain()
                    .withAnchoring(VectorExamples.swept(VectorExamples.operatingPoint(divergence)));
            VectorFile.write(file, vector);
            assertEquals(vector, VectorFile.read(file));
            byte[] first = Files.readAllBytes(file);
            VectorFile.write(file, VectorFile.read(file));
            assertArrayEquals(first, Files.readAllBytes(file));
        }
        JsonNode point = MAPPER.readTree(SafetensorsFile.open(file).metadata().get("steering_vector"))
                .at("/anchoring/operating_point");
        assertEquals("[[1],[0,1]]", point.at("/grid/layer_sets").toString());
        assertEquals(
                "{\"set\":\"harmful\",\"expected\":\"refuse\",\"prompts\":360,\"unsteered_refused\":360,\"refused\":355}",
                point.at("/test/1").toString());
    }

    @Test
    void refusesADamagedRecordOfASweep() {
        assertDamagedSweep(
                "its description's 'anchoring.operating_point.test[0].expected' must be comply or refuse, found 'laugh'",
                point -> ((ObjectNode) point.at("/test/0")).put("expected", "laugh"));
        assertDamagedSweep(
                "its description's 'anchoring.operating_point.grid.layer_sets[1]' must be an array, found 3",
                point -> ((ArrayNode) point.at("/grid/layer_sets")).set(1, 3));
        assertDamagedSweep("its description has no 'anchoring.operating_point.cost'", point -> point.remove("cost"));
        assertDamagedSweep(
                "its anchoring names layer 2 of 2", point -> ((ArrayNode) point.at("/grid/layer_sets/0")).set(0, 2));
    }

    private void assertDamagedSweep(String problem, Consumer<ObjectNode> change) {
        assertDamaged(problem, json -> {
            ObjectNode point = record();
            ((ObjectNode) json.get("anchoring")).set("operating_point", point);
            change.accept(point);
        });
    }

    private static ObjectNode record() {
        try {
            String json = VectorJsonWriter.write(VectorExamples.swept());
            return (ObjectNode) MAPPER.readTree(json).at("/anchoring/operating_point");
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The golden file was written by the first version of this class; it must stay readable for ever. */
    @Test
    void readsTheGoldenFileOfVersion1() throws IOException, URISyntaxException {
        SteeringVector read = VectorFile.read(golden("v1.safetensors"));
        assertEquals(VectorExamples.anchored(), read);
        assertEquals(VectorExamples.prompts(), read.requireKeptPrompts());
        assertEquals(
                ModelIdentity.ofFingerprint("ab".repeat(32)), read.provenance().model());
        VectorFile.write(file, read);
        assertEquals(read, VectorFile.read(file), "written again as version 2");
    }

    /** The golden file was written by this class when version 2 was made; it must stay readable for ever, too. */
    @Test
    void readsAndWritesTheGoldenFileOfVersion2() throws IOException, URISyntaxException {
        Path golden = golden("v2.safetensors");
        SteeringVector read = VectorFile.read(golden);
        // Hashes were those of prompts without blanks at their ends then; line ends inside are blanks now.
        ExtractionPrompts older = ExtractionPrompts.ofHashes(
                hashes(VectorExamples.prompts().harmful()),
                hashes(VectorExamples.prompts().harmless()));
        assertEquals(VectorExamples.complete().withPrompts(older), read);
        assertTrue(read.requirePrompts().areThoseOf(VectorExamples.prompts()), "both kinds of hashes are known");
        assertTrue(read.requirePrompts().contains("Which caf\u00e9 is \"open\"?\nToday, I mean. "));
        VectorFile.write(file, read);
        assertArrayEquals(Files.readAllBytes(golden), Files.readAllBytes(file), "the written format has changed");
    }

    private static List<String> hashes(List<String> prompts) {
        return prompts.stream().map(prompt -> Sha256.hex(prompt.strip())).toList();
    }

    private static Path golden(String name) throws URISyntaxException {
        return Path.of(VectorFileTest.class.getResource(name).toURI());
    }

    @Test
    void noPromptIsInAFileThatKeepsHashes() throws IOException {
        VectorFile.write(file, VectorExamples.complete());
        String hashed = Files.readString(file, StandardCharsets.ISO_8859_1);
        assertFalse(hashed.contains("boil an egg"), hashed);
        assertTrue(hashed.contains(ExtractionPrompts.hash("How do I boil an egg?")), hashed);
        VectorFile.write(file, VectorExamples.plain());
        assertTrue(Files.readString(file, StandardCharsets.ISO_8859_1).contains("boil an egg"));
    }

    @Test
    void whatIsNotThereIsNotWritten() throws IOException {
        VectorFile.write(file, VectorExamples.fromElsewhere());
        JsonNode json = MAPPER.readTree(SafetensorsFile.open(file).metadata().get("steering_vector"));
        assertEquals(List.of("format_version", "convention", "scale", "provenance"), keys(json));
        assertFalse(json.get("provenance").has("model_fingerprint"));
        assertEquals(Set.of("directions"), SafetensorsFile.open(file).tensors().keySet());
    }

    @Test
    void refusesDamagedPrompts() {
        assertDamaged(
                "its description's 'contrast_set.stored' must be sha256 or prompts, found 'some'",
                json -> ((ObjectNode) json.get("contrast_set")).put("stored", "some"));
        rewrite(json -> ((ObjectNode) json.get("contrast_set")).put("stored", "sha256"));
        assertEquals(
                file + ", contrast_set: a prompt's hash must be 64 lower-case hexadecimal digits, found something of 21"
                        + " characters.",
                message(() -> VectorFile.read(file)));
    }

    @Test
    void aFilesFaultIsABadFileAndAValuesFaultABadRequest() throws IOException {
        Files.writeString(file, "no safetensors file at all");
        assertThrows(BadFile.class, () -> VectorFile.read(file));
        rewrite(json -> json.remove("provenance"));
        assertThrows(BadFile.class, () -> VectorFile.read(file));
        assertThrows(BadRequest.class, () -> VectorFile.write(file, VectorExamples.learned(List.of(7))));
    }

    @Test
    void statesTheConvention() throws IOException {
        VectorFile.write(file, VectorExamples.plain());
        String convention = MAPPER.readTree(
                        SafetensorsFile.open(file).metadata().get("steering_vector"))
                .get("convention")
                .asText();
        assertTrue(convention.contains("added to that block's output"), convention);
        assertTrue(convention.contains("before the final norm"), convention);
    }

    @Test
    void toleratesUnknownKeysAndTensors() throws IOException {
        ObjectNode json = description();
        json.put("mood", "sunny");
        ((ObjectNode) json.get("provenance")).put("weather", 3);
        writer(json.toString()).floats("more", new float[1], 1).write(file);
        assertEquals(VectorExamples.anchored(), VectorFile.read(file));
    }

    @Test
    void refusesANewerVersion() {
        rewrite(json -> json.removeAll().put("format_version", 3));
        assertEquals(
                file + " is a steering vector of format version 3, but this program reads versions up to 2. "
                        + "Update the program, or extract the vector with this one.",
                message(() -> VectorFile.read(file)));
    }

    @Test
    void refusesAVersionThatNeverWas() {
        assertDamaged("there is no format version 0", json -> json.put("format_version", 0));
    }

    @Test
    void refusesAnotherSafetensorsFile() {
        new SafetensorsWriter().floats("directions", new float[1], 1, 1).write(file);
        assertEquals(
                file + " is a safetensors file but not a steering vector: it has no metadata 'steering_vector'. "
                        + "Expected the file of an extracted vector.",
                message(() -> VectorFile.read(file)));
    }

    @Test
    void refusesADescriptionThatIsNotJson() {
        writer("{\"format_version\":1").write(file);
        String message = message(() -> VectorFile.read(file));
        assertTrue(
                message.startsWith(file + " is not a valid steering vector: its description is not valid JSON: "),
                message);
        writer("[1]").write(file);
        assertEquals(
                file + " is not a valid steering vector: its description's '' must be an object, found ARRAY" + AGAIN,
                message(() -> VectorFile.read(file)));
    }

    @Test
    void namesEveryMissingKey() throws IOException {
        for (String key : List.of("format_version", "scale", "provenance")) {
            assertDamaged("its description has no '" + key + "'", json -> json.remove(key));
        }
        for (String key : List.of("statistics", "contrast_set", "anchoring")) {
            assertDamaged("its description has no '" + key + "'", json -> json.put("format_version", 1)
                    .remove(key));
        }
        for (String object : List.of("provenance", "anchoring")) {
            for (String key : keys(description().get(object))) {
                if (key.equals("model_fingerprint")) {
                    continue; // a vector from elsewhere has none
                }
                assertDamaged(
                        "its description has no '" + object + "." + key + "'",
                        json -> ((ObjectNode) json.get(object)).remove(key));
            }
        }
        for (String key : keys(description().at("/anchoring/calibration"))) {
            assertDamaged(
                    "its description has no 'anchoring.calibration." + key + "'",
                    json -> ((ObjectNode) json.at("/anchoring/calibration")).remove(key));
        }
        assertDamaged(
                "its description has no 'anchoring.layers[1].top_tokens[0].score'",
                json -> ((ObjectNode) json.at("/anchoring/layers/1/top_tokens/0")).remove("score"));
    }

    @Test
    void namesValuesOfTheWrongKind() {
        assertDamaged(
                "its description's 'provenance.seed' must be a 64-bit integer, found 1.5",
                json -> ((ObjectNode) json.get("provenance")).put("seed", 1.5));
        assertDamaged(
                "its description's 'contrast_set.harmful[0]' must be a string, found 3",
                json -> ((ArrayNode) json.at("/contrast_set/harmful")).set(0, 3));
        assertDamaged(
                "its description's 'statistics[0].separability' must be a finite number, found STRING",
                json -> ((ObjectNode) json.at("/statistics/0")).put("separability", "NaN"));
        assertDamaged(
                "its description's 'anchoring.steering_layers' must be an array, found 3",
                json -> ((ObjectNode) json.get("anchoring")).put("steering_layers", 3));
        assertDamaged(
                "its description's 'anchoring.top_k' must be a 32-bit integer, found 2147483648",
                json -> ((ObjectNode) json.get("anchoring")).put("top_k", 2147483648L));
        assertDamaged(
                "its description's 'anchoring.scale' must be unit or raw, found 'huge'",
                json -> ((ObjectNode) json.get("anchoring")).put("scale", "huge"));
        assertDamaged(
                "its description's 'anchoring.layers[0].top_tokens[0].refusal' must be true or false, found NULL",
                json -> ((ObjectNode) json.at("/anchoring/layers/0/top_tokens/0")).putNull("refusal"));
    }

    @Test
    void refusesLayersThatDoNotExist() {
        assertDamaged("its anchoring names layer 2 of 2", json -> ((ArrayNode) json.at("/anchoring/steering_layers"))
                .set(0, 2));
        assertDamaged(
                "it has statistics of 1 layers, expected 2", json -> ((ArrayNode) json.get("statistics")).remove(0));
        assertDamaged(
                "entry 0 of its statistics is of layer 1, expected layer 0",
                json -> ((ObjectNode) json.at("/statistics/0")).put("layer", 1));
        SteeringVector vector = VectorExamples.plain().withAnchoring(VectorExamples.anchoring(List.of(-1)));
        assertEquals(
                "cannot save the steering vector: its anchoring names layer -1 of 2.",
                message(() -> VectorFile.write(file, vector)));
    }

    @Test
    void refusesAnotherSiteOrOperation() {
        String problem = "its site is 'attention' and its operation 'ablate', this format holds vectors of site "
                + "'block-output' and operation 'add' only";
        assertDamaged(problem, json -> ((ObjectNode) json.get("provenance"))
                .put("site", "attention")
                .put("operation", "ablate"));
        SteeringVector vector = VectorExamples.with(
                VectorExamples.provenance("attention", "ablate"), VectorExamples.statistics(0, 1, 0));
        assertEquals(
                "cannot save the steering vector: " + problem + ".", message(() -> VectorFile.write(file, vector)));
    }

    @Test
    void refusesToWriteANumberThatIsNotFinite() {
        SteeringVector vector = VectorExamples.with(
                VectorExamples.provenance("block-output", "add"), VectorExamples.statistics(0, 1, Double.NaN));
        assertEquals(
                "cannot save the steering vector: its separability is NaN, expected a finite number. "
                        + "The model's activations overflowed, or a measurement is missing.",
                message(() -> VectorFile.write(file, vector)));
    }

    @Test
    void refusesValuesThatAreNotFinite() throws IOException {
        for (float value : new float[] {Float.NaN, Float.NEGATIVE_INFINITY}) {
            new SafetensorsWriter()
                    .metadata("steering_vector", description().toString())
                    .floats("directions", new float[] {1, 2, 3, 4, value, 6}, 2, 3)
                    .floats("transition_reference", new float[6], 2, 3)
                    .write(file);
            assertEquals(
                    file + ": tensor 'directions': a vector must be finite: layer 1, component 1 is " + value
                            + ". The model's activations overflowed or the file is damaged.",
                    message(() -> VectorFile.read(file)));
        }
    }

    @Test
    void refusesTensorsOfAnotherShape() throws IOException {
        String json = description().toString();
        new SafetensorsWriter()
                .metadata("steering_vector", json)
                .floats("directions", new float[6], 6)
                .write(file);
        assertEquals(
                file + " is not a valid steering vector: tensor 'directions' is F32 [6], expected F32 [layers, hidden]"
                        + AGAIN,
                message(() -> VectorFile.read(file)));
        new SafetensorsWriter()
                .metadata("steering_vector", json)
                .floats("directions", new float[6], 2, 3)
                .floats("transition_reference", new float[6], 3, 2)
                .write(file);
        assertEquals(
                file + " is not a valid steering vector: tensor 'transition_reference' has shape [3, 2], "
                        + "expected that of 'directions', [2, 3]" + AGAIN,
                message(() -> VectorFile.read(file)));
    }

    @Test
    void version1RefusesAMissingTensor() throws IOException {
        new SafetensorsWriter()
                .metadata(
                        "steering_vector",
                        description().put("format_version", 1).toString())
                .floats("directions", new float[6], 2, 3)
                .write(file);
        assertEquals(
                file + " has no tensor 'transition_reference'. Nearest of its 1: directions.",
                message(() -> VectorFile.read(file)));
    }

    private ObjectNode description() throws IOException {
        return (ObjectNode) MAPPER.readTree(VectorJsonWriter.write(VectorExamples.anchored()));
    }

    private static SafetensorsWriter writer(String json) {
        SteeringVector vector = VectorExamples.anchored();
        return new SafetensorsWriter()
                .metadata("steering_vector", json)
                .floats("directions", vector.directions().values(), 2, 3)
                .floats("transition_reference", vector.transitionReference().values(), 2, 3);
    }

    private void rewrite(Consumer<ObjectNode> change) {
        try {
            ObjectNode json = description();
            change.accept(json);
            writer(json.toString()).write(file);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void assertDamaged(String problem, Consumer<ObjectNode> change) {
        rewrite(change);
        assertEquals(
                file + " is not a valid steering vector: " + problem + AGAIN, message(() -> VectorFile.read(file)));
    }

    private static List<String> keys(JsonNode node) {
        return node.properties().stream().map(Map.Entry::getKey).toList();
    }

    private static String message(Executable call) {
        return assertThrows(SteeringException.class, call).getMessage();
    }
}
