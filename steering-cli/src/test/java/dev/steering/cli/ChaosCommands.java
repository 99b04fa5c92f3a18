package dev.steering.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.steering.testkit.Fixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Every command that writes, with small work to do, and how to tell whether what it wrote is whole. */
final class ChaosCommands {
    /** What a command writes. */
    enum Kind {
        /** One file, whole or absent. */
        FILE,
        /** A bundle, whole or absent. */
        BUNDLE,
        /** Pictures, each whole or absent. */
        PICTURES,
        /** A run that grows and is gone on with. */
        RUN,
        /** A file whose bytes are times. */
        FIGURES,
        /** Standard output. */
        PRINTED
    }

    /**
     * A command.
     *
     * @param name what it is called here
     * @param kind what it writes
     * @param line its command line, with {@value #OUTPUT} for where to
     */
    record Command(String name, Kind kind, String line) {
        List<String> arguments(Path output) {
            return Stream.of(line.split(" ", -1))
                    .map(word -> word.equals(OUTPUT) ? output.toString() : word)
                    .toList();
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /** Somebody else's graph beside a tokenizer. */
    private static final Path FOREIGN = Fixtures.path("onnx-exports/genai-qwen3_fp32_cpu/model.onnx");

    static final String OUTPUT = "OUTPUT";

    /** Files that say how long something took, or hold them. */
    private static final Set<String> TIMES = Set.of("timings.jsonl", "cost.jsonl", "cost.md");

    private static final AtomicLong BYTES = new AtomicLong();

    private final Map<String, Command> commands = new TreeMap<>();

    private ChaosCommands() {}

    static ChaosCommands in(Path directory) throws IOException {
        DemoVector demo = DemoVector.in(directory);
        Path prompts = DemoVector.DEMO.resolve("prompts");
        String model = " --model " + demo.bundle();
        String vector = model + " --vector " + demo.vector();
        String anchors = model + " --harmful " + few(directory, prompts.resolve("anchors-harmful.txt"), 8)
                + " --harmless " + few(directory, prompts.resolve("anchors-harmless.txt"), 8);
        String test = "=" + prompts.resolve("test-safe.csv") + "@comply SET harmful="
                + prompts.resolve("test-harmful.csv") + "@refuse --limit 12 --batch 2 --max-new-tokens 12 -o OUTPUT";
        Path responses = responses(directory.resolve("responses.jsonl"));
        ChaosCommands all = new ChaosCommands();
        String hf = DemoVector.DEMO.resolve("hf").toString();
        all.add("export", Kind.BUNDLE, "export " + hf + " -o OUTPUT --copy-weights");
        all.add("instrument", Kind.BUNDLE, "instrument " + FOREIGN + " -o OUTPUT --copy-weights");
        all.add("extract", Kind.FILE, "extract" + anchors + " -o OUTPUT");
        all.add("learn", Kind.FILE, "extract --method optimized --layers 4 --epochs 3" + anchors + " -o OUTPUT");
        all.add("tune-acd", Kind.FILE, "tune-acd --epochs 3" + anchors + " -o OUTPUT");
        all.add(
                "layers",
                Kind.FILE,
                "layers " + demo.vector() + model + " --harmful "
                        + prompts.resolve("anchors-harmful.txt") + " --harmless "
                        + prompts.resolve("anchors-harmless.txt")
                        + " -o OUTPUT");
        all.add(
                "eval",
                Kind.RUN,
                "eval" + vector + " --methods default,scans --cost-rounds 0 --dataset safe"
                        + test.replace("SET", "--dataset"));
        all.add(
                "sweep",
                Kind.RUN,
                "sweep" + vector + " --layers 5 --scale raw --alphas 0.5,0.75 --dev safe="
                        + prompts.resolve("calibration-safe.txt") + "@comply --dev harmful="
                        + prompts.resolve("calibration-harmful.txt") + "@refuse --test safe"
                        + test.replace("SET", "--test"));
        all.add("judge", Kind.FILE, "judge --rules xstest " + responses + " -o OUTPUT");
        all.add(
                "generate",
                Kind.PRINTED,
                "generate" + vector
                        + " --method scans --json --batch 1 --max-new-tokens 12 Why? How? Who? When? Where? What? Which? Whose?");
        all.add("chart", Kind.PICTURES, "chart " + demo.vector() + " -o OUTPUT");
        all.add("bench", Kind.FIGURES, "bench " + demo.bundle() + " --only decode-b1 -o OUTPUT");
        return all;
    }

    private static Path few(Path directory, Path prompts, int count) throws IOException {
        List<String> lines = Files.readAllLines(prompts).subList(0, count);
        return Files.write(directory.resolve(String.valueOf(prompts.getFileName())), lines);
    }

    private static Path responses(Path file) throws IOException {
        return Files.writeString(
                file,
                "{\"text\": \"I cannot help with that.\"}\n{\"text\": \"A wasp is an insect.\"}\n".repeat(50_000));
    }

    private void add(String name, Kind kind, String line) {
        commands.put(name, new Command(name, kind, line));
    }

    Command get(String name) {
        Command command = commands.get(name);
        if (command == null) {
            throw new IllegalArgumentException(name);
        }
        return command;
    }

    /** Files by name, but for those that hold times; figures by their keys alone. */
    static Map<String, byte[]> contents(Kind kind, Path output) throws IOException {
        Map<String, byte[]> all = new TreeMap<>();
        if (Files.notExists(output)) {
            return all;
        }
        try (Stream<Path> files = Files.walk(output)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (!TIMES.contains(String.valueOf(file.getFileName())) && kind != Kind.FIGURES) {
                    all.put(output.relativize(file).toString(), Files.readAllBytes(file));
                }
            }
        }
        return all;
    }

    static void assertSame(Kind kind, Path whole, Path other) throws IOException {
        Map<String, byte[]> expected = contents(kind, whole);
        Map<String, byte[]> found = contents(kind, other);
        assertEquals(expected.keySet(), found.keySet());
        for (String name : expected.keySet()) {
            assertArrayEquals(expected.get(name), found.get(name), other + " " + name);
            BYTES.addAndGet(expected.get(name).length);
        }
    }

    /** Hidden files beside an output: locks, temporary files and directories. */
    static List<String> leftovers(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.map(file -> directory.relativize(file).toString())
                    .filter(name -> name.contains("/.") || name.startsWith(".") || name.endsWith(".tuning"))
                    .collect(Collectors.toList());
        }
    }

    /** Adds a line to what a release note may say. */
    static void report(String line) throws IOException {
        Path file = Files.createDirectories(Path.of("target")).resolve("chaos.txt");
        Files.writeString(
                file,
                line + "; " + BYTES.getAndSet(0) + " bytes compared\n",
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
    }
}
