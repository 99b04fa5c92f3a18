package dev.steering.fuzz;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** Whole vectors of other tools. */
final class VectorSeeds {
    private VectorSeeds() {}

    /**
     * Small ones, most of them written by Python (gguf 0.19, numpy 2.4, safetensors 0.8), the others by this program. They are kept
     * because Jazzer cannot change a record with annotated components that was loaded before its agent: nothing here makes one.
     */
    static List<byte[]> of(String ending) throws IOException {
        List<byte[]> seeds = new ArrayList<>();
        try (Stream<Path> all = Files.list(directory())) {
            for (Path file : all.sorted().toList()) {
                if (file.toString().endsWith(ending)) {
                    seeds.add(Files.readAllBytes(file));
                }
            }
        }
        return seeds;
    }

    private static Path directory() {
        try {
            return Path.of(Objects.requireNonNull(VectorSeeds.class.getResource("vectors"))
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
