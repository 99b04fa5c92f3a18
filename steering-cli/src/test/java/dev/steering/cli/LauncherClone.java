package dev.steering.cli;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/**
 * What the launcher finds in a clone that was built: itself, the command's jar and the list of the others. Where the tests run on
 * directories of classes, jars are made of them.
 *
 * @param root of the clone
 */
record LauncherClone(Path root) {
    /** What a run of the launcher printed and returned. */
    record Run(int exit, String out, String err) {}

    static LauncherClone in(Path root) throws IOException {
        Path target = Files.createDirectories(root.resolve("steering-cli/target"));
        Files.copy(Path.of("..", "steer"), root.resolve("steer"));
        assertTrue(root.resolve("steer").toFile().setExecutable(true));
        List<String> jars = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            Path path = Path.of(entry).toAbsolutePath();
            if (path.endsWith(Path.of("steering-cli", "target", "classes"))) {
                jar(path, target.resolve("steering-cli.jar"));
            } else if (Files.isDirectory(path) && !path.endsWith("test-classes")) {
                Path jar = target.resolve(jars.size() + ".jar");
                jar(path, jar);
                jars.add(jar.toString());
            } else if (Files.isRegularFile(path)) {
                jars.add(path.toString());
            }
        }
        Files.writeString(target.resolve("steer.classpath"), String.join(File.pathSeparator, jars));
        return new LauncherClone(root);
    }

    private static void jar(Path classes, Path jar) throws IOException {
        List<Path> files;
        try (Stream<Path> walk = Files.walk(classes)) {
            files = walk.filter(Files::isRegularFile).sorted().toList();
        }
        try (OutputStream bytes = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(bytes)) {
            for (Path file : files) {
                out.putNextEntry(
                        new JarEntry(classes.relativize(file).toString().replace('\\', '/')));
                Files.copy(file, out);
                out.closeEntry();
            }
        }
    }

    Path launcher() {
        return root.resolve("steer");
    }

    List<Path> archives() throws IOException {
        try (Stream<Path> files = Files.list(root.resolve("steering-cli/target"))) {
            return files.filter(file -> file.toString().endsWith(".jsa")).toList();
        }
    }

    /** Runs a line of the shell in which "$steer" is the launcher and what is given stands in variables. */
    Run shell(String line, Map<String, String> variables) throws IOException, InterruptedException {
        Path out = Files.createTempFile(root, "out", ".txt");
        Path err = Files.createTempFile(root, "err", ".txt");
        ProcessBuilder builder = new ProcessBuilder("sh", "-c", line)
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        Map<String, String> environment = builder.environment();
        environment.keySet().removeIf(name -> name.startsWith("LC_") || name.equals("LANG") || name.equals("COLUMNS"));
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        environment.put("steer", launcher().toString());
        environment.putAll(variables);
        Process process = builder.start();
        process.getOutputStream().close();
        assertTrue(process.waitFor(2, TimeUnit.MINUTES), line);
        Run run = new Run(process.exitValue(), read(out), read(err));
        Files.delete(out);
        Files.delete(err);
        return run;
    }

    private static String read(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }
}
