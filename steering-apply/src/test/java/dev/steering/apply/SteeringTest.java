package dev.steering.apply;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.steering.apply.acd.AcdDefinition;
import dev.steering.apply.constant.AddDefinition;
import dev.steering.apply.plan.PlanVectors;
import dev.steering.apply.selfcd.SelfCdDefinition;
import dev.steering.apply.testing.AcdGolden;
import dev.steering.apply.testing.DemoModel;
import dev.steering.apply.testing.SoftPromptExamples;
import dev.steering.core.BadRequest;
import dev.steering.core.softprompt.SoftPrompts;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorScale;
import java.util.List;
import org.junit.jupiter.api.Test;

class SteeringTest {
    private static final SteeringVector VECTOR = DemoModel.anchoredVector();

    private static void assertRefused(String message, Runnable action) {
        assertEquals(message, assertThrows(BadRequest.class, action::run).getMessage());
    }

    @Test
    void aSteeringRefusesWhatItsMethodDoesNotLookAt() {
        assertRefused(
                "The method self-cd has no option 'layers'. It has self-cd-alpha, safety-prompt, plausibility, first-steps.",
                () -> Steering.selfCd().withLayers(List.of(3)));
        assertRefused("The method ablate has no option 'scale'. It has vector, layers.", () -> Steering.ablate(VECTOR)
                .withScale(VectorScale.RAW));
        assertRefused("The method ablate has no strength: leave it out.", () -> Steering.ablate(VECTOR)
                .withStrength(1));
        assertRefused("The method default has no option 'seed'. It has none.", () -> Steering.none()
                .with(MethodArguments.SEED, 1L));
        Steering plan =
                Steering.plan(new AddDefinition().plan(MethodArguments.NONE.withVector(VECTOR)), PlanVectors.of());
        assertRefused("The method plan has no strength: leave it out.", () -> plan.withStrength(2));
        assertRefused(
                "The method plan has no option 'layers'. It has plan, plan-vectors.",
                () -> plan.withLayers(List.of(1)));
        assertRefused(
                "The strength must be a finite number, found not a number.", () -> Steering.add(VECTOR, Double.NaN));
    }

    @Test
    void aSteeringIsItsMethodAndWhatIsSaid() {
        SoftPrompts prompts = SoftPromptExamples.of(AcdGolden.file());
        Steering steering = Steering.add(VECTOR, 2).withLayers(List.of(1, 2));
        assertEquals("add", steering.method());
        assertEquals(2.0, steering.arguments().get(MethodArguments.ALPHA));
        assertEquals(List.of(1, 2), steering.arguments().layers());
        assertNull(steering.arguments().get(MethodArguments.SCALE));
        assertEquals(VECTOR, steering.arguments().requireVector("add").vector());
        assertEquals(0.4, Steering.acd(prompts, 0.4).arguments().get(AcdDefinition.ALPHA));
        assertEquals(2.0, Steering.selfCd(2).arguments().get(SelfCdDefinition.ALPHA));
    }
}
