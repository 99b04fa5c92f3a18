package dev.steering.core.vector.format;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.steering.core.BadRequest;
import dev.steering.core.files.OutputRule;
import dev.steering.core.safetensors.SafetensorsFile;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorFile;
import dev.steering.core.vector.VectorScale;
import dev.steering.core.vector.format.ReadingOptions.Keep;
import dev.steering.core.vector.format.ReadingOptions.Source;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Files of the demo model's vector that other tools wrote, or that were written with those tools' own statements (gguf 0.19, NumPy 2.4,
 * safetensors 0.8, llama.cpp's llama-cvector-generator b4748): {@code expected.json} says what is in each, {@code expected.safetensors}
 * has the values, which the formats' own libraries read bit-equal.
 */
class ReferenceVectorsTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path directory;

    static Path resource(String name) {
        try {
            return Path.of(Objects.requireNonNull(ReferenceVectorsTest.class.getResource(name), name)
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    static Stream<JsonNode> files() throws IOException {
        List<JsonNode> files = new ArrayList<>();
        JSON.readTree(resource("expected.json").toFile()).get("files").forEach(files::add);
        assertTrue(files.size() == 22, files.size() + " files");
        return files.stream();
    }

    private static float[] expected(String values, int layer) {
        return SafetensorsFile.open(resource("expected.safetensors"))
                .readRows(values.equals("own") ? "cvector_mean" : values, layer, 1);
    }

    private static ReadingOptions options(String file) {
        return file.equals("raw-layer5.npy") ? new ReadingOptions(null, null, 5) : ReadingOptions.NONE;
    }

    private static List<Integer> layers(JsonNode file) {
        List<Integer> layers = new ArrayList<>();
        file.get("layers").forEach(layer -> layers.add(layer.intValue()));
        return layers;
    }

    @ParameterizedTest
    @MethodSource("files")
    void valuesAreBitEqual(JsonNode said) {
        String name = said.get("file").textValue();
        VectorFiles.Opened opened = VectorFiles.open(resource(name), 6, options(name));
        SteeringVector vector = opened.vector();

        assertEquals(
                said.get("format").textValue(),
                Objects.requireNonNull(opened.format()).name());
        assertEquals(layers(said), Objects.requireNonNull(vector.origin()).layers());
        assertEquals(6, vector.layers());
        assertEquals(VectorScale.RAW, vector.scale());
        for (int layer = 0; layer < 6; layer++) {
            float[] expected =
                    layers(said).contains(layer) ? expected(said.get("values").textValue(), layer) : new float[128];
            assertArrayEquals(expected, vector.directions().row(layer), name + " layer " + layer);
        }
    }

    /** Written again in every format and read again: the same rows for the same layers. */
    @ParameterizedTest
    @MethodSource("files")
    void everyFormatKeepsRowsAndLayers(JsonNode said) {
        String name = said.get("file").textValue();
        SteeringVector vector =
                VectorFiles.open(resource(name), 6, options(name)).vector();
        for (VectorFormat format : VectorFormats.all()) {
            Path file = directory.resolve("again." + format.name());
            VectorExport.to(format).write(file, vector, OutputRule.STANDARD);
            SteeringVector again =
                    VectorFiles.open(file, 6, ReadingOptions.NONE).vector();

            assertEquals(vector.directions(), again.directions(), name + " as " + format.name());
            if (format != VectorFormats.NPY) {
                assertEquals(
                        layers(said), Objects.requireNonNull(again.origin()).layers(), format.name());
            }
        }
        Path own = directory.resolve("own.safetensors");
        VectorExport.to(null).write(own, vector, OutputRule.STANDARD);
        assertEquals(vector, VectorFile.read(own));
    }

    @Test
    void whoWroteAGgufFileIsTold() {
        assertEquals("repeng", tool("raw-repeng.gguf"));
        assertEquals("EasySteer", tool("raw-easysteer.gguf"));
        assertEquals("EasySteer", tool("unit-easysteer-2025.gguf"));
        assertEquals("llama.cpp-generator", tool("llama-cvector-mean.gguf"));
        assertEquals("llama.cpp-generator", tool("raw-int32.gguf"));
    }

    @Test
    void soIsWhoseOwnItIs() {
        Path file = directory.resolve("own.gguf");
        SteeringVector vector = VectorFiles.read(resource("raw.npy"));
        VectorExport.to(VectorFormats.GGUF).write(file, vector, OutputRule.STANDARD);
        assertEquals(
                "steer", Objects.requireNonNull(VectorFiles.read(file).origin()).tool());
    }

    private static String tool(String name) {
        return Objects.requireNonNull(VectorFiles.read(resource(name)).origin()).tool();
    }

    /** repeng measures and adds at the output of block k, so that nothing moves, whoever says so. */
    @Test
    void repengsRowsStayWhereTheyAre() {
        ReadingOptions repeng = new ReadingOptions(Source.REPENG, null, null);
        for (String name : List.of("raw-repeng.gguf", "raw-int32.gguf")) {
            SteeringVector vector = VectorFiles.open(resource(name), 6, repeng).vector();
            assertArrayEquals(expected("raw", 3), vector.directions().row(3));
            assertEquals(List.of(), VectorFiles.open(resource(name), 7, repeng).remarks());
            List<String> last = VectorFiles.open(resource(name), 6, repeng).remarks();
            assertTrue(last.size() == 1 && last.get(0).contains("behind the final norm"), last.toString());
        }
    }

    /** llama.cpp's generator measures direction.k at the output of block k - 1, which llama.cpp adds to that of block k. */
    @Test
    void rowsOfTheGeneratorKeepTheirEffectOrTheirMeaning() {
        Path file = resource("llama-cvector-mean.gguf");
        VectorFiles.Opened meaning =
                VectorFiles.open(file, 6, new ReadingOptions(Source.LLAMA_CPP_GENERATOR, Keep.MEANING, null));
        VectorFiles.Opened effect =
                VectorFiles.open(file, 6, new ReadingOptions(Source.LLAMA_CPP_GENERATOR, Keep.EFFECT, null));

        assertEquals(
                List.of(0, 1, 2, 3, 4),
                Objects.requireNonNull(meaning.vector().origin()).layers());
        assertEquals(
                List.of(1, 2, 3, 4, 5),
                Objects.requireNonNull(effect.vector().origin()).layers());
        for (int layer = 1; layer < 6; layer++) {
            assertArrayEquals(
                    expected("own", layer), meaning.vector().directions().row(layer - 1));
            assertArrayEquals(
                    expected("own", layer), effect.vector().directions().row(layer));
        }
        assertTrue(
                meaning.remarks().get(0).startsWith("its rows keep their meaning"),
                meaning.remarks().get(0));
        assertTrue(
                VectorFiles.open(file, 6, ReadingOptions.NONE).remarks().get(0).contains("INT32"));
        BadRequest unsaid = assertThrows(
                BadRequest.class,
                () -> VectorFiles.open(file, 6, new ReadingOptions(Source.LLAMA_CPP_GENERATOR, null, null)));
        assertTrue(String.valueOf(unsaid.getMessage()).contains("effect or their meaning"), unsaid.getMessage());
    }

    /** activation-steering measures row k at the output of block k and adds it to that block's input, the output of block k - 1. */
    @Test
    void rowsOfActivationSteeringKeepTheirMeaningOrTheirEffect() {
        SteeringVector effect = VectorFiles.open(resource("raw.svec"), 6, new ReadingOptions(null, Keep.EFFECT, null))
                .vector();
        assertEquals(
                List.of(0, 1, 2, 3, 4), Objects.requireNonNull(effect.origin()).layers());
        for (int layer = 1; layer < 6; layer++) {
            assertArrayEquals(expected("raw", layer), effect.directions().row(layer - 1));
        }

        Path file = directory.resolve("effect.svec");
        VectorExport.Written written =
                VectorExport.to(VectorFormats.SVEC).withKeep(Keep.EFFECT).write(file, effect, OutputRule.STANDARD);
        assertEquals(List.of(1, 2, 3, 4, 5), written.layers());
        SteeringVector again = VectorFiles.open(file, 6, ReadingOptions.NONE).vector();
        assertArrayEquals(expected("raw", 4), again.directions().row(4));
    }
}
