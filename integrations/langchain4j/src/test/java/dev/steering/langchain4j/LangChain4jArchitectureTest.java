package dev.steering.langchain4j;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.GeneralCodingRules;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The import fences and this module's arrows of docs/architecture.md. The command line's tests, which hold those of all other modules, do
 * not have this one on their class path.
 */
@AnalyzeClasses(packages = "dev.steering", importOptions = ImportOption.DoNotIncludeTests.class)
class LangChain4jArchitectureTest {
    private static final String HERE = "dev.steering.langchain4j..";

    @ArchTest
    static final ArchRule whatItDependsOn = classes()
            .that()
            .resideInAPackage(HERE)
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "dev.steering.langchain4j..",
                    "dev.steering.apply..",
                    "dev.steering.core..",
                    "dev.langchain4j..",
                    "org.slf4j..",
                    "org.jspecify..",
                    "java..");

    @ArchTest
    static final ArchRule theFrameworkIsKnownHereOnly = noClasses()
            .that()
            .resideOutsideOfPackage(HERE)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.langchain4j..");

    @ArchTest
    static final ArchRule nothingDependsOnIt = noClasses()
            .that()
            .resideOutsideOfPackage(HERE)
            .should()
            .dependOnClassesThat()
            .resideInAPackage(HERE);

    @ArchTest
    static final ArchRule packagesHaveNoCycles =
            slices().matching("dev.steering.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule nothingExits = noClasses().should().callMethod(System.class, "exit", int.class);

    @ArchTest
    static final ArchRule nothingPrints =
            noClasses().that().resideInAPackage(HERE).should(GeneralCodingRules.ACCESS_STANDARD_STREAMS);

    /** Among top-level classes a name stands for one thing, whatever the package. */
    @ArchTest
    static void namesAreUnique(JavaClasses all) {
        Map<String, Set<String>> packages = new TreeMap<>();
        for (JavaClass type : all) {
            if (type.isTopLevelClass() && !type.getSimpleName().equals("package-info")) {
                packages.computeIfAbsent(type.getSimpleName(), name -> new TreeSet<>())
                        .add(type.getPackageName());
            }
        }
        assertTrue(
                packages.containsKey("SteeredChatModel") && packages.containsKey("SteeredModel"), "what is looked at");
        packages.values().removeIf(names -> names.size() == 1);

        assertEquals(Map.of(), packages, "names of several classes");
    }
}
