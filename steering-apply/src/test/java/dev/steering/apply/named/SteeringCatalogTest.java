package dev.steering.apply.named;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.apply.Prepared;
import dev.steering.apply.SteeredModel;
import dev.steering.apply.Steering;
import dev.steering.apply.testing.DemoModel;
import dev.steering.core.BadFile;
import dev.steering.core.BadRequest;
import dev.steering.core.ModelClosed;
import dev.steering.core.WrongModel;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorFile;
import dev.steering.core.vector.VectorScale;
import dev.steering.testkit.DemoRefusal;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SteeringCatalogTest {
    @TempDir
    private static Path directory;

    private static SteeredModel model;
    private static SteeringVector vector;
    private static SteeringCatalog two;

    @BeforeAll
    static void open() {
        model = SteeredModel.builder(DemoModel.open(directory)).build();
        vector = DemoRefusal.vector(model.manifest().fingerprint());
        Map<String, SteeringVector> vectors = new LinkedHashMap<>();
        vectors.put("refusal", vector);
        vectors.put("plain", DemoModel.vector());
        two = SteeringCatalog.of(model, vectors);
    }

    @AfterAll
    static void close() {
        model.close();
    }

    private static String json(Steering steering) {
        return model.prepare(steering).json();
    }

    private static Prepared prepared(NamedSteering choice) {
        Prepared prepared = two.prepare(choice);
        assertTrue(prepared != null, choice.toString());
        return prepared;
    }

    @Test
    void namesMeanWhatTheSameSaidWithVectorsDoes() {
        NamedSteering refusal = NamedSteering.vector("refusal");
        assertEquals(json(Steering.scans(vector)), prepared(refusal).json());
        assertEquals(
                json(Steering.add(vector, 0.5).withLayers(List.of(1, 2)).withScale(VectorScale.UNIT)),
                prepared(refusal.withMethod("add")
                                .withStrength(0.5)
                                .withLayers(List.of(1, 2))
                                .withScale(VectorScale.UNIT))
                        .json());
        assertEquals(
                json(Steering.selfCd(1.5)),
                prepared(NamedSteering.method("self-cd").withStrength(1.5)).json());
        assertEquals(
                "add",
                prepared(NamedSteering.vector("plain")
                                .forAnyModel()
                                .withLayers(List.of(3))
                                .withStrength(1))
                        .steering()
                        .method());
        assertNull(two.prepare(NamedSteering.NONE));
        assertThrows(
                WrongModel.class,
                () -> two.prepare(
                        NamedSteering.vector("plain").withLayers(List.of(3)).withStrength(1)));
    }

    @Test
    void optionsAreReadAsUsersWriteThem() {
        NamedSteering plausible = NamedSteering.method("self-cd").withOption("plausibility", "0.25");
        assertTrue(
                prepared(plausible).json().contains("0.25"), prepared(plausible).json());
        assertEquals(
                "The method self-cd has no option 'layers'. It has self-cd-alpha, safety-prompt, plausibility, first-steps.",
                refused(two, NamedSteering.method("self-cd").withOption("layers", "3")));
    }

    @Test
    void theSameChoiceIsPreparedOnce() {
        assertSame(prepared(NamedSteering.vector("refusal")), prepared(NamedSteering.vector("refusal")));
        assertNotSame(
                prepared(NamedSteering.vector("refusal")),
                prepared(NamedSteering.vector("refusal").withStrength(2)));
        for (int i = 0; i < 300; i++) {
            assertEquals(
                    "add",
                    prepared(NamedSteering.vector("refusal").withMethod("add").withStrength(i))
                            .steering()
                            .method());
        }
    }

    private static String refused(SteeringCatalog catalog, NamedSteering choice) {
        return assertThrows(BadRequest.class, () -> catalog.prepare(choice)).getMessage();
    }

    @Test
    void whatIsNotThereIsNamed() {
        assertEquals(
                "There is no vector 'refusel'. There are refusal, plain.",
                refused(two, NamedSteering.vector("refusel")));
        assertEquals(
                "The method scans needs a vector, and the request names none. There are refusal, plain.",
                refused(two, NamedSteering.method("scans")));
        SteeringCatalog none = SteeringCatalog.of(model, Map.of());
        assertEquals(
                "The method scans needs a vector, and the request names none. No vectors were given to this model.",
                refused(none, NamedSteering.method("scans")));
        assertEquals(
                "The steering names neither a method nor a vector. Name one, or leave the rest out, too.",
                refused(two, NamedSteering.NONE.withStrength(2)));
        assertEquals(
                "The method self-cd steers with no vector, but the request names 'refusal'. Leave it out.",
                refused(two, NamedSteering.vector("refusal").withMethod("self-cd")));
        assertThrows(BadRequest.class, () -> NamedSteering.NONE.withStrength(Double.NaN));
    }

    @Test
    void theOnlyVectorNeedsNoName() {
        SteeringCatalog one = SteeringCatalog.of(model, Map.of("refusal", vector));
        Prepared scans = one.prepare(NamedSteering.method("scans"));
        assertTrue(scans != null);
        assertEquals(json(Steering.scans(vector)), scans.json());
    }

    @Test
    void filesAreReadWhenTheyAreGiven() {
        Path file = directory.resolve("refusal.safetensors");
        VectorFile.write(file, vector);
        SteeringCatalog read = SteeringCatalog.read(model, Map.of("refusal", file));
        assertEquals(List.of("refusal"), List.copyOf(read.vectors()));
        Prepared scans = read.prepare(NamedSteering.vector("refusal"));
        assertTrue(scans != null);
        assertEquals(json(Steering.scans(vector)), scans.json());
        assertThrows(
                BadFile.class,
                () -> SteeringCatalog.read(model, Map.of("gone", directory.resolve("gone.safetensors"))));
    }

    @Test
    void aClosedModelSaysSo(@TempDir Path other) {
        SteeredModel closed = SteeredModel.builder(DemoModel.open(other)).build();
        closed.close();
        SteeringCatalog catalog = SteeringCatalog.of(closed, Map.of());
        assertThrows(ModelClosed.class, () -> catalog.prepare(NamedSteering.method("self-cd")));
    }
}
