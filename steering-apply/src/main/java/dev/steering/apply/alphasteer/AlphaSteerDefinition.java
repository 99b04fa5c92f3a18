package dev.steering.apply.alphasteer;

import dev.steering.apply.Method;
import dev.steering.apply.MethodArguments;
import dev.steering.apply.MethodArguments.NamedVector;
import dev.steering.apply.MethodDefinition;
import dev.steering.apply.MethodOption;
import dev.steering.apply.plan.VectorReference;
import dev.steering.core.BadRequest;
import dev.steering.core.Remedy;
import dev.steering.core.Require;
import dev.steering.core.vector.Anchoring;
import dev.steering.core.vector.LayerReads;
import dev.steering.core.vector.ModelCheck;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.TargetModel;
import dev.steering.core.vector.VectorScale;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.pass.DirectionSet;
import dev.steering.model.pass.GateSet;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@link AlphaSteer}: what can be said about it, and what the vector says otherwise. */
public final class AlphaSteerDefinition implements MethodDefinition {
    @Override
    public String name() {
        return AlphaSteer.NAME;
    }

    @Override
    public String words() {
        return "prompts moved by how much is read of their last token";
    }

    @Override
    public List<MethodOption<?>> options() {
        return List.of(MethodArguments.VECTOR, MethodArguments.ALPHA, MethodArguments.SCALE, MethodArguments.LAYERS);
    }

    @Override
    public List<MethodOption<?>> required() {
        return List.of(MethodArguments.VECTOR);
    }

    @Override
    public @Nullable MethodOption<Double> strength() {
        return MethodArguments.ALPHA;
    }

    /** The vector's own strength, weaker and stronger ones; of a vector without one those around 1. */
    @Override
    public List<Double> strengths(MethodArguments arguments) {
        NamedVector named = arguments.get(MethodArguments.VECTOR);
        Anchoring anchoring = named == null ? null : named.vector().anchoring();
        double own = arguments.get(MethodArguments.ALPHA, anchoring == null ? 1.0 : anchoring.alpha());
        return List.of(0.25 * own, 0.5 * own, 0.75 * own, own, 1.25 * own, 1.5 * own);
    }

    @Override
    public Method bind(ChatModel model, MethodArguments arguments) {
        NamedVector named = arguments.requireVector(AlphaSteer.NAME);
        SteeringVector vector = named.vector();
        String unused = TargetModel.of(model.manifest()).requireFits(vector, ModelCheck.ANY_MODEL);
        LayerReads reads = vector.reads();
        if (reads == null) {
            throw new BadRequest("The method alphasteer needs a vector that has read vectors, and this one has none."
                            + " Extract one by the method alphasteer.")
                    .withRemedy(Remedy.EXTRACT_VECTOR);
        }
        requireGated(model);
        Anchoring anchoring = vector.anchoring();
        List<Integer> layers = layers(arguments.layers(), anchoring);
        double alpha = alpha(arguments, anchoring);
        VectorScale scale = arguments.get(MethodArguments.SCALE, vector.scale());
        return new AlphaSteer(
                gates(vector, reads, layers, scale),
                Require.finite("The strength", alpha),
                scale,
                layers,
                VectorReference.to(named.file(), vector),
                vector.prompts() == null ? List.of() : List.of(vector.prompts()));
    }

    private static double alpha(MethodArguments arguments, @Nullable Anchoring anchoring) {
        Double said = arguments.get(MethodArguments.ALPHA);
        if (said == null && anchoring == null) {
            throw new BadRequest("The vector stores no strength yet: name one, or anchor its layers first.")
                    .withRemedy(Remedy.GIVE_STRENGTH);
        }
        return said != null ? said : anchoring != null ? anchoring.alpha() : Double.NaN;
    }

    /** Said before anything is answered. */
    private static void requireGated(ChatModel model) {
        if (model.manifest().gatedGraph() == null) {
            throw new BadRequest("The method alphasteer needs the gated graph, which the bundle of "
                    + model.manifest().name() + " does not have: it was made before there was one. Export or instrument"
                    + " the model again, which leaves vectors valid.");
        }
    }

    private static List<Integer> layers(@Nullable List<Integer> said, @Nullable Anchoring anchoring) {
        List<Integer> layers = said != null ? said : anchoring != null ? anchoring.steeringLayers() : List.of();
        if (layers.isEmpty()) {
            throw new BadRequest("The vector stores no layers yet: name some, or anchor its layers first.")
                    .withRemedy(Remedy.GIVE_LAYERS);
        }
        return layers;
    }

    private static GateSet gates(SteeringVector vector, LayerReads reads, List<Integer> layers, VectorScale scale) {
        float[][] read = new float[vector.layers() + 1][vector.hidden()];
        float[][] written = new float[vector.layers() + 1][vector.hidden()];
        Float[] offsets = new Float[vector.layers() + 1];
        Arrays.fill(offsets, 0f);
        for (int layer : layers) {
            if (layer < 0 || layer >= vector.layers()) {
                throw new BadRequest("Layer " + layer + " is out of range: the model has layers 0 to "
                        + (vector.layers() - 1) + ".");
            }
            read[layer + 1] = reads.rows().row(layer);
            written[layer + 1] = vector.directions(scale).row(layer);
            offsets[layer + 1] = reads.offset(layer);
        }
        return new GateSet(
                DirectionSet.of(new float[][][] {read}),
                DirectionSet.of(new float[][][] {written}),
                List.of(GateSet.Shape.OF_ROW.withOffsets(List.of(offsets))));
    }
}
