package dev.steering.testkit;

import dev.steering.core.prompts.PromptTable;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * docs/libraries-integrations.csv is the hand-kept list of what the modules in integrations bring beside docs/libraries.csv: what is on a
 * module's class path is on one of the lists, in that version, and the other way round.
 */
public final class IntegrationLibraries {
    private static final Path DOCS = Fixtures.demoModel().resolve("../../docs");
    private static final Set<String> PERMISSIVE =
            Set.of("Apache-2.0", "MIT", "MIT-0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0");

    private IntegrationLibraries() {}

    /**
     * @param module a module's directory below integrations, whose tests are running
     * @return what is on the class path and on no list, on the list and not on the class path, or under another licence than permissive
     *     ones; empty if all is well
     */
    public static List<String> differences(String module) {
        List<Map<String, String>> own = rows("libraries-integrations.csv").stream()
                .filter(row -> cell(row, "module").equals(module))
                .toList();
        List<Map<String, String>> all = new ArrayList<>(rows("libraries.csv"));
        all.addAll(own);
        List<Path> jars = classPath();
        List<String> differences = new ArrayList<>();
        for (Path jar : jars) {
            if (all.stream().noneMatch(row -> is(row, jar))) {
                differences.add("not on the list in that version: " + jar);
            }
        }
        for (Map<String, String> row : own) {
            if (jars.stream().noneMatch(jar -> is(row, jar))) {
                differences.add("not on the class path: " + row);
            }
            if (!Set.of("run", "test").contains(cell(row, "scope"))
                    || !PERMISSIVE.containsAll(List.of(cell(row, "licence").split(" or ", -1)))) {
                differences.add("not permissive: " + row);
            }
        }
        return differences;
    }

    private static List<Map<String, String>> rows(String file) {
        return PromptTable.read(DOCS.resolve(file)).rows().stream()
                .map(PromptTable.Row::values)
                .toList();
    }

    private static String cell(Map<String, String> row, String column) {
        return Objects.requireNonNull(row.get(column), column);
    }

    /** Jars only: the modules' own classes are directories here. */
    private static List<Path> classPath() {
        String path = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        return Arrays.stream(path.split(Pattern.quote(File.pathSeparator), -1))
                .filter(entry -> entry.endsWith(".jar"))
                .filter(entry -> !slashes(entry).contains("/dev/steering/"))
                .map(Path::of)
                .filter(jar -> !jar.getFileName().toString().startsWith("surefire"))
                .filter(jar -> !jar.getFileName().toString().startsWith("steering-"))
                .toList();
    }

    private static String slashes(String path) {
        return path.replace(File.separatorChar, '/');
    }

    /** Jars of natives have the platform behind the version, and jars of tests that word. */
    private static boolean is(Map<String, String> row, Path jar) {
        String[] name = cell(row, "library").split(":", 2);
        String artifact = name[1].equals("*") ? "[a-z0-9-]+" : Pattern.quote(name[1]);
        return jar.getFileName()
                        .toString()
                        .matches(artifact + "-" + Pattern.quote(cell(row, "version"))
                                + "(-tests|-(linux|macosx|windows|android|ios)[a-z0-9_-]*)?\\.jar")
                && slashes(jar.toString()).contains("/" + name[0].replace('.', '/') + "/");
    }
}
