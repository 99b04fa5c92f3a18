package dev.steering.eval.utility;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TokenMeanTest {
    /** Answers of 5 to 40 tokens whose own means vary: 95 % of the bands should hold the mean that was planted. */
    @Test
    void bandsCoverThePlantedMean() {
        Random random = new Random(41);
        int covered = 0;
        int runs = 300;
        for (int run = 0; run < runs; run++) {
            List<TokenSum> answers = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                int tokens = 5 + random.nextInt(36);
                double own = -0.2 * Math.log(1 - random.nextDouble());
                answers.add(new TokenSum(own * tokens, tokens));
            }
            TokenMean mean = TokenMean.of(answers);
            covered += Objects.requireNonNull(mean.low()) <= 0.2 && 0.2 <= Objects.requireNonNull(mean.high()) ? 1 : 0;
        }
        double share = (double) covered / runs;
        assertTrue(share > 0.87 && share < 0.99, "covered " + share);
    }

    @Test
    void oneAnswerHasNoWidthAndEqualInputGivesEqualBands() {
        assertEquals(new TokenMean(0.25, 0.25, 0.25), TokenMean.of(List.of(new TokenSum(2, 8))));
        List<TokenSum> three = List.of(new TokenSum(2, 8), new TokenSum(1, 2), new TokenSum(0, 0));
        assertEquals(TokenMean.of(three), TokenMean.of(three));
        assertEquals(0.3, TokenMean.of(three).value());
    }
}
