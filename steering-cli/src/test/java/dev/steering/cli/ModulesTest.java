package dev.steering.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The descriptors of the library's modules: tests run on the class path, where nobody would miss an export. */
class ModulesTest {
    private static final Set<ModuleDescriptor> MODULES = Arrays.stream(
                    System.getProperty("java.class.path").split(Pattern.quote(System.getProperty("path.separator"))))
            .map(entry -> Path.of(entry).toAbsolutePath())
            .filter(entry -> entry.getParent().endsWith("target")) // of this build: a directory of classes or a jar
            .flatMap(entry -> ModuleFinder.of(entry).findAll().stream())
            .map(ModuleReference::descriptor)
            .filter(module -> module.name().startsWith("dev.steering.") && !module.isAutomatic())
            .collect(Collectors.toSet());

    @Test
    void theLibraryIsMadeOfNamedModules() {
        Set<String> names = MODULES.stream().map(ModuleDescriptor::name).collect(Collectors.toCollection(TreeSet::new));

        assertEquals(
                new TreeSet<>(Set.of(
                        "dev.steering.apply",
                        "dev.steering.core",
                        "dev.steering.model",
                        "dev.steering.template",
                        "dev.steering.viz")),
                names);
    }

    @Test
    void everyPackageIsExportedUnlessItIsInternal() {
        for (ModuleDescriptor module : MODULES) {
            Set<String> exported = module.exports().stream()
                    .filter(export -> !export.isQualified())
                    .map(ModuleDescriptor.Exports::source)
                    .collect(Collectors.toCollection(TreeSet::new));
            Set<String> meant = module.packages().stream()
                    .filter(name -> !name.endsWith(".internal"))
                    .collect(Collectors.toCollection(TreeSet::new));

            assertEquals(meant, exported, "the exports of " + module.name() + "'s module-info.java");
        }
    }
}
