package dev.steering.export;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.steering.testkit.FixtureBundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The bundles that other modules' tests use are what exporting makes now. {@code -Dfixtures.renew=true} writes them anew. */
class FixtureBundlesTest {
    private static final boolean RENEW = Boolean.getBoolean("fixtures.renew");

    @TempDir
    private Path directory;

    @ParameterizedTest
    @EnumSource
    void exportingAnewGivesTheSameBytes(FixtureBundle fixture) throws IOException {
        Path exported = directory.resolve("exported");
        CheckpointExporter.export(fixture.checkpoint(), exported, ExportOptions.defaults());
        if (RENEW) {
            renew(fixture, exported);
        }
        Path unpacked = fixture.unpack(directory.resolve("unpacked"));
        assertEquals(names(exported), names(unpacked));
        for (String name : names(exported)) {
            assertArrayEquals(
                    Files.readAllBytes(exported.resolve(name)),
                    Files.readAllBytes(unpacked.resolve(name)),
                    () -> name + " of " + fixture + " is not what the exporter writes. If it should be, renew the"
                            + " fixtures as CONTRIBUTING.md says.");
        }
    }

    /** What the checkpoint does not have itself. */
    private static void renew(FixtureBundle fixture, Path exported) throws IOException {
        for (String name : names(fixture.made())) {
            Files.delete(fixture.made().resolve(name));
        }
        Set<String> added = names(exported);
        added.removeAll(names(fixture.checkpoint()));
        for (String name : added) {
            Files.copy(exported.resolve(name), fixture.made().resolve(name));
        }
    }

    private static Set<String> names(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> String.valueOf(file.getFileName())).collect(Collectors.toCollection(TreeSet::new));
        }
    }
}
