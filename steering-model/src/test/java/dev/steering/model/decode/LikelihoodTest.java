package dev.steering.model.decode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.core.BadRequest;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.decode.TokenLikelihood.Alternative;
import dev.steering.model.ort.ForwardResult;
import dev.steering.model.pass.ForwardRequest;
import dev.steering.testkit.FixtureBundle;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How probable the tokens were is the softmax of the logits from which they were chosen. */
class LikelihoodTest {
    private static final int TOP = 5;

    @TempDir
    private static Path directory;

    private static ChatModel model;

    @BeforeAll
    static void open() {
        Path bundle = directory.resolve("bundle");
        FixtureBundle.DEMO.unpack(bundle);
        model = ChatModel.open(bundle);
    }

    @AfterAll
    static void close() {
        model.close();
    }

    @Test
    void plantedProbabilitiesAreFound() {
        float[] logits = new float[6];
        double[] shares = {0.05, 0.4, 0.1, 0.4, 0.05, 0};
        for (int i = 0; i < shares.length; i++) {
            logits[i] = (float) (Math.log(shares[i]) + 3);
        }
        LikelihoodMeter meter = new LikelihoodMeter(4);
        FloatBuffer seen = FloatBuffer.wrap(logits);
        meter.see(seen);
        // The sampler overwrites what it has chosen from.
        Arrays.fill(logits, 7);
        meter.chose(2);
        TokenLikelihood told = meter.measured().get(0);
        assertEquals(2, told.token());
        assertEquals(Math.log(0.1), told.logProbability(), 1e-6);
        assertEquals(
                List.of(1, 3, 2, 0),
                told.likely().stream().map(Alternative::token).toList());
        assertEquals(Math.log(0.4), told.likely().get(1).logProbability(), 1e-6);
        LikelihoodMeter all = new LikelihoodMeter(9);
        all.see(FloatBuffer.wrap(new float[] {1, Float.NEGATIVE_INFINITY, 1}));
        all.chose(0);
        List<Alternative> two = all.measured().get(0).likely();
        assertEquals(List.of(0, 2), two.stream().map(Alternative::token).toList());
        two.forEach(one -> assertEquals(-Math.log(2), one.logProbability(), 1e-12));
    }

    private static double logSoftmax(float[] logits, int token) {
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp(logit - logits[token]);
        }
        return -Math.log(sum);
    }

    /** One pass over prompt and answer, without a cache, sees the same as the writing of one token after the other. */
    private static void assertAsInOnePass(int[] prompt, Generation text, double tolerance) {
        int[] whole = IntStream.concat(
                        Arrays.stream(prompt), text.tokens().stream().mapToInt(Integer::intValue))
                .toArray();
        int count = text.tokens().size();
        int[] positions =
                IntStream.range(prompt.length - 1, prompt.length - 1 + count).toArray();
        ForwardResult pass =
                model.model().forward(ForwardRequest.of(List.of(whole)).withLogits(List.of(positions)));
        assertEquals(count, text.likelihoods().size());
        float[] logits = new float[model.manifest().vocabulary()];
        for (int i = 0; i < count; i++) {
            pass.logits(0, i, logits);
            TokenLikelihood told = text.likelihoods().get(i);
            assertEquals(text.tokens().get(i), told.token());
            assertEquals(logSoftmax(logits, told.token()), told.logProbability(), tolerance);
            List<Integer> order = IntStream.range(0, logits.length)
                    .boxed()
                    .sorted(Comparator.comparingDouble(token -> -logits[token]))
                    .limit(TOP)
                    .toList();
            for (int k = 0; k < TOP; k++) {
                Alternative other = told.likely().get(k);
                assertEquals(logSoftmax(logits, other.token()), other.logProbability(), tolerance);
                assertEquals(logSoftmax(logits, order.get(k)), other.logProbability(), tolerance);
            }
        }
    }

    @Test
    void whatIsToldWhileWritingIsWhatOnePassOverAllSees() {
        List<int[]> prompts = List.of(model.encode("What is a wasp?"), model.encode("How do I bake bread?"));
        List<DecodeOptions> ways = List.of(
                DecodeOptions.greedy(12).withLikelihoods(TOP),
                DecodeOptions.greedy(12).withRepetitionPenalty(1.7).withLikelihoods(TOP),
                new DecodeOptions(12, 1.3, 40, 0.9, 0.01, 1.2, 5, List.of(), TOP));
        for (DecodeOptions options : ways) {
            Generator generator = new Generator(model, options);
            List<Generation> together = generator.generate(prompts, null, TokenListener.NONE);
            for (int row = 0; row < prompts.size(); row++) {
                assertAsInOnePass(prompts.get(row), together.get(row), 2e-4);
            }
        }
    }

    @Test
    void theTextIsTheSameAndNothingIsToldUnasked() {
        List<int[]> prompts = List.of(model.encode("What is a wasp?"));
        DecodeOptions plain = new DecodeOptions(20, 1.3, 0, 1, 0, 1.2, 5, List.of());
        Generation untold = new Generator(model, plain)
                .generate(prompts, null, TokenListener.NONE)
                .get(0);
        Generation told = new Generator(model, plain.withLikelihoods(0))
                .generate(prompts, null, TokenListener.NONE)
                .get(0);
        assertTrue(untold.likelihoods().isEmpty());
        assertEquals(untold.tokens(), told.tokens());
        assertEquals(untold.text(), told.text());
        List<Integer> measured = new ArrayList<>();
        told.likelihoods().forEach(one -> measured.add(one.token()));
        assertEquals(told.tokens(), measured);
        assertTrue(told.likelihoods().get(0).likely().isEmpty());
        assertThrows(BadRequest.class, () -> new DecodeOptions(1, 0, 0, 1, 0, 1, 0, List.of(), -2));
    }
}
