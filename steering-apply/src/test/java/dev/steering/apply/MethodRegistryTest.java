package dev.steering.apply;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.apply.acd.AcdDefinition;
import dev.steering.apply.adacd.AdaCdDefinition;
import dev.steering.apply.adasteer.AdaSteerDefinition;
import dev.steering.apply.adasteer.Law;
import dev.steering.apply.instructive.OppositePromptDefinition;
import dev.steering.apply.plan.Gate;
import dev.steering.apply.planned.SteeringDefinition;
import dev.steering.apply.prompt.AddedPrompt;
import dev.steering.apply.prompt.PromptDefinition;
import dev.steering.apply.scans.ScansDefinition;
import dev.steering.apply.selfcd.SelfCdDefinition;
import dev.steering.apply.surgical.SurgicalDefinition;
import dev.steering.apply.testing.DemoModel;
import dev.steering.apply.testing.SteeredDemo;
import dev.steering.core.BadRequest;
import dev.steering.core.search.AblationSite;
import dev.steering.core.vector.VectorScale;
import dev.steering.model.chat.ChatModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class MethodRegistryTest {
    @TempDir
    private static Path directory;

    private static ChatModel model;

    @BeforeAll
    static void open() {
        model = DemoModel.open(directory);
    }

    @AfterAll
    static void close() {
        model.close();
    }

    private static Stream<MethodDefinition> definitions() {
        return MethodRegistry.all().stream();
    }

    @Test
    void namesAreInTheOrderOfTheServiceFile() {
        assertEquals(
                List.of(
                        "default",
                        "prompt",
                        "add",
                        "subtract",
                        "ablate",
                        "surgical",
                        "partial-or",
                        "scans",
                        "alphasteer",
                        "adasteer",
                        "self-cd",
                        "adacd",
                        "acd",
                        "acd-untuned",
                        "id-null",
                        "id-opposite",
                        "random"),
                MethodRegistry.names());
        assertEquals("plan", MethodRegistry.any("plan").name(), "without a name for users");
    }

    @ParameterizedTest
    @MethodSource("definitions")
    void everyDefinitionAgreesWithItself(MethodDefinition definition) {
        assertEquals(definition, MethodRegistry.get(definition.name()));
        assertTrue(definition.name().matches("[a-z]+(-[a-z]+)*"), definition.name());
        assertTrue(definition.words().length() > 10, definition.words());
        List<MethodOption<?>> options = definition.options();
        assertEquals(options.size(), Set.copyOf(options).size(), "each option once");
        assertTrue(options.containsAll(definition.required()), "what is required is looked at");
        MethodOption<Double> strength = definition.strength();
        assertTrue(strength == null || options.contains(strength), "the strength is looked at");
        assertEquals(definition.required().contains(MethodArguments.VECTOR), definition.needsVector());
        assertTrue(definition.needsVector() || !(definition instanceof SteeringDefinition));
        for (MethodOption<?> option : options) {
            assertEquals(option, MethodRegistry.option(option.name()));
            assertTrue(MethodRegistry.methodsWith(option).contains(definition.name()));
            assertTrue(option.words().length() > 3, option.name());
        }
    }

    /** What is compared is a curve: some strengths, ascending, and none where there is no strength. */
    @ParameterizedTest
    @MethodSource("definitions")
    void strengthsThatAreWorthComparingAscend(MethodDefinition definition) {
        List<Double> strengths = definition.strengths(everything());
        assertEquals(strengths.stream().sorted().distinct().toList(), strengths);
        assertTrue(definition.strength() != null || strengths.isEmpty(), strengths.toString());
        if (List.of("alphasteer", "adasteer", "adacd").contains(definition.name())) {
            assertTrue(strengths.size() >= 5 && strengths.contains(own(definition)), strengths.toString());
        }
    }

    /** What the method does if nothing is said of its strength, or what everything says. */
    private static double own(MethodDefinition definition) {
        return definition.name().equals("alphasteer") ? 2.0 : definition.name().equals("adasteer") ? 1.0 : 4.5;
    }

    /** Options of one name are one thing: the same type and words wherever they occur. */
    @Test
    void optionsOfOneNameMeanTheSame() {
        Map<String, MethodOption<?>> known = new HashMap<>();
        definitions().flatMap(method -> method.options().stream()).forEach(option -> {
            MethodOption<?> other = known.putIfAbsent(option.name(), option);
            if (other != null) {
                assertEquals(other.type(), option.type());
                assertEquals(other.words(), option.words());
                assertEquals(other.hashCode(), option.hashCode());
            }
        });
        assertEquals(
                Set.of(
                        "vector",
                        "alpha",
                        "scale",
                        "layers",
                        "share",
                        "lambda",
                        "site",
                        "seed",
                        "classifier-layers",
                        "threshold",
                        "rule",
                        "rejection-law",
                        "harm-vector",
                        "harm-law",
                        "adasteer-strength",
                        "self-cd-alpha",
                        "adacd-ratio",
                        "adacd-agreement",
                        "adacd-plausibility",
                        "adacd-steps",
                        "extreme-prompt",
                        "safety-prompt",
                        "plausibility",
                        "first-steps",
                        "soft-prompts",
                        "acd-alpha",
                        "acd-plausibility",
                        "opposite-prompt",
                        "baseline-prompt"),
                known.keySet());
    }

    @Test
    void strengthsAreThoseOfTheMethods() {
        List<String> without = new ArrayList<>();
        for (MethodDefinition definition : MethodRegistry.all()) {
            if (definition.strength() == null) {
                without.add(definition.name());
            }
        }
        assertEquals(List.of("default", "prompt", "ablate"), without);
        assertEquals(MethodArguments.ALPHA, MethodRegistry.get("random").strength());
        assertEquals(SelfCdDefinition.ALPHA, MethodRegistry.get("self-cd").strength());
        assertEquals(AcdDefinition.ALPHA, MethodRegistry.get("id-null").strength());
        assertEquals(
                List.of("acd", "acd-untuned", "id-opposite"), MethodRegistry.methodsWith(AcdDefinition.SOFT_PROMPTS));
        assertEquals(List.of("random"), MethodRegistry.methodsWith(MethodArguments.SEED));
        assertEquals(
                List.of(
                        "add",
                        "subtract",
                        "ablate",
                        "surgical",
                        "partial-or",
                        "scans",
                        "alphasteer",
                        "adasteer",
                        "random"),
                MethodRegistry.methodsWith(MethodArguments.VECTOR));
    }

    @Test
    void whatThereIsNotIsNamedWithWhatThereIs() {
        String names =
                "There are default, prompt, add, subtract, ablate, surgical, partial-or, scans, alphasteer, adasteer,"
                        + " self-cd, adacd, acd, acd-untuned, id-null, id-opposite, random, and plan:FILE.json.";
        assertRefused("There is no method 'magic'. " + names, () -> MethodRegistry.get("magic"));
        assertRefused("There is no method 'plan'. " + names, () -> MethodRegistry.get("plan"));
        assertRefused("There is no method 'plan'. " + names, () -> Steering.method("plan"));
        assertRefused("There is no method 'nothing'. " + names, () -> MethodRegistry.any("nothing"));
        assertRefused(
                "No method has an option 'beta'. There are baseline-prompt, vector, alpha, scale, layers, share, lambda, site,"
                        + " classifier-layers, threshold, rule, rejection-law, harm-vector, harm-law, adasteer-strength, self-cd-alpha, safety-prompt, plausibility, first-steps,"
                        + " adacd-ratio, adacd-agreement, adacd-plausibility, adacd-steps, extreme-prompt, soft-prompts, acd-alpha, acd-plausibility, opposite-prompt, seed.",
                () -> MethodRegistry.option("beta"));
    }

    private static void assertRefused(String message, Runnable action) {
        assertEquals(message, assertThrows(BadRequest.class, action::run).getMessage());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "alpha|2.5|2.5",
                "scale|unit|UNIT",
                "seed|17|17",
                "threshold|-0.5|-0.5",
                "layers|1,4-6|LayerChoice[layers=[1, 4, 5, 6]]",
                "classifier-layers|3|LayerChoice[layers=[3]]",
                "rule|every|every",
                "site|block-inputs|BLOCK_INPUTS",
                "first-steps|3|3",
                "opposite-prompt|Be rude.|Be rude."
            })
    void optionsAreReadFromText(String name, String text, String value) {
        MethodOption<?> option = MethodRegistry.option(name);
        assertTrue(option.isText());
        Object read = option.read(text);
        assertEquals(value, read.toString());
        assertTrue(option.type().isInstance(read));
    }

    @Test
    void textThatIsNoValueIsRefused() {
        assertRefused(
                "The option alpha cannot be 'much'. Expected: " + MethodArguments.ALPHA.words(),
                () -> MethodArguments.ALPHA.read("much"));
        assertRefused(
                "The option scale cannot be 'huge'. Expected: " + MethodArguments.SCALE.words(),
                () -> MethodArguments.SCALE.read("huge"));
        assertRefused(
                "The option first-steps cannot be '1.5'. Expected: " + SelfCdDefinition.FIRST_STEPS.words(),
                () -> SelfCdDefinition.FIRST_STEPS.read("1.5"));
        assertRefused(
                "expected layers such as 3 or 10-20 or 1,4-6 (0-based), found '3,'",
                () -> MethodArguments.LAYERS.read("3,"));
        assertRefused("the range '6-4' runs backwards", () -> MethodArguments.LAYERS.read("6-4"));
        assertFalse(MethodArguments.VECTOR.isText());
        assertRefused("The option vector cannot be given as text.", () -> MethodArguments.VECTOR.read("v.safetensors"));
    }

    /** Whoever compares methods says everything once, and each takes what is its own. */
    @ParameterizedTest
    @MethodSource("definitions")
    void whatIsNotTheMethodsIsNotLookedAt(MethodDefinition definition) {
        MethodArguments everything = everything();
        MethodArguments own = MethodArguments.NONE;
        for (MethodOption<?> option : everything.options()) {
            own = definition.options().contains(option) ? copied(option, everything, own) : own;
        }
        assertEquals(definition.options().size(), own.options().size(), "all of its own");
        assertEquals(
                definition.bind(model, own).json(),
                definition.bind(model, everything).json());
        assertEquals(
                definition.bind(model, own).words(),
                definition.bind(model, everything).words());
    }

    private static <T> MethodArguments copied(MethodOption<T> option, MethodArguments from, MethodArguments to) {
        return to.with(option, from.get(option));
    }

    private static MethodArguments everything() {
        return MethodArguments.NONE
                .withVector(SteeredDemo.golden(model))
                .withStrength(2.0, VectorScale.RAW)
                .withLayers(List.of(2))
                .with(SurgicalDefinition.SHARE, 0.5)
                .with(SurgicalDefinition.LAMBDA, 0.25)
                .with(SurgicalDefinition.SITE, AblationSite.BLOCK_OUTPUTS)
                .with(MethodArguments.SEED, 5L)
                .with(ScansDefinition.CLASSIFIER_LAYERS, new MethodArguments.LayerChoice(List.of(4)))
                .with(ScansDefinition.THRESHOLD, 0.5)
                .with(ScansDefinition.RULE, Gate.Rule.EVERY)
                .with(SelfCdDefinition.ALPHA, 1.5)
                .with(SelfCdDefinition.SAFETY_PROMPT, new AddedPrompt("Be safe.", AddedPrompt.Placement.AUTO))
                .with(SelfCdDefinition.PLAUSIBILITY, 0.1)
                .with(SelfCdDefinition.FIRST_STEPS, 4)
                .with(AdaSteerDefinition.REJECTION_LAW, new Law(2, 0.01, 50, -1, 1))
                .with(
                        AdaSteerDefinition.HARM_VECTOR,
                        new MethodArguments.NamedVector(
                                SteeredDemo.vectors(model).get(1), ""))
                .with(AdaSteerDefinition.HARM_LAW, new Law(3, 0.02, 40, -2, 2))
                .with(AdaSteerDefinition.STRENGTH, 0.5)
                .with(AdaCdDefinition.RATIO, 1.5)
                .with(AdaCdDefinition.AGREEMENT, 0.5)
                .with(AdaCdDefinition.BETA, 0.1)
                .with(AdaCdDefinition.STEPS, 4)
                .with(AdaCdDefinition.EXTREME, new AddedPrompt("Refuse.", AddedPrompt.Placement.AUTO))
                .with(AcdDefinition.SOFT_PROMPTS, SteeredDemo.softPrompts(model))
                .with(AcdDefinition.ALPHA, 0.3)
                .with(AcdDefinition.PLAUSIBILITY, 0.2)
                .with(OppositePromptDefinition.TEXT, "Be rude.")
                .with(PromptDefinition.TEXT, new AddedPrompt("Be kind.", AddedPrompt.Placement.AUTO));
    }

    /** A second vector and its law are said together. */
    private static MethodArguments without(MethodOption<?> option, MethodArguments everything) {
        boolean second = option.equals(AdaSteerDefinition.HARM_VECTOR) || option.equals(AdaSteerDefinition.HARM_LAW);
        return second
                ? everything.with(AdaSteerDefinition.HARM_VECTOR, null).with(AdaSteerDefinition.HARM_LAW, null)
                : everything.with(option, null);
    }

    /** Every option that a method looks at changes what it says of itself. */
    @ParameterizedTest
    @MethodSource("definitions")
    void whatIsTheMethodsMatters(MethodDefinition definition) {
        MethodArguments everything = everything();
        String json = definition.bind(model, everything).json();
        Set<String> silent = new HashSet<>();
        for (MethodOption<?> option : definition.options()) {
            if (!definition.required().contains(option)
                    && definition
                            .bind(model, without(option, everything))
                            .json()
                            .equals(json)) {
                silent.add(option.name());
            }
        }
        // Anchored, the scale is what everything says; the text is said, so the soft prompts are not asked for theirs.
        silent.remove("scale");
        if (definition.name().equals("id-opposite")) {
            assertTrue(silent.remove("soft-prompts"));
        }
        assertEquals(Set.of(), silent);
    }
}
