package dev.steering.eval;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.apply.GenerationOptions;
import dev.steering.apply.MethodArguments;
import dev.steering.apply.acd.AcdDefinition;
import dev.steering.core.BadRequest;
import dev.steering.core.vector.SteeringVector;
import dev.steering.eval.ComparisonSettings.Draws;
import dev.steering.eval.ComparisonSettings.Measured;
import dev.steering.eval.compare.ComparedPrompts;
import dev.steering.eval.compare.Contestant.Draw;
import dev.steering.eval.compare.MethodFigures;
import dev.steering.eval.compare.Redrawn;
import dev.steering.eval.compare.SetFigures.Side;
import dev.steering.eval.jailbreak.AttackTemplates;
import dev.steering.eval.judge.ExchangeJudge;
import dev.steering.eval.judge.RefusalRules;
import dev.steering.eval.judge.StringListJudge;
import dev.steering.model.chat.ChatModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ComparisonTest {
    @TempDir
    private static Path shared;

    private static ChatModel model;
    private static SteeringVector vector;

    @BeforeAll
    static void open() {
        model = DemoModel.open(shared);
        vector = DemoModel.vector(model.manifest());
    }

    @AfterAll
    static void close() {
        model.close();
    }

    private static ComparedPrompts framed(ComparedPrompts plain) {
        return plain.framed(List.of(AttackTemplates.builtIn("prefix"), AttackTemplates.builtIn("multi-turn")), 4);
    }

    private static Comparison comparison(List<String> methods) {
        return Comparison.of(
                        framed(ComparedPrompts.of(DemoModel.development(8))),
                        framed(ComparedPrompts.of(DemoModel.test(10))))
                .withMethods(
                        methods,
                        MethodArguments.NONE.withVector(vector),
                        methods.contains("random")
                                ? Map.of("scans", List.of(0.25, 0.75), "random", List.of(0.5))
                                : Map.of());
    }

    private static ComparisonSettings settings() {
        return ComparisonSettings.defaults()
                .withWriting(GenerationOptions.greedy(16), 8)
                .withMeasures(new Measured(null, 0))
                .withDraws(new Draws(200, 2, (opened, seed) -> vector, 5));
    }

    @Test
    void everyMethodHasACurveAnOperatingPointAndBothSides(@TempDir Path directory) throws IOException {
        Comparison comparison = comparison(List.of("prompt", "scans", "random"))
                .withSettings(settings()
                        .withOtherJudges(List.of(ExchangeJudge.of(
                                "xstest's list", new StringListJudge(RefusalRules.published("xstest"))))));
        ComparisonResult result = comparison.run(model, directory.resolve("run"));
        assertEquals(
                List.of("default", "prompt", "scans", "random"),
                result.methods().stream().map(MethodFigures::name).toList());
        MethodFigures scans = result.methods().get(2);
        assertEquals(
                List.of(0.25, 0.75),
                scans.curve().stream().map(point -> point.strength()).toList());
        assertEquals(
                List.of(Side.HARMLESS, Side.HARMFUL, Side.JAILBREAK, Side.JAILBREAK),
                scans.test().sets().stream().map(set -> set.side()).toList());
        assertEquals(4, scans.test().sets().get(3).rate().n());
        assertNotNull(scans.utility());
        assertEquals(3 * 3, result.tests().size());
        assertTrue(scans.test().overRefusal().value()
                < result.unsteered().test().overRefusal().value());
        assertTrue(result.target() <= 1 && result.target() >= 0.9, "" + result.target());
        assertEquals(1, result.judges().size());
        Redrawn random = Objects.requireNonNull(result.methods().get(3).redrawn());
        assertEquals(Draw.SEED, random.draw());
        Redrawn same = Objects.requireNonNull(scans.redrawn());
        assertEquals(Draw.ANCHORS, same.draw());
        // The vector that was "drawn" is the first one.
        assertEquals(scans.test().overRefusal().value(), same.overRefusal().mean());
        assertEquals(0, same.overRefusal().deviation());
        assertNull(result.unsteered().redrawn());
        result.files().forEach(file -> assertTrue(Files.exists(file), file.toString()));

        ComparisonResult again = comparison.run(model, directory.resolve("again"));
        assertFalse(again.files().isEmpty());
        for (String file : ComparisonFiles.NAMES) {
            assertArrayEquals(
                    Files.readAllBytes(directory.resolve("run").resolve(file)),
                    Files.readAllBytes(directory.resolve("again").resolve(file)),
                    file);
        }
        BadRequest other = assertThrows(BadRequest.class, () -> comparison(List.of("prompt", "scans", "random"))
                .withSettings(settings().withWriting(GenerationOptions.greedy(16), 9))
                .run(model, directory.resolve("run")));
        assertTrue(other.getMessage().contains("development tokens was '8', is now '9'"), other.getMessage());
    }

    /** A plausibility constraint excludes tokens that the model itself allows. */
    @Test
    void aRunGoesOnWhereADivergenceIsInfinite(@TempDir Path directory) throws IOException {
        Comparison comparison = Comparison.of(
                        ComparedPrompts.of(DemoModel.development(4)), ComparedPrompts.of(DemoModel.test(4)))
                .withMethods(
                        List.of("id-null"),
                        MethodArguments.NONE.with(AcdDefinition.PLAUSIBILITY, 0.5),
                        Map.of("id-null", List.of(0.1)))
                .withSettings(settings());
        ComparisonResult result = comparison.run(model, directory);
        assertEquals(
                Double.POSITIVE_INFINITY,
                Objects.requireNonNull(result.methods().get(1).utility()).divergence());
        byte[] results = Files.readAllBytes(directory.resolve("results.json"));
        comparison.run(model, directory);
        assertArrayEquals(results, Files.readAllBytes(directory.resolve("results.json")));
        assertTrue(Files.readString(directory.resolve("results.json")).contains("\"kl_per_token\" : null"));
        assertTrue(Files.readString(directory.resolve("comparison.md")).contains("| infinite |"));
    }

    @Test
    void whatCannotBeComparedIsSaid() {
        assertTrue(assertThrows(BadRequest.class, () -> comparison(List.of("scans", "scans")))
                .getMessage()
                .startsWith("A method is named twice"));
        BadRequest absent = assertThrows(BadRequest.class, () -> comparison(List.of("scans"))
                .withMethods(List.of("add"), MethodArguments.NONE, Map.of("scans", List.of(1.0))));
        assertTrue(absent.getMessage().contains("not among the methods add"), absent.getMessage());
        BadRequest none = assertThrows(BadRequest.class, () -> comparison(List.of("scans"))
                .withMethods(List.of("prompt"), MethodArguments.NONE, Map.of("prompt", List.of(1.0))));
        assertTrue(none.getMessage().contains("has no strength"), none.getMessage());
        ComparedPrompts test = ComparedPrompts.of(DemoModel.test(4));
        BadRequest overlap =
                assertThrows(BadRequest.class, () -> Comparison.of(test, test).run(model, Path.of("never")));
        assertTrue(overlap.getMessage().contains("development prompts"), overlap.getMessage());
    }
}
