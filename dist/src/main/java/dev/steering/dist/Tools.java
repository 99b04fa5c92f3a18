package dev.steering.dist;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;

/**
 * The programs of the machine that an image is made on.
 *
 * @param path directories in which they may be
 */
record Tools(List<Path> path) {
    Tools {
        path = List.copyOf(path);
    }

    /** @param path as in the environment's PATH */
    static Tools of(String path) {
        return new Tools(Arrays.stream(path.split(Pattern.quote(File.pathSeparator), -1))
                .filter(each -> !each.isEmpty())
                .map(Path::of)
                .toList());
    }

    boolean has(String program) {
        return path.stream().anyMatch(directory -> Files.isExecutable(directory.resolve(program)));
    }

    /**
     * @param what is made with them
     * @param programs their names
     * @throws IOException if one of them is not there
     */
    void require(String what, String... programs) throws IOException {
        String missing =
                Arrays.stream(programs).filter(program -> !has(program)).collect(Collectors.joining(" and no "));
        if (!missing.isEmpty()) {
            throw new IOException(what + " is made with " + String.join(" and ", programs) + ", and there is no "
                    + missing + " on the PATH. Install what is missing, or leave it out: -Ddist.archives=zip");
        }
    }

    /** @throws IOException if this Java has no jpackage */
    void requireJpackage() throws IOException {
        if (ToolProvider.findFirst("jpackage").isEmpty()) {
            throw new IOException(
                    "a .deb is made with jpackage, which this Java has not: build with a whole JDK, or leave it out:"
                            + " -Ddist.archives=zip");
        }
    }
}
