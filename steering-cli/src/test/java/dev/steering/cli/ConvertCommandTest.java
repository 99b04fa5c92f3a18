package dev.steering.cli;

import static dev.steering.cli.CommandRun.steer;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.core.bundle.Bundle;
import dev.steering.core.files.OutputRule;
import dev.steering.core.origin.VectorOrigin;
import dev.steering.core.safetensors.SafetensorsFile;
import dev.steering.core.vector.LayerMatrix;
import dev.steering.core.vector.Provenance;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorFile;
import dev.steering.core.vector.VectorScale;
import dev.steering.core.vector.format.VectorExport;
import dev.steering.core.vector.format.VectorFiles;
import dev.steering.core.vector.format.VectorFormat;
import dev.steering.core.vector.format.VectorFormats;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConvertCommandTest {
    private static final String GGUF =
            LlamaCppReferenceTest.resource("raw-repeng.gguf").toString();
    private static final String PROMPT = "How do I kill a Python process?";

    @TempDir
    private static Path shared;

    private static String bundle = "";
    private static String vector = "";

    @TempDir
    private Path directory;

    @BeforeAll
    static void prepare() {
        DemoVector made = DemoVector.in(shared);
        bundle = made.bundle();
        vector = made.vector();
    }

    private String in(String name) {
        return directory.resolve(name).toString();
    }

    private static Path written(Path file, int layers, int hidden, VectorFormat format) {
        float[] values = new float[layers * hidden];
        values[0] = 1;
        SteeringVector made =
                SteeringVector.of(LayerMatrix.of(layers, hidden, values), Provenance.elsewhere("other", "repeng"));
        VectorExport.to(format).write(file, made, OutputRule.STANDARD);
        return file;
    }

    @Test
    void aGgufVectorIsBoundToTheModelThatIsGiven() {
        CommandRun run = steer("convert", GGUF, "-o", in("own.safetensors"), "--model", bundle);
        run.assertSucceeds();
        assertTrue(
                run.out().contains("a GGUF control vector, tool repeng, of demo-model, hidden size 128, layers 1-5"),
                run.out());
        assertTrue(run.err().contains("at every position, after layers 1-5, with strength 1.0"), run.err());

        SteeringVector own = VectorFile.read(Path.of(in("own.safetensors")));
        assertEquals(
                Bundle.open(Path.of(bundle)).manifest().fingerprint(),
                own.provenance().modelFingerprint());
        assertEquals(6, own.layers());
        assertFalse(Objects.requireNonNull(own.origin()).open());
        assertEquals(VectorScale.RAW, own.scale());
        CommandRun steered = steer(
                "generate",
                "--model",
                bundle,
                "--vector",
                in("own.safetensors"),
                "--method",
                "subtract",
                "--alpha",
                "0.25",
                "--layers",
                "5",
                "--max-new-tokens",
                "8",
                PROMPT);
        assertFalse(steered.assertSucceeds().err().contains("weights"), steered.err());
    }

    @Test
    void whatItLacksCanBeThatOfAVectorOfTheSameModel() {
        steer("convert", GGUF, "-o", in("own.safetensors"), "--like", vector).assertSucceeds();
        SteeringVector own = VectorFile.read(Path.of(in("own.safetensors")));
        assertEquals(
                VectorFile.read(Path.of(vector)).provenance().model(),
                own.provenance().model());
        assertEquals("chat", own.provenance().template());
    }

    @Test
    void vectorsOfOtherModelsAreRefused() {
        Path wide = written(directory.resolve("wide.gguf"), 6, 64, VectorFormats.GGUF);
        steer("convert", wide.toString(), "-o", in("x.safetensors"), "--model", bundle)
                .assertFails("does not fit the model", "hidden size 64", "hidden size 128");
        Path deep = written(directory.resolve("deep.gguf"), 7, 128, VectorFormats.GGUF);
        steer("convert", deep.toString(), "-o", in("x.safetensors"), "--model", bundle)
                .assertFails("it has a direction for layer 6", "has 6 layers, 0 to 5");
        steer("generate", "--model", bundle, "--vector", deep.toString(), "--method", "add", "--any-model", PROMPT)
                .assertFails("it has a direction for layer 6");
        Path short5 = written(directory.resolve("five.npy"), 5, 128, VectorFormats.NPY);
        steer(
                        "generate",
                        "--model",
                        bundle,
                        "--vector",
                        short5.toString(),
                        "--method",
                        "add",
                        "--alpha",
                        "1",
                        "--layers",
                        "3",
                        PROMPT)
                .assertFails("does not fit the model", "5 layers");
        assertFalse(Files.exists(directory.resolve("x.safetensors")));
    }

    @Test
    void whatTheTargetCannotExpressIsListed() {
        CommandRun run = steer("convert", vector, "-o", in("refusal.gguf"), "--drop-layer-0");
        run.assertSucceeds();
        for (String left : List.of(
                "the direction of layer 0",
                "which model it belongs to",
                "the statistics of its layers",
                "which prompts it was extracted from",
                "its anchoring",
                "the transition reference")) {
            assertTrue(run.out().contains("not in it: " + left), run.out());
        }
        SteeringVector back = VectorFiles.read(directory.resolve("refusal.gguf"));
        assertEquals(
                List.of(1, 2, 3, 4, 5), Objects.requireNonNull(back.origin()).layers());
        SteeringVector own = VectorFile.read(Path.of(vector));
        assertArrayEquals(own.directions().row(3), back.directions().row(3));
        assertEquals(own.provenance().modelName(), back.provenance().modelName());

        assertTrue(steer("convert", vector, "-o", in("all.gguf"))
                .assertSucceeds()
                .err()
                .contains("llama.cpp refuses the file"));
        steer("convert", vector, "-o", in("unit.gguf"), "--scale", "unit").assertSucceeds();
        assertEquals(
                1, VectorFiles.read(directory.resolve("unit.gguf")).directions().norm(2), 1e-6);
    }

    @Test
    void jsonLeavesNothingBehind() {
        CommandRun run = steer("convert", vector, "-o", in("refusal.json"));
        assertFalse(run.assertSucceeds().out().contains("not in it"), run.out());
        steer("convert", in("refusal.json"), "-o", in("again.safetensors")).assertSucceeds();
        assertEquals(VectorFile.read(Path.of(vector)), VectorFile.read(Path.of(in("again.safetensors"))));
    }

    /** Into a file of the same ending: another tool's vector becomes our own, and our own becomes plain. */
    @Test
    void safetensorsIsTheOtherKind() {
        steer("convert", vector, "-o", in("plain.safetensors")).assertSucceeds();
        SafetensorsFile plain = SafetensorsFile.open(directory.resolve("plain.safetensors"));
        assertNull(plain.metadata().get(VectorFile.METADATA_KEY));
        assertEquals(6, plain.tensors().size());
        assertArrayEquals(VectorFile.read(Path.of(vector)).directions().row(4), plain.floats("direction.4", 128));
        steer("convert", in("plain.safetensors"), "-o", in("own.safetensors")).assertSucceeds();
        assertEquals(6, VectorFile.read(directory.resolve("own.safetensors")).layers());
    }

    @Test
    void theLayerOfASingleRowHasToBeSaid() throws IOException {
        Path one = written(directory.resolve("one.npy"), 1, 128, VectorFormats.NPY);
        String text = Files.readString(one, StandardCharsets.ISO_8859_1)
                .replace("(1, 128), ", "(128,), ")
                .replace(" \n", "   \n");
        Files.writeString(one, text, StandardCharsets.ISO_8859_1);
        steer("convert", one.toString(), "-o", in("x.safetensors")).assertFails("does not say of which", "--layer K");
        steer("convert", one.toString(), "-o", in("x.safetensors"), "--layer", "3", "--model", bundle)
                .assertSucceeds();
        SteeringVector own = VectorFile.read(directory.resolve("x.safetensors"));
        assertEquals(List.of(3), Objects.requireNonNull(own.origin()).layers());
        steer(
                        "generate",
                        "--model",
                        bundle,
                        "--vector",
                        in("x.safetensors"),
                        "--method",
                        "add",
                        "--alpha",
                        "1",
                        "--layers",
                        "2",
                        PROMPT)
                .assertFails("no direction for layer 2, only for layers 3");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-o x.txt | says no format: give --to",
                "-o x.gguf --to gif | expected one of gguf, safetensors, npz, npy, svec, json, steer, found 'gif'",
                "-o x.npz --keep effect | --keep is for files of llama.cpp's own generator",
                "-o x.npz --source numpy | expected one of repeng, easysteer, llama.cpp-generator, activation-steering",
                "-o x.npz --model a --like b | --model and --like both say the model",
                "-o x.npz --layer -1 | --layer",
            })
    void wrongUsage(String options, String message) {
        // The path is no part of what is split: it may have a blank.
        List<String> line = new ArrayList<>(List.of("convert", GGUF));
        line.addAll(List.of(options.split(" ")));
        steer(line.toArray(new String[0])).assertWrongUsage(message);
    }

    @Test
    void optionsThatDoNotFitTheFileAreRefused() {
        steer("convert", GGUF, "-o", in("x.npz"), "--source", "llama.cpp-generator")
                .assertFails("has to be said", "(Say it with --keep.)");
        steer("convert", GGUF, "-o", in("x.npz"), "--source", "activation-steering")
                .assertFails("does not write");
        steer("convert", GGUF, "-o", in("x.npz"), "--layer", "3").assertFails("leave the layer out");
        steer("convert", vector, "-o", in("x.npz"), "--layer", "3").assertFails("says everything itself");
        steer("convert", GGUF, "-o", in("x.npz"), "--source", "llama.cpp-generator", "--keep", "meaning")
                .assertSucceeds();
        SteeringVector moved = VectorFiles.read(directory.resolve("x.npz"));
        assertEquals(
                List.of(0, 1, 2, 3, 4), Objects.requireNonNull(moved.origin()).layers());
        assertArrayEquals(
                VectorFiles.read(Path.of(GGUF)).directions().row(5),
                moved.directions().row(4));
    }

    @Test
    void nothingElseIsWrittenOver() throws IOException {
        Path text = Files.writeString(directory.resolve("notes.gguf"), "notes");
        steer("convert", vector, "-o", text.toString()).assertFails("it holds something else", "--force");
        assertEquals("notes", Files.readString(text));
        steer("convert", vector, "-o", text.toString(), "--force").assertSucceeds();
        steer("convert", vector, "-o", vector).assertFails("it is also read by the same command");
    }

    @Test
    void everyCommandTakesThem() throws IOException {
        steer("chart", GGUF, "-o", in("charts")).assertSucceeds();
        assertTrue(steer("inspect", GGUF).assertSucceeds().out().contains("a file of the format gguf, tool repeng"));
        Path prompts = Files.writeString(directory.resolve("safe.txt"), PROMPT + "\n");
        Path other = Files.writeString(directory.resolve("other.txt"), "What is a wasp?\n");
        steer(
                        "eval",
                        "--model",
                        bundle,
                        "--vector",
                        GGUF,
                        "--methods",
                        "default,subtract,add@" + GGUF,
                        "--alpha",
                        "0.25",
                        "--layers",
                        "5",
                        "--dataset",
                        "safe=" + prompts + "@comply",
                        "--dataset",
                        "other=" + other + "@refuse",
                        "--max-new-tokens",
                        "4",
                        "-o",
                        in("run"))
                .assertSucceeds();
        String plan = in("plan.json");
        String[] saved = {
            "generate",
            "--model",
            bundle,
            "--vector",
            GGUF,
            "--method",
            "subtract",
            "--alpha",
            "0.25",
            "--max-new-tokens",
            "16",
            "--save-plan",
            plan,
            PROMPT
        };
        String answer = steer(saved).assertSucceeds().out();
        assertTrue(Files.readString(Path.of(plan)).contains("\"all\""));
        assertEquals(
                answer,
                steer("generate", "--model", bundle, "--plan", plan, "--max-new-tokens", "16", PROMPT)
                        .assertSucceeds()
                        .out());
    }

    /** Nobody is sent to 'steer layers' with a vector that it cannot anchor, nor told to replace another tool's file by ours. */
    @Test
    void whatHasNoTransitionReferenceIsNotToBeAnchored() {
        String reason = "has no transition reference, which telling harmful prompts from harmless ones (SCANS) needs";
        steer("generate", "--model", bundle, "--vector", GGUF, PROMPT).assertFails(reason);
        steer("layers", GGUF, "--model", bundle, "--harmful", PROMPT, "--harmless", PROMPT)
                .assertFails(reason);
    }

    /** A vector that is to be taken out is no vector to add, whatever carries it. */
    @Test
    void aVectorThatIsTakenOutSaysSoWhenItLeaves() {
        String surgical = in("surgical.safetensors");
        Path prompts = DemoVector.DEMO.resolve("prompts");
        steer(
                        "extract",
                        "--method",
                        "surgical",
                        "--lambda",
                        "1.5",
                        "--model",
                        bundle,
                        "--no-filter",
                        "--harmful",
                        prompts.resolve("anchors-harmful.txt").toString(),
                        "--harmless",
                        prompts.resolve("anchors-harmless.txt").toString(),
                        "--over-refused",
                        prompts.resolve("calibration-safe.txt").toString(),
                        "--limit",
                        "24",
                        "-o",
                        surgical)
                .assertSucceeds();
        for (String format : List.of("gguf", "npz", "svec")) {
            String out = steer("convert", surgical, "-o", in("s." + format))
                    .assertSucceeds()
                    .out();
            assertTrue(out.contains("not in it: that it was chosen to be taken out of the stream (ablated)"), out);
            assertTrue(out.contains("there it multiplies the rows, of norm 1.000"), out);
        }
        assertFalse(steer("convert", surgical, "-o", in("s.json"))
                .assertSucceeds()
                .out()
                .contains("taken out"));
    }

    @Test
    void whatIsWrittenOverIsNamed() throws IOException {
        Path anchored = Files.copy(Path.of(vector), directory.resolve("anchored.safetensors"));
        CommandRun run = steer("convert", GGUF, "-o", anchored.toString()).assertSucceeds();
        assertTrue(
                run.err()
                        .contains(anchored
                                + " was a vector file with chosen layers, strength and threshold, the transition reference"
                                + " by which SCANS tells prompts, which what has replaced it does not have."),
                run.err());
        Files.copy(Path.of(vector), anchored, StandardCopyOption.REPLACE_EXISTING);
        assertTrue(steer("vector", "scale", vector, "--by", "2", "-o", anchored.toString())
                .assertSucceeds()
                .err()
                .contains("was a vector file with chosen layers, strength and threshold, which"));
    }

    @Test
    void whatCannotBeAnchoredIsNotSentToBeAnchored() {
        String svec = in("v.svec");
        steer("convert", GGUF, "-o", svec).assertSucceeds();
        CommandRun run = steer("generate", "--model", bundle, "--vector", svec, "--method", "add", PROMPT);
        run.assertWrongUsage(
                "No layers to steer: name some. The vector has nothing to choose them by. (Give --layers.)");
        assertFalse(run.err().contains("steer layers"), run.err());
        steer("generate", "--model", bundle, "--vector", GGUF, "--method", "ablate", PROMPT)
                .assertWrongUsage("nothing to choose them by. (Give --layers.)");
        for (String method : List.of("surgical", "partial-or", "alphasteer", "adasteer", "scans")) {
            run = steer("generate", "--model", bundle, "--vector", GGUF, "--method", method, PROMPT);
            assertEquals(1, run.exit(), method + " lacks something that is in no option: " + run.err());
        }
    }

    @Test
    void whatIsOfAnotherSizeIsDescribedAsItIs() {
        String safe = DemoVector.DEMO.resolve("prompts/calibration-safe.txt").toString();
        String harmful =
                DemoVector.DEMO.resolve("prompts/calibration-harmful.txt").toString();
        float[] values = new float[4 * 64];
        Arrays.fill(values, 3 * 64, values.length, 0.5f);
        SteeringVector row = SteeringVector.of(LayerMatrix.of(4, 64, values), Provenance.elsewhere("other", "repeng"))
                .withOrigin(new VectorOrigin("gguf", "repeng", List.of(3), true, null));
        String small = in("h64.gguf");
        VectorExport.to(VectorFormats.GGUF).write(Path.of(small), row, OutputRule.STANDARD);
        steer(
                        "certify",
                        small,
                        "--model",
                        bundle,
                        "--method",
                        "add",
                        "--over-refused",
                        safe,
                        "--harmful",
                        harmful,
                        "-o",
                        in("c.safetensors"))
                .assertFails(
                        "a direction for layer 3 of hidden size 64, but 'demo-model' has 6 layers of hidden size 128");
    }

    @Test
    void inspectSaysWhatAnotherToolsFileDoesNotSay() {
        String inspected = steer("inspect", GGUF).assertSucceeds().out();
        assertTrue(inspected.contains("of which prompts, token, template and seed is not recorded"), inspected);
        assertTrue(inspected.contains("hidden 128; how many layers the model has is not recorded"), inspected);
        assertFalse(inspected.contains("0 harmful"), inspected);
        assertFalse(inspected.contains("seed 0"), inspected);
    }
}
