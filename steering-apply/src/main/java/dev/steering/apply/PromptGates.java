package dev.steering.apply;

import dev.steering.apply.plan.Gate;
import dev.steering.apply.plan.PlanVectors;
import dev.steering.apply.plan.SteeringPlan;
import dev.steering.apply.plan.Step;
import dev.steering.core.vector.LayerMatrix;
import dev.steering.core.vector.SteeringVector;
import dev.steering.model.activation.Transition;
import dev.steering.model.activation.Transitions;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.ort.ForwardResult;
import dev.steering.model.pass.Capture;
import dev.steering.model.pass.ForwardRequest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** Asks all gates of a plan in one unsteered pass over the prompts. Immutable and thread-safe. */
final class PromptGates {
    private static final int MEAN = 0;
    private static final int LAST = 1;
    private static final int MARKER = 2;

    private final List<Gate> gates;
    private final List<LayerMatrix> references;
    private final Transitions transitions;
    private final boolean marked;
    private final int layers;

    private PromptGates(List<Gate> gates, List<LayerMatrix> references, Transitions transitions, int layers) {
        this.gates = gates;
        this.references = references;
        this.transitions = transitions;
        this.marked = gates.stream().anyMatch(gate -> gate instanceof Gate.TransitionSign);
        this.layers = layers;
    }

    /** What the gates say. */
    static final class Verdicts {
        private final float[][] factors;
        private final List<List<Decision>> decisions;

        private Verdicts(float[][] factors, List<List<Decision>> decisions) {
            this.factors = factors;
            this.decisions = List.copyOf(decisions);
        }

        /** What multiplies each step's change, {@code [rows][steps]}: 0, 1 or -1; not copied. */
        float[][] factors() {
            return factors;
        }

        /** Per row, one for each gated step in the order of the plan. */
        List<List<Decision>> decisions() {
            return decisions;
        }
    }

    static PromptGates of(ChatModel model, SteeringPlan plan, PlanVectors vectors) {
        List<LayerMatrix> references = new ArrayList<>();
        for (Step step : plan.steps()) {
            references.add(reference(model, step, vectors));
        }
        return new PromptGates(
                plan.steps().stream().map(Step::gate).toList(),
                references,
                Transitions.of(model),
                model.manifest().layers());
    }

    private static LayerMatrix reference(ChatModel model, Step step, PlanVectors vectors) {
        if (step.gate() instanceof Gate.Condition condition) {
            Directions.requireLayers(condition.layers(), model.manifest().layers());
            return PlannedSteering.vector(model.manifest(), condition.vector(), vectors)
                    .directions();
        }
        SteeringVector vector = PlannedSteering.vector(model.manifest(), step.vector(), vectors);
        if (step.gate() instanceof Gate.TransitionSign sign) {
            Directions.requireLayers(sign.layers(), model.manifest().layers());
            return vector.requireTransitionReference();
        }
        return vector.directions();
    }

    /** Whether there is nothing to ask. */
    boolean isOpen() {
        return gates.stream().allMatch(gate -> gate instanceof Gate.Always);
    }

    /** Tokens after the prompt that the pass needs. */
    int extraTokens() {
        return marked ? transitions.markerTokens().length : 0;
    }

    /** What multiplies each step's change if there is nothing to ask, {@code [steps]}. */
    float[] open() {
        return ones(1, gates.size())[0];
    }

    static float[][] ones(int rows, int steps) {
        float[][] ones = new float[rows][steps];
        for (float[] row : ones) {
            Arrays.fill(row, 1f);
        }
        return ones;
    }

    ForwardRequest request(List<int[]> prompts) {
        List<List<Capture>> captures = new ArrayList<>();
        for (int[] prompt : prompts) {
            Stream<Capture> own = Stream.of(new Capture(0, prompt.length - 1), Capture.token(prompt.length - 1));
            Stream<Capture> marker =
                    marked ? Stream.of(transitions.captures(prompt).get(1)) : Stream.empty();
            captures.add(Stream.concat(own, marker).toList());
        }
        List<int[]> rows = marked ? prompts.stream().map(transitions::append).toList() : prompts;
        return ForwardRequest.of(rows).withCaptures(captures);
    }

    Verdicts verdicts(List<int[]> prompts, ForwardResult states) {
        float[][] factors = ones(prompts.size(), gates.size());
        List<List<Decision>> decisions = new ArrayList<>();
        for (int row = 0; row < prompts.size(); row++) {
            List<Decision> ofRow = new ArrayList<>();
            for (int i = 0; i < gates.size(); i++) {
                if (gates.get(i) instanceof Gate.Condition condition) {
                    Decision decision = decide(condition, references.get(i), states, row);
                    factors[row][i] = decision.harmful() ? 1 : 0;
                    ofRow.add(decision);
                } else if (gates.get(i) instanceof Gate.TransitionSign sign) {
                    Decision decision = decide(sign, references.get(i), states, row);
                    factors[row][i] = decision.sign();
                    ofRow.add(decision);
                }
            }
            decisions.add(List.copyOf(ofRow));
        }
        return new Verdicts(factors, decisions);
    }

    /** The value that decides is the one nearest to the side where the condition holds. */
    private static Decision decide(Gate.Condition condition, LayerMatrix vector, ForwardResult states, int row) {
        boolean above = condition.side() == Gate.Side.ABOVE;
        double value = above ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
        for (int layer : condition.layers()) {
            float[] state = states.captured(row, layer + 1, condition.pooling() == Gate.Pooling.MEAN ? MEAN : LAST);
            double here = Similarity.of(condition.measure(), state, vector.row(layer));
            value = above ? Math.max(value, here) : Math.min(value, here);
        }
        return new Decision(value, condition.holds(value));
    }

    private Decision decide(Gate.TransitionSign sign, LayerMatrix reference, ForwardResult states, int row) {
        double[] cosines = new Transition(states(states, row, LAST), states(states, row, MARKER)).cosines(reference);
        double mean = Transition.score(cosines, sign.layers());
        boolean harmful = sign.rule() == Gate.Rule.MEAN
                ? mean >= sign.threshold()
                : sign.layers().stream().allMatch(layer -> cosines[layer] >= sign.threshold());
        return new Decision(mean, harmful);
    }

    private float[][] states(ForwardResult states, int row, int capture) {
        float[][] all = new float[layers][];
        for (int l = 0; l < layers; l++) {
            all[l] = states.captured(row, l + 1, capture);
        }
        return all;
    }
}
