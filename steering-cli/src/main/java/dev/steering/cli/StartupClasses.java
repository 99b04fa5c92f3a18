package dev.steering.cli;

import dev.steering.cli.demo.Demo;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Loads what commands load when they start, for the archive of classes that the launcher lets the virtual machine make of it. */
final class StartupClasses {
    private StartupClasses() {}

    /** @param args none */
    public static void main(String[] args) throws IOException {
        run("--help");
        run("generate", "--help");
        run("no-such-command");
        Path directory = Files.createTempDirectory("steer-classes");
        try {
            Path checkpoint = Demo.unpack(directory);
            Path bundle = directory.resolve("bundle");
            run("export", checkpoint.toString(), "-o", bundle.toString());
            run("inspect", bundle.toString());
        } finally {
            delete(directory);
        }
    }

    private static void run(String... line) {
        PrintWriter nowhere = new PrintWriter(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        int unused = Steer.execute(Steer.commandLine().setOut(nowhere).setErr(nowhere), line);
    }

    private static void delete(Path directory) throws IOException {
        List<Path> files;
        try (Stream<Path> walk = Files.walk(directory)) {
            files = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path file : files) {
            Files.delete(file);
        }
    }
}
