package dev.steering.gradient;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.core.safetensors.DType;
import dev.steering.gradient.rules.Differentiator;
import dev.steering.gradient.tape.Shape;
import dev.steering.gradient.tape.Tape;
import dev.steering.model.ort.graph.TensorGraph;
import dev.steering.model.ort.graph.TensorInputs;
import dev.steering.model.pass.RuntimeOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Four tokens with logits x, 0, 1 and -1, of which the first is scored; expected values in double precision. */
class TokenLossesTest {
    private static final double REST = Math.exp(0) + Math.exp(1) + Math.exp(-1);

    @ParameterizedTest
    @ValueSource(doubles = {-300, -60, -20, -5, -1, 0, 0.3, 0.7, 1, 3, 10, 20, 60, 88, 300, 3000})
    void lossesAndGradientsAreExactForEveryProbability(double x) {
        List<float[]> found = run(x);
        double logOthers = Math.log(REST);
        double all = Math.max(x, logOthers) + Math.log1p(Math.exp(-Math.abs(x - logOthers)));
        assertEquals(all - x, found.get(0)[0], 1e-6 + 2e-7 * Math.abs(all - x), "-log p");
        double q = Math.exp(logOthers - all);
        double p = Math.exp(x - all);
        double unlikelihood = p < 0.5 ? -Math.log1p(-p) : all - logOthers;
        close("-log(1-p)", unlikelihood, found.get(2)[0], 2e-6);
        assertEquals(-q, found.get(1)[0], 1e-6, "d -log p / dx");
        close("d -log(1-p) / dx", p, found.get(3)[0], 2e-6 + 1e-7 * Math.abs(x));
        for (float[] values : found) {
            for (float value : values) {
                assertTrue(Float.isFinite(value));
            }
        }
        double other = p * 1 / REST;
        assertEquals(-other, found.get(3)[1], 1e-6 + 1e-6 * Math.abs(x), "d -log(1-p) / d another logit");
    }

    /** Below the smallest normal number of single precision, only that it is small. */
    private static void close(String what, double expected, double found, double relative) {
        assertEquals(expected, found, Math.abs(expected) * relative + Float.MIN_NORMAL, what);
    }

    /** Likelihood loss and its gradient, unlikelihood loss and its gradient. */
    private static List<float[]> run(double x) {
        Tape tape = new Tape("test");
        tape.input("logits", DType.F32, Shape.of("n", 4));
        tape.input("targets", DType.I64, Shape.of("n", 1));
        tape.input("weights", DType.F32, Shape.of("n", 1));
        TokenLosses losses = new TokenLosses(tape);
        output(tape, "likelihood", losses.likelihood("logits", "targets"));
        output(tape, "unlikelihood", losses.unlikelihood("logits", "targets"));
        try (TensorGraph graph =
                TensorGraph.open(tape.build().toByteArray(), Path.of("."), RuntimeOptions.defaults())) {
            TensorInputs inputs = new TensorInputs()
                    .floats("logits", new float[] {(float) x, 0, 1, -1}, 1, 4)
                    .longs("targets", new long[] {0}, 1, 1)
                    .floats("weights", new float[] {1}, 1, 1);
            return graph.run(
                    inputs, List.of("likelihood", "likelihood.gradient", "unlikelihood", "unlikelihood.gradient"));
        }
    }

    private static void output(Tape tape, String name, String loss) {
        String gradient = Differentiator.differentiate(tape, Map.of(loss, "weights"), "logits");
        tape.output(name, loss, DType.F32);
        tape.output(name + ".gradient", gradient, DType.F32);
    }
}
