package dev.steering.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.core.prompts.PromptTable;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * docs/libraries.csv is the hand-kept list of all libraries: what is on the class path is on the list, in that version and not older than
 * the first that is safe; and the other way round.
 */
class LibrariesTest {
    private static final Path PROJECT = Path.of("..");

    /** A line of the list; artifact {@code *} stands for all of the group. */
    private record Library(
            String group, String artifact, String version, String licence, String scope, String safeFrom) {
        static Library of(Map<String, String> row) {
            String[] name = row.get("library").split(":", 2);
            return new Library(
                    name[0], name[1], row.get("version"), row.get("licence"), row.get("scope"), row.get("safe from"));
        }

        /** The build for a graphics card has libraries of its own, and another ONNX Runtime. */
        boolean isExpected(boolean gpu) {
            return gpu ? !artifact.equals("onnxruntime") : !scope.equals("gpu");
        }

        /** Jars of natives have the platform behind the version. */
        boolean is(Path jar) {
            String named = artifact.equals("*") ? "[a-z0-9-]+" : Pattern.quote(artifact);
            boolean file = jar.getFileName()
                    .toString()
                    .matches(named + "-" + Pattern.quote(version)
                            + "(-(linux|macosx|windows|android|ios)[a-z0-9_-]*)?\\.jar");
            return file
                    && jar.toString().replace(File.separatorChar, '/').contains("/" + group.replace('.', '/') + "/");
        }
    }

    private static List<Library> listed() {
        return PromptTable.read(PROJECT.resolve("docs/libraries.csv")).rows().stream()
                .map(row -> Library.of(row.values()))
                .toList();
    }

    /** Jars only: the modules' own classes are directories here. */
    private static List<Path> classPath() {
        String path = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        return Arrays.stream(path.split(Pattern.quote(File.pathSeparator), -1))
                .filter(entry -> entry.endsWith(".jar"))
                .map(Path::of)
                .filter(jar -> !jar.toString().replace(File.separatorChar, '/').contains("/dev/steering/"))
                .filter(jar -> !jar.toAbsolutePath()
                        .normalize()
                        .startsWith(PROJECT.toAbsolutePath().normalize()))
                .filter(jar -> !jar.getFileName().toString().startsWith("surefire"))
                .toList();
    }

    @Test
    void whatIsOnTheClassPathIsOnTheListAndTheOtherWayRound() {
        List<Path> jars = classPath();
        List<Library> listed = listed();
        assertTrue(jars.size() > 40, jars.toString());
        List<Path> unlisted = new ArrayList<>(jars);
        unlisted.removeIf(jar -> listed.stream().anyMatch(library -> library.is(jar)));
        assertEquals(List.of(), unlisted, "jars that docs/libraries.csv does not have in that version");
        boolean gpu = jars.stream().anyMatch(jar -> jar.getFileName().toString().startsWith("onnxruntime_gpu-"));
        List<Library> missing = listed.stream()
                .filter(library -> library.isExpected(gpu))
                .filter(library -> jars.stream().noneMatch(library::is))
                .toList();
        assertEquals(List.of(), missing, "lines of docs/libraries.csv without a jar");
    }

    @Test
    void nothingIsOlderThanTheFirstSafeVersion() {
        List<Library> old = listed().stream()
                .filter(library -> !library.safeFrom().isEmpty())
                .filter(library -> compare(library.version(), library.safeFrom()) < 0)
                .toList();
        assertEquals(List.of(), old);
    }

    private static int compare(String left, String right) {
        List<Integer> a = numbers(left);
        List<Integer> b = numbers(right);
        for (int i = 0; i < Math.max(a.size(), b.size()); i++) {
            int difference = (i < a.size() ? a.get(i) : 0) - (i < b.size() ? b.get(i) : 0);
            if (difference != 0) {
                return difference;
            }
        }
        return 0;
    }

    private static List<Integer> numbers(String version) {
        return Arrays.stream(version.split("[^0-9]+", -1))
                .filter(part -> !part.isEmpty())
                .map(Integer::valueOf)
                .toList();
    }

    @Test
    void versionsAreComparedAsNumbers() {
        assertTrue(compare("1.27.1", "1.26.0") > 0);
        assertTrue(compare("3.9", "3.18.0") < 0);
        assertEquals(0, compare("2.20", "2.20.0"));
    }

    /** Only with {@code -Pcuda}, whose class path this test may not have. */
    @Test
    void theBuildForGraphicsCardsHasItsLines() {
        List<Library> gpu = listed().stream()
                .filter(library -> library.scope().equals("gpu"))
                .toList();
        assertEquals(
                List.of("onnxruntime_gpu", "cuda", "nd4j-cuda-11.6", "nd4j-cuda-11.6-preset"),
                gpu.stream().map(Library::artifact).toList());
        Path jar = Path.of("/r/org/nd4j/nd4j-cuda-11.6/1.0.0-M2.1/nd4j-cuda-11.6-1.0.0-M2.1-linux-x86_64.jar");
        assertEquals(
                List.of("nd4j-cuda-11.6"),
                listed().stream()
                        .filter(library -> library.is(jar))
                        .map(Library::artifact)
                        .toList());
        Library cpu = listed().stream()
                .filter(library -> library.artifact().equals("onnxruntime"))
                .findFirst()
                .orElseThrow();
        assertTrue(cpu.isExpected(false) && !cpu.isExpected(true));
        assertTrue(gpu.stream().allMatch(library -> library.isExpected(true) && !library.isExpected(false)));
        assertEquals(cpu.version(), gpu.get(0).version());
    }

    /** What runs is under permissive licences, or NOTICE says what it is under; the GPL alone is not there. */
    @Test
    void otherLicencesAreInTheNotice() throws Exception {
        String notice = Files.readString(PROJECT.resolve("NOTICE"));
        Set<String> permissive = new TreeSet<>(Set.of("Apache-2.0", "MIT", "BSD-3-Clause"));
        for (Library library : listed()) {
            boolean named = notice.contains(library.group() + ":" + library.artifact())
                    || notice.contains(library.artifact() + ")")
                    || library.scope().equals("test");
            assertTrue(permissive.contains(library.licence()) || named, library + " is not in NOTICE");
            assertTrue(Set.of("run", "gpu", "build", "test").contains(library.scope()), library.toString());
        }
    }
}
