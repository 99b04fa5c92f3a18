package dev.steering.dist;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * Takes the tables out of native libraries that only debuggers read. Names that programs link to are in a table of their own, which
 * stays.
 *
 * @param works whether there is a program for it that may be trusted with signatures: on Linux, of GNU or LLVM
 */
record SymbolStripper(boolean works) {
    /** What is saved with less is not worth another file than the one that its makers have tested. */
    private static final long LEAST_BYTES = 1_000_000;

    static SymbolStripper of(Platform platform, Tools tools) {
        return new SymbolStripper(platform.name().startsWith("linux") && tools.has("strip"));
    }

    /** @param library is replaced if that makes it smaller by a megabyte */
    void strip(Path library) throws IOException, InterruptedException {
        if (!works || Files.size(library) < LEAST_BYTES) {
            return;
        }
        Path stripped = library.resolveSibling(library.getFileName() + ".stripped");
        MakeImage.run(null, "strip", "--strip-unneeded", "-o", stripped.toString(), library.toString());
        if (Files.size(library) - Files.size(stripped) >= LEAST_BYTES) {
            Files.move(stripped, library, StandardCopyOption.REPLACE_EXISTING);
        } else {
            Files.delete(stripped);
        }
    }
}
