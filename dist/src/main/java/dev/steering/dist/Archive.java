package dev.steering.dist;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/** Kinds of one file that the image's directory is packed into. */
enum Archive {
    /** Unpacked by whatever there is; its compression knows nothing of what is more than 32 KiB away, nor of machine code. */
    ZIP("zip"),
    /** Half as large: xz looks back eight megabytes, and jumps of x86 code are made alike before. */
    TAR_XZ("tar.xz"),
    /** For Debian and what comes of it, made by the JDK's jpackage. */
    DEB("deb");

    private final String label;

    Archive(String label) {
        this.label = label;
    }

    /**
     * @param list labels, separated by commas; {@code none} for no archives at all
     * @return the kinds, in that order
     * @throws IllegalArgumentException if there is one that is not known
     */
    static List<Archive> read(String list) {
        List<Archive> found = new ArrayList<>();
        if (list.equals("none")) {
            return found;
        }
        for (String label : list.split(",", -1)) {
            found.add(Arrays.stream(values())
                    .filter(each -> each.label.equals(label.strip()))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("dist.archives is a list of "
                            + Arrays.stream(values()).map(each -> each.label).collect(Collectors.joining(", "))
                            + ", or none; found '" + label + "'")));
        }
        return found;
    }

    /**
     * @param tools what is there
     * @throws IOException if what makes it is not, with the way out
     */
    void requireTools(Tools tools) throws IOException {
        switch (this) {
            case ZIP -> {}
            case TAR_XZ -> tools.require("a tar.xz", "tar", "xz");
            case DEB -> {
                tools.requireJpackage();
                tools.require("a .deb", "dpkg-deb", "fakeroot");
            }
        }
    }

    /**
     * @param image the directory
     * @param version of the project
     * @param root the project's directory
     * @return the file, beside it
     */
    Path write(Path image, String version, Path root) throws IOException, InterruptedException {
        Path file = image.resolveSibling(image.getFileName() + "." + label);
        switch (this) {
            case ZIP -> ImageZip.write(image, file);
            case TAR_XZ -> writeTar(image, file);
            case DEB -> {
                return new DebianPackage(root, image, version).write();
            }
        }
        return file;
    }

    private static void writeTar(Path image, Path file) throws IOException, InterruptedException {
        Path parent = Objects.requireNonNull(image.toAbsolutePath().getParent());
        List<String> tar = List.of(
                "tar", "-C", parent.toString(), "-cf", "-", image.getFileName().toString());
        List<String> xz = new ArrayList<>(List.of("xz", "--threads=0", "--stdout"));
        if (image.getFileName().toString().endsWith("x86_64")) {
            xz.addAll(List.of("--x86", "--lzma2=preset=6"));
        }
        Path part = file.resolveSibling(file.getFileName() + ".part");
        ProcessBuilder.Redirect errors = ProcessBuilder.Redirect.INHERIT;
        List<Process> both = ProcessBuilder.startPipeline(List.of(
                new ProcessBuilder(tar).redirectError(errors),
                new ProcessBuilder(xz).redirectError(errors).redirectOutput(part.toFile())));
        for (Process process : both) {
            int code = process.waitFor();
            if (code != 0) {
                Files.deleteIfExists(part);
                throw new IOException(
                        String.join(" ", tar) + " | " + String.join(" ", xz) + ": one of them ended with code " + code);
            }
        }
        Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
    }
}
