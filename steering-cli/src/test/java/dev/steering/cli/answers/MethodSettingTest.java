package dev.steering.cli.answers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.apply.MethodArguments;
import dev.steering.apply.instructive.OppositePromptDefinition;
import dev.steering.core.BadRequest;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MethodSettingTest {
    @Test
    void saysWhatItNames() {
        assertEquals(
                List.of(1, 4, 5),
                MethodSetting.parse("layers=1,4-5")
                        .applied(MethodArguments.NONE)
                        .layers());
        assertEquals(
                " 2 = 3 ",
                MethodSetting.parse("opposite-prompt= 2 = 3 ")
                        .applied(MethodArguments.NONE)
                        .get(OppositePromptDefinition.TEXT));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "alpha | expected OPTION=VALUE, found 'alpha'",
                "=3 | expected OPTION=VALUE, found '=3'",
                "beta=3 | no method has an option 'beta' that is said as text. There are baseline-prompt, alpha, scale, layers,",
                "vector=v.safetensors | no method has an option 'vector' that is said as text. There are baseline-prompt,",
                "alpha=-1 | expected a number of at least 0, found '-1'; to steer the other way, use the other one of add and subtract",
                "acd-alpha=much | expected a number of at least 0, found 'much'",
                "alpha=NaN | expected a number of at least 0, found 'NaN'",
                "first-steps=1.5 | The option first-steps cannot be '1.5'. Expected: how many tokens are contrasted",
                "layers=5-3 | the range '5-3' runs backwards"
            })
    void whatCannotBeSaidIsRefused(String assignment, String message) {
        BadRequest refused = assertThrows(BadRequest.class, () -> MethodSetting.parse(assignment));
        assertTrue(refused.getMessage().startsWith(message), refused.getMessage());
    }
}
