package dev.steering.examples.fading;

import dev.steering.apply.Method;
import dev.steering.apply.MethodArguments;
import dev.steering.apply.MethodDefinition;
import dev.steering.apply.MethodOption;
import dev.steering.core.BadRequest;
import dev.steering.core.vector.Anchoring;
import dev.steering.core.vector.LayerMatrix;
import dev.steering.core.vector.ModelCheck;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.TargetModel;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.pass.DirectionSet;
import java.util.List;

/** {@link Fading}: what can be said about it, and what the vector says otherwise. */
public final class FadingDefinition implements MethodDefinition {
    /** What remains of the strength from token to token. */
    public static final MethodOption<Double> DECAY =
            MethodOption.number("decay", "what remains of the strength from token to token, 0 to 1; default: 0.9");

    static final String NAME = "fading";

    private static final double DEFAULT_DECAY = 0.9;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String words() {
        return "the vector subtracted, less and less";
    }

    @Override
    public List<MethodOption<?>> options() {
        return List.of(MethodArguments.VECTOR, MethodArguments.ALPHA, MethodArguments.LAYERS, DECAY);
    }

    @Override
    public List<MethodOption<?>> required() {
        return List.of(MethodArguments.VECTOR);
    }

    @Override
    public MethodOption<Double> strength() {
        return MethodArguments.ALPHA;
    }

    @Override
    public Method bind(ChatModel model, MethodArguments arguments) {
        double decay = arguments.get(DECAY, DEFAULT_DECAY);
        if (!(decay >= 0 && decay <= 1)) {
            throw new BadRequest("The method fading takes a decay from 0 to 1, found " + decay + ".");
        }
        SteeringVector vector = arguments.requireVector(NAME).vector();
        String unused = TargetModel.of(model.manifest()).requireFits(vector, ModelCheck.ANY_MODEL);
        Anchoring stored = vector.requireAnchoring();
        List<Integer> said = arguments.layers();
        return new Fading(
                direction(vector, said == null ? stored.steeringLayers() : said),
                arguments.get(MethodArguments.ALPHA, stored.alpha()),
                decay);
    }

    /** One direction per point of the residual stream: point l + 1 is the output of layer l. */
    private static DirectionSet direction(SteeringVector vector, List<Integer> layers) {
        LayerMatrix directions = vector.directions(vector.scale());
        float[][] points = new float[vector.layers() + 1][vector.hidden()];
        for (int layer : layers) {
            if (layer < 0 || layer >= vector.layers()) {
                throw new BadRequest("Layer " + layer + " is out of range: the model has layers 0 to "
                        + (vector.layers() - 1) + ".");
            }
            points[layer + 1] = directions.row(layer);
        }
        return DirectionSet.of(new float[][][] {points});
    }
}
