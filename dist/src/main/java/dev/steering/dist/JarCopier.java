package dev.steering.dist;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.List;
import java.util.jar.JarOutputStream;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Copies jars without what is of other platforms. Native libraries of this one become files where they are found as such: from within
 * a jar every start has to copy them to a temporary directory, which needs such a place and its time.
 * The copies are not compressed: what compresses the image does it better for all of them together.
 *
 * @param platform what the copies are for
 * @param jars where jars go
 * @param natives where native libraries go
 * @param stripper makes libraries smaller, those that stay in jars, too
 */
record JarCopier(Platform platform, Path jars, Path natives, SymbolStripper stripper) {
    /**
     * @return the copy
     * @throws IOException also if two jars, or two native libraries, have one name
     */
    Path copy(Path jar) throws IOException, InterruptedException {
        Path copy = jars.resolve(jar.getFileName().toString());
        try (ZipFile from = new ZipFile(jar.toFile())) {
            List<? extends ZipEntry> entries = Collections.list(from.entries());
            try (OutputStream file = Files.newOutputStream(copy, StandardOpenOption.CREATE_NEW);
                    JarOutputStream out = new JarOutputStream(file)) {
                out.setLevel(Deflater.NO_COMPRESSION);
                for (ZipEntry entry : entries) {
                    copy(from, entry, out);
                }
            }
        }
        return copy;
    }

    private void copy(ZipFile from, ZipEntry entry, JarOutputStream out) throws IOException, InterruptedException {
        Platform.Kind kind = platform.kind(entry.getName());
        if (kind == Platform.Kind.FOREIGN) {
            return;
        }
        try (InputStream in = from.getInputStream(entry)) {
            if (kind == Platform.Kind.NATIVE) {
                Path library =
                        natives.resolve(Path.of(entry.getName()).getFileName().toString());
                Files.copy(in, library);
                stripper.strip(library);
                return;
            }
            ZipEntry same = new ZipEntry(entry.getName());
            same.setTime(entry.getTime());
            out.putNextEntry(same);
            if (kind == Platform.Kind.NATIVE_IN_JAR) {
                copyStripped(in, out);
            } else {
                in.transferTo(out);
            }
            out.closeEntry();
        }
    }

    private void copyStripped(InputStream in, OutputStream out) throws IOException, InterruptedException {
        Path library = Files.createTempFile(natives, "library", ".so");
        try {
            Files.copy(in, library, StandardCopyOption.REPLACE_EXISTING);
            stripper.strip(library);
            Files.copy(library, out);
        } finally {
            Files.delete(library);
        }
    }
}
