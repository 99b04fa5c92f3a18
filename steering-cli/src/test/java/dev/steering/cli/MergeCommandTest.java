package dev.steering.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Extraction in parts, on the demo model. */
class MergeCommandTest {
    @TempDir
    private static Path directory;

    private static String bundle = "";
    private static final List<String> PARTS = new ArrayList<>();

    private static String in(String name) {
        return directory.resolve(name).toString();
    }

    private static CommandRun extract(String... more) {
        List<String> line = new ArrayList<>(List.of("extract", "--model", bundle));
        line.addAll(List.of(
                "--harmful",
                DemoVector.DEMO.resolve("prompts/anchors-harmful.txt").toString()));
        line.addAll(List.of(
                "--harmless",
                DemoVector.DEMO.resolve("prompts/anchors-harmless.txt").toString()));
        line.addAll(List.of(more));
        return CommandRun.steer(line.toArray(String[]::new));
    }

    private static CommandRun merge(List<String> parts, String file) {
        List<String> line = new ArrayList<>(List.of("merge"));
        line.addAll(parts);
        line.addAll(List.of("-o", in(file)));
        return CommandRun.steer(line.toArray(String[]::new));
    }

    @BeforeAll
    static void extractParts() throws IOException {
        bundle = DemoVector.in(Files.createDirectory(directory.resolve("demo"))).bundle();
        for (int i = 1; i <= 3; i++) {
            PARTS.add(in("part-" + i));
            CommandRun run =
                    extract("--shard", i + "/3", "-o", PARTS.get(i - 1)).assertSucceeds();
            assertTrue(run.out().contains("part " + i + "/3, 2"), run.out());
        }
    }

    @Test
    void partsMergeIntoTheWhole() {
        extract("-o", in("whole.safetensors")).assertSucceeds();
        List<String> turned = new ArrayList<>(PARTS);
        Collections.reverse(turned);
        CommandRun run = merge(turned, "merged.safetensors").assertSucceeds();
        assertTrue(run.out().contains("mean-difference of 64 harmful and 64 harmless prompts"), run.out());
        SteeringVector whole = VectorFile.read(directory.resolve("whole.safetensors"));
        SteeringVector merged = VectorFile.read(directory.resolve("merged.safetensors"));
        for (int l = 0; l < whole.layers(); l++) {
            assertTrue(whole.directions().cosine(l, merged.directions(), l) > 1 - 1e-6);
        }
        assertEquals(whole.provenance(), merged.provenance());
        String inspected = CommandRun.steer("inspect", in("merged.safetensors"))
                .assertSucceeds()
                .out();
        assertTrue(inspected.contains("no layer is like chance"), inspected);
    }

    @Test
    void mistakesCostOneMessage() {
        merge(List.of(PARTS.get(0), PARTS.get(2)), "x").assertFails("part 2/3 is missing");
        merge(List.of(PARTS.get(0), PARTS.get(1), PARTS.get(1)), "x").assertFails("are the same part 2/3");
        extract("--method", "lda", "--shard", "2/3", "-o", in("lda")).assertSucceeds();
        merge(List.of(PARTS.get(0), in("lda")), "x").assertFails("their methods differ");
        merge(List.of(in("demo")), "x").assertFails("");
        extract("--shard", "4/3", "-o", in("x")).assertWrongUsage("there is no part 4 of 3");
        extract("--shard", "half", "-o", in("x")).assertWrongUsage("such as 2/7");
        extract("--method", "optimized", "--shard", "1/3", "-o", in("x")).assertWrongUsage("--shard does not go with");
        String part =
                "is one part of an extraction, not a vector: merge all its parts into one first. ('steer merge PART...";
        CommandRun.steer("inspect", PARTS.get(0)).assertFails(part);
        CommandRun.steer("generate", "--model", bundle, "--vector", PARTS.get(0), "x")
                .assertFails(part);
        assertFalse(Files.exists(directory.resolve("x")));
        CommandRun.steer("inspect", PARTS.get(0)).assertFails("");
    }
}
