package dev.steering.apply.planned;

import dev.steering.apply.Decision;
import dev.steering.apply.plan.Gate;
import dev.steering.apply.plan.PlanVectors;
import dev.steering.apply.plan.SteeringPlan;
import dev.steering.apply.plan.Step;
import dev.steering.core.vector.LayerMatrix;
import dev.steering.core.vector.SteeringVector;
import dev.steering.model.activation.Transition;
import dev.steering.model.activation.Transitions;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.decode.PromptProbe;
import dev.steering.model.ort.ForwardResult;
import dev.steering.model.pass.Capture;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Asks all gates of a plan in one unsteered pass over a prompt: SCANS's sign is chosen here (arXiv 2408.11491, Eq. 4 and 5), and
 * whether a condition holds (arXiv 2409.05907). Immutable and thread-safe.
 */
final class PromptGates implements PromptProbe {
    private static final int[] NOTHING = {};
    private static final int MEAN = 0;
    private static final int LAST = 1;
    private static final int MARKER = 2;

    private final List<Gate> gates;
    private final List<LayerMatrix> references;
    private final List<Transitions> transitions;
    private final boolean marked;
    private final int layers;

    private PromptGates(List<Gate> gates, List<LayerMatrix> references, List<Transitions> transitions, int layers) {
        this.gates = gates;
        this.references = references;
        this.transitions = transitions;
        this.marked = gates.stream().anyMatch(gate -> gate instanceof Gate.TransitionSign);
        this.layers = layers;
    }

    /**
     * What the gates say of one prompt.
     *
     * @param factors what multiplies each step's change, {@code [steps]}: 0, 1 or -1; not copied
     * @param decisions one for each gated step in the order of the plan
     */
    @SuppressWarnings("ArrayRecordComponent") // one per prompt, read by its own texts only
    record Verdict(float[] factors, List<Decision> decisions) implements PromptProbe.Reading {}

    static PromptGates of(ChatModel model, SteeringPlan plan, PlanVectors vectors) {
        List<LayerMatrix> references = new ArrayList<>();
        for (Step step : plan.steps()) {
            references.add(reference(model, step, vectors));
        }
        return new PromptGates(
                plan.steps().stream().map(Step::gate).toList(),
                references,
                plan.steps().stream()
                        .map(step -> transitions(model, step, vectors))
                        .toList(),
                model.manifest().layers());
    }

    /** Prompts are read where the reference was; the marker's tokens are the same. */
    private static Transitions transitions(ChatModel model, Step step, PlanVectors vectors) {
        Transitions plain = Transitions.of(model);
        return step.gate() instanceof Gate.TransitionSign
                ? plain.withState(PlannedSteering.vector(model.manifest(), step.vector(), vectors)
                        .transitionState())
                : plain;
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

    /** What multiplies each step's change if there is nothing to ask, {@code [steps]}. */
    float[] open() {
        float[] ones = new float[gates.size()];
        Arrays.fill(ones, 1f);
        return ones;
    }

    /** @throws dev.steering.core.SteeringException if the prompt and what is run behind it do not fit the model's context */
    void requireFits(int[] prompt) {
        if (marked) {
            int unused = transitions.get(0).append(prompt).length;
        }
    }

    /** SCANS's marker, where a gate looks at transitions. */
    @Override
    public int[] suffix() {
        return marked ? transitions.get(0).markerTokens() : NOTHING;
    }

    @Override
    public List<Capture> captures(int promptTokens) {
        List<Capture> captures = new ArrayList<>();
        captures.add(new Capture(0, promptTokens - 1));
        captures.add(Capture.token(promptTokens - 1));
        if (marked) {
            captures.add(Capture.token(promptTokens + transitions.get(0).markerTokens().length - 1));
        }
        return captures;
    }

    @Override
    public Verdict read(ForwardResult states, int row) {
        float[] factors = open();
        List<Decision> decisions = new ArrayList<>();
        for (int i = 0; i < gates.size(); i++) {
            if (gates.get(i) instanceof Gate.Condition condition) {
                Decision decision = decide(condition, references.get(i), states, row);
                factors[i] = decision.harmful() ? 1 : 0;
                decisions.add(decision);
            } else if (gates.get(i) instanceof Gate.TransitionSign sign) {
                Decision decision = decide(sign, transitions.get(i), references.get(i), states, row);
                factors[i] = decision.sign();
                decisions.add(decision);
            }
        }
        return new Verdict(factors, List.copyOf(decisions));
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

    private Decision decide(
            Gate.TransitionSign sign, Transitions read, LayerMatrix reference, ForwardResult states, int row) {
        double[] cosines = read.transition(states(states, row, LAST), states(states, row, MARKER))
                .cosines(reference);
        double mean = Transition.score(cosines, sign.layers());
        return new Decision(mean, sign.isHarmful(cosines, mean));
    }

    private float[][] states(ForwardResult states, int row, int capture) {
        float[][] all = new float[layers][];
        for (int l = 0; l < layers; l++) {
            all[l] = states.captured(row, l + 1, capture);
        }
        return all;
    }
}
