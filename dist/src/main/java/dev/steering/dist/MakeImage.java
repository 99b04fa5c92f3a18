package dev.steering.dist;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Makes the directory and the archives that users install; dist/pom.xml calls it. */
public final class MakeImage {
    /**
     * What the class path uses by jdeps, and what is found at run time only: elliptic curves for HTTPS, zip files as file systems, and JNDI
     * and management for logging and metrics.
     */
    private static final String MODULES =
            "java.base,java.compiler,java.desktop,java.logging,java.management,java.naming,java.net.http,"
                    + "java.sql,java.xml,jdk.crypto.ec,jdk.management,jdk.unsupported,jdk.zipfs";

    private static final double MEGABYTE = 1e6;

    private final Path root;
    private final Path image;
    private final Platform platform;
    private final SymbolStripper stripper;

    private MakeImage(Path root, Path image, Platform platform, SymbolStripper stripper) {
        this.root = root;
        this.image = image;
        this.platform = platform;
        this.stripper = stripper;
    }

    /**
     * @param args the project's directory, in which steering-cli is built; the directory for the results; the version; the archives,
     *     see {@link Archive#read}
     * @throws IOException if the image could not be made
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        if (args.length != 4) {
            throw new IllegalArgumentException(
                    "expected the project's directory, a directory for the results, a version and archives, found "
                            + Arrays.toString(args));
        }
        Platform platform = Platform.of(System.getProperty("os.name"), System.getProperty("os.arch"));
        List<Archive> archives = Archive.read(args[3]);
        Tools tools = Tools.of(Objects.requireNonNullElse(System.getenv("PATH"), ""));
        for (Archive archive : archives) {
            archive.requireTools(tools);
        }
        Path root = Path.of(args[0]);
        Path target = Path.of(args[1]);
        Path image = target.resolve("steer-" + args[2] + "-" + platform.name());
        delete(image);
        new MakeImage(root, image, platform, SymbolStripper.of(platform, tools)).make();
        for (Archive archive : archives) {
            Path file = archive.write(image, args[2], root);
            System.out.printf(Locale.ROOT, "%s: %.0f MB%n", file, Files.size(file) / MEGABYTE);
        }
    }

    private void make() throws IOException, InterruptedException {
        Path lib = image.resolve("lib");
        Path natives = Files.createDirectories(lib.resolve("native"));
        JarCopier copier = new JarCopier(platform, lib, natives, stripper);
        List<String> names = new ArrayList<>();
        Path cli = root.resolve("steering-cli/target");
        names.add(copier.copy(cli.resolve("steering-cli.jar")).getFileName().toString());
        // As the clone's own command has them.
        String jars = Files.readString(cli.resolve("steer.classpath")).trim();
        for (String jar : jars.split(Pattern.quote(File.pathSeparator), -1)) {
            names.add(copier.copy(Path.of(jar)).getFileName().toString());
        }
        writeClassPath(lib.resolve("steer.jar"), names);
        Path java = makeRuntime();
        copyFiles();
        // Made by what has just been put together, which shows that it starts.
        Path steer = image.resolve("bin/steer");
        complete(steer, "bash", "share/bash-completion/completions/steer", "");
        complete(steer, "zsh", "share/zsh/site-functions/_steer", "#compdef steer\n");
        new ManPage(steer).write(image.resolve("share/man/man1/steer.1"));
        run(null, java.toString(), "-Xshare:dump");
        // Archives of classes know the paths of jars: the one that has been made on the way is of no use elsewhere.
        try (Stream<Path> files = Files.list(lib)) {
            for (Path file :
                    files.filter(each -> each.toString().endsWith(".jsa")).toList()) {
                Files.delete(file);
            }
        }
    }

    /** A jar of nothing but the names of all others, relative to itself: the directory may be anywhere. */
    private static void writeClassPath(Path jar, List<String> names) throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, "dev.steering.cli.Steer");
        manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH, String.join(" ", names));
        try (OutputStream file = Files.newOutputStream(jar)) {
            new JarOutputStream(file, manifest).close();
        }
    }

    private Path makeRuntime() throws IOException {
        ToolProvider jlink = ToolProvider.findFirst("jlink")
                .orElseThrow(
                        () -> new IOException("this Java has no jlink: build with a JDK that has the folder jmods"));
        Path runtime = image.resolve("runtime");
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        int code = jlink.run(
                out,
                out,
                "--add-modules",
                MODULES,
                "--strip-java-debug-attributes",
                "--no-header-files",
                "--no-man-pages",
                "--vm",
                "server",
                "--output",
                runtime.toString());
        if (code != 0) {
            throw new IOException("jlink ended with code " + code);
        }
        return runtime.resolve("bin/java");
    }

    private void copyFiles() throws IOException {
        copy(root.resolve("steer"), "bin/steer");
        if (!image.resolve("bin/steer").toFile().setExecutable(true, false)) {
            throw new IOException("cannot make " + image.resolve("bin/steer") + " executable");
        }
        copy(root.resolve("LICENSE"), "LICENSE");
        copy(root.resolve("NOTICE"), "NOTICE");
        copy(root.resolve("docs/libraries.csv"), "share/doc/steer/libraries.csv");
        copy(root.resolve("dist/src/image/README"), "README");
        copy(root.resolve("dist/systemd/steer.service"), "share/doc/steer/steer.service");
    }

    private void copy(Path from, String to) throws IOException {
        Path file = image.resolve(to);
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.copy(from, file);
    }

    private void complete(Path steer, String shell, String to, String head) throws IOException, InterruptedException {
        Path file = image.resolve(to);
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.writeString(file, head);
        run(file, steer.toString(), "completion", shell);
    }

    /** Appends what a program prints to a file, if there is one. */
    static void run(@Nullable Path output, String... command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.redirectOutput(
                output == null ? ProcessBuilder.Redirect.DISCARD : ProcessBuilder.Redirect.appendTo(output.toFile()));
        int code = builder.start().waitFor();
        if (code != 0) {
            throw new IOException(String.join(" ", command) + " ended with code " + code);
        }
    }

    static void delete(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        List<Path> files;
        try (Stream<Path> walk = Files.walk(directory)) {
            files = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path file : files) {
            Files.delete(file);
        }
    }
}
