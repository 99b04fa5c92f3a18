package dev.steering.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.Source;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.Architectures;
import com.tngtech.archunit.library.GeneralCodingRules;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The import fences and the modules' arrows of docs/architecture.md. */
@AnalyzeClasses(packages = "dev.steering", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule onnxRuntimeIsKnownToOnePackage = fence("ai.onnxruntime..", "dev.steering.model.ort..");

    @ArchTest
    static final ArchRule tokenizersAreKnownToOnePackage = fence("ai.djl..", "dev.steering.model.tokenizer..");

    @ArchTest
    static final ArchRule onnxFilesAreWrittenByExportOnly = noClasses()
            .that()
            .resideOutsideOfPackages("dev.steering.export..", "dev.steering.gradient..", "dev.steering.testkit..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("ai.onnx.proto..");

    @ArchTest
    static final ArchRule linearAlgebraIsKnownToOnePackage = fence("org.nd4j..", "dev.steering.extract.linalg..");

    /** ND4J carries old copies of parsers (docs/security.md): it gets arrays of numbers and nothing that was read. */
    @ArchTest
    static final ArchRule linearAlgebraReadsNothing = noClasses()
            .that()
            .resideInAPackage("dev.steering.extract.linalg..")
            // Looks at which backends the class path offers, and hands nothing of it on.
            .and()
            .haveNameNotMatching(".*\\.NdBackend.*")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "java.io..",
                    "java.nio.file..",
                    "java.nio.channels..",
                    "java.net..",
                    "com.fasterxml..",
                    "org.nd4j.shade..",
                    "org.nd4j.serde..",
                    "org.nd4j.common.io..");

    /** Its limit on the length of numbers had a hole twice. */
    @ArchTest
    static final ArchRule jsonIsNotParsedInPieces =
            noClasses().should().dependOnClassesThat().resideInAPackage("com.fasterxml.jackson.core.async..");

    @ArchTest
    static final ArchRule picocliIsKnownToTheCommandLineOnly = fence("picocli..", "dev.steering.cli..");

    @ArchTest
    static final ArchRule chartsAreDrawnByVizOnly = fence("org.jfree..", "dev.steering.viz..");

    @ArchTest
    static final ArchRule svgIsWrittenByVizOnly = fence("org.apache.batik..", "dev.steering.viz..");

    @ArchTest
    static final ArchRule jettyIsKnownToOnePackage = fence("org.eclipse.jetty..", "dev.steering.server.http..");

    @ArchTest
    static final ArchRule metricsAreKnownToTheServerOnly = fence("io.prometheus..", "dev.steering.server..");

    @ArchTest
    static final ArchRule parquetIsKnownToOneModule = fence("org.apache.parquet..", "dev.steering.parquet..");

    @ArchTest
    static final ArchRule modulesDependAlongTheArrows = Architectures.layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("core")
            .definedBy("dev.steering.core..")
            .layer("parquet")
            .definedBy("dev.steering.parquet..")
            .layer("template")
            .definedBy("dev.steering.template..")
            .layer("model")
            .definedBy("dev.steering.model..")
            .layer("export")
            .definedBy("dev.steering.export..")
            .layer("gradient")
            .definedBy("dev.steering.gradient..")
            .layer("extract")
            .definedBy("dev.steering.extract..")
            .layer("apply")
            .definedBy("dev.steering.apply..")
            .layer("eval")
            .definedBy("dev.steering.eval..")
            .layer("viz")
            .definedBy("dev.steering.viz..")
            .layer("bench")
            .definedBy("dev.steering.bench..")
            .layer("server")
            .definedBy("dev.steering.server..")
            .layer("cli")
            .definedBy("dev.steering.cli..")
            .whereLayer("core")
            .mayNotAccessAnyLayer()
            .whereLayer("parquet")
            .mayOnlyAccessLayers("core")
            .whereLayer("parquet")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("template")
            .mayNotAccessAnyLayer()
            .whereLayer("model")
            .mayOnlyAccessLayers("core", "template")
            .whereLayer("export")
            .mayOnlyAccessLayers("core", "model")
            .whereLayer("gradient")
            .mayOnlyAccessLayers("core", "model", "export")
            .whereLayer("extract")
            .mayOnlyAccessLayers("core", "model", "gradient")
            .whereLayer("apply")
            .mayOnlyAccessLayers("core", "model")
            .whereLayer("eval")
            .mayOnlyAccessLayers("core", "model", "apply")
            .whereLayer("viz")
            .mayOnlyAccessLayers("core")
            .whereLayer("bench")
            .mayOnlyAccessLayers("core", "model", "export", "gradient", "extract", "apply")
            .whereLayer("server")
            .mayOnlyAccessLayers("core", "model", "apply")
            .whereLayer("cli")
            .mayNotBeAccessedByAnyLayer();

    @ArchTest
    static final ArchRule packagesHaveNoCycles =
            slices().matching("dev.steering.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule onlyMainExits = noClasses()
            .that()
            .doNotHaveFullyQualifiedName("dev.steering.cli.Steer")
            .should()
            .callMethod(System.class, "exit", int.class);

    @ArchTest
    static final ArchRule onlyTheCommandAndTheExamplesPrint = noClasses()
            .that()
            .resideOutsideOfPackages("dev.steering.cli..", "dev.steering.examples..")
            .should(GeneralCodingRules.ACCESS_STANDARD_STREAMS);

    /** A package is one idea: 25 files with its package-info, but for the template engine and the list of commands. */
    @ArchTest
    static void packagesStaySmall(JavaClasses classes) {
        Set<String> large = Set.of("dev.steering.template", "dev.steering.cli.commands");
        Map<String, Set<String>> files = new TreeMap<>();
        for (JavaClass type : classes) {
            files.computeIfAbsent(type.getPackageName(), name -> new TreeSet<>())
                    .add(type.getSource().flatMap(Source::getFileName).orElseThrow());
        }
        files.keySet().removeAll(large);
        files.values().removeIf(names -> names.size() <= 25);

        assertEquals(Map.of(), files, "packages of more than 25 files");
    }

    /** Among top-level classes a name stands for one thing, whatever the package. */
    @ArchTest
    static void namesAreUnique(JavaClasses classes) {
        Map<String, Set<String>> packages = new TreeMap<>();
        for (JavaClass type : classes) {
            if (type.isTopLevelClass() && !type.getSimpleName().equals("package-info")) {
                packages.computeIfAbsent(type.getSimpleName(), name -> new TreeSet<>())
                        .add(type.getPackageName());
            }
        }
        packages.values().removeIf(names -> names.size() == 1);

        assertEquals(Map.of(), packages, "names of several classes");
    }

    private static ArchRule fence(String library, String home) {
        return noClasses()
                .that()
                .resideOutsideOfPackage(home)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(library);
    }
}
