package dev.steering.dist;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Objects;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;

/**
 * A .deb that puts the image into /opt/steer and links the command, its manual page and its completions to where the system looks for
 * them. The JDK's jpackage makes it and finds out which of the system's packages the image needs.
 *
 * @param root the project's directory
 * @param image what is packed
 * @param version of the project; of one that is being worked on, the numbers
 */
record DebianPackage(Path root, Path image, String version) {
    Path write() throws IOException {
        Path target = Objects.requireNonNull(image.toAbsolutePath().getParent());
        ToolProvider jpackage =
                ToolProvider.findFirst("jpackage").orElseThrow(() -> new IOException("this Java has no jpackage"));
        for (Path old : packages(target)) {
            Files.delete(old);
        }
        Path staged = stage(target.resolve("deb/steer"));
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        int code = jpackage.run(
                out,
                out,
                "--type",
                "deb",
                "--name",
                "steer",
                "--app-version",
                numbers(version),
                "--app-image",
                staged.toString(),
                "--install-dir",
                "/opt",
                "--vendor",
                "steer",
                "--description",
                "Steering vectors for language models, with a Java runtime of its own",
                "--license-file",
                root.resolve("LICENSE").toString(),
                "--linux-app-category",
                "science",
                "--resource-dir",
                root.resolve("dist/src/deb").toString(),
                "--dest",
                target.toString());
        MakeImage.delete(staged);
        List<Path> made = packages(target);
        if (code != 0 || made.size() != 1) {
            throw new IOException("jpackage ended with code " + code + " and made " + made);
        }
        return made.get(0);
    }

    /** Of a directory jpackage packs bin and lib and forgets everything else: the image is a part of lib, and started from bin. */
    private Path stage(Path staged) throws IOException {
        MakeImage.delete(staged);
        Path inside = staged.resolve("lib/image");
        try (Stream<Path> walk = Files.walk(image)) {
            for (Path file : walk.sorted().toList()) {
                Path to = inside.resolve(image.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(to);
                } else {
                    Files.copy(file, to, StandardCopyOption.COPY_ATTRIBUTES);
                }
            }
        }
        Path steer = Files.createDirectories(staged.resolve("bin")).resolve("steer");
        Files.writeString(steer, "#!/bin/sh\nexec /opt/steer/lib/image/bin/steer \"$@\"\n");
        if (!steer.toFile().setExecutable(true, false)) {
            throw new IOException("cannot make " + steer + " executable");
        }
        return staged;
    }

    /** What is before a hyphen: the versions of packages are compared number by number. */
    static String numbers(String version) {
        int end = version.indexOf('-');
        return end < 0 ? version : version.substring(0, end);
    }

    private static List<Path> packages(Path target) throws IOException {
        try (Stream<Path> files = Files.list(target)) {
            return files.filter(each -> each.toString().endsWith(".deb")).toList();
        }
    }
}
