package dev.steering.extract.trace;

import dev.steering.core.BadRequest;
import dev.steering.core.Require;
import dev.steering.core.vector.LayerMatrix;
import dev.steering.extract.project.LogitLens;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.ort.ForwardResult;
import dev.steering.model.pass.Capture;
import dev.steering.model.pass.ForwardRequest;
import dev.steering.model.pass.PassSteering;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the residual stream of one text at every token after every layer, after steering if there is any: its norm, its dot product with a
 * unit direction of that layer, and the tokens that it reads as ({@link LogitLens}).
 *
 * <p>States are captured a few tokens at a time, so that memory is some 64 MiB whatever the length; each part is a pass over the whole text.
 * Immutable and thread-safe.
 */
public final class StreamTrace {
    private static final int MOST_FLOATS = 1 << 24;

    private final ChatModel model;
    private final @Nullable LayerMatrix directions;
    private final int topK;
    private final int lensTokens;
    private final int mostFloats;

    private StreamTrace(ChatModel model, @Nullable LayerMatrix directions, int topK, int lensTokens, int mostFloats) {
        this.model = model;
        this.directions = directions;
        this.topK = topK;
        this.lensTokens = lensTokens;
        this.mostFloats = mostFloats;
    }

    /**
     * @param model what runs the text
     * @return norms only
     */
    public static StreamTrace of(ChatModel model) {
        return new StreamTrace(model, null, 1, 0, MOST_FLOATS);
    }

    /**
     * @param newDirections one for each layer, of any norm, {@code [layers, hidden]}
     * @return a copy that projects on their unit directions
     * @throws BadRequest if they are of another size than the model
     */
    public StreamTrace withDirections(LayerMatrix newDirections) {
        if (newDirections.layers() != model.manifest().layers()
                || newDirections.hidden() != model.manifest().hidden()) {
            throw new BadRequest(
                    "The directions are " + newDirections.layers() + " x " + newDirections.hidden() + ", the model has "
                            + model.manifest().layers() + " layers of hidden size "
                            + model.manifest().hidden()
                            + ". Are they from another model?");
        }
        return new StreamTrace(model, newDirections.unit(), topK, lensTokens, mostFloats);
    }

    /**
     * @param k tokens that each state is read as, at least 1
     * @param positions how many positions are read, counted from the end; at least 0
     * @return a copy with a logit lens
     */
    public StreamTrace withLens(int k, int positions) {
        return new StreamTrace(
                model,
                directions,
                Require.atLeast("The number of tokens that a state is read as", k, 1),
                Require.atLeast("The number of positions that are read", positions, 0),
                mostFloats);
    }

    /** Captures no more at a time than these numbers; one position at least. */
    StreamTrace withMostFloats(int floats) {
        return new StreamTrace(model, directions, topK, lensTokens, floats);
    }

    /**
     * What one state is.
     *
     * @param norm its Euclidean norm
     * @param projection dot product with the layer's unit direction; null without directions
     * @param lens what it reads as, best first; empty where nobody asked
     */
    public record State(double norm, @Nullable Double projection, List<LogitLens.Token> lens) {
        public State {
            lens = List.copyOf(lens);
        }
    }

    /**
     * One token.
     *
     * @param id token id, as the model got it
     * @param text the token decoded on its own
     * @param steered whether anything is done at this position
     * @param layers its states, {@code [layers]}
     */
    public record Position(int id, String text, boolean steered, List<State> layers) {
        public Position {
            layers = List.copyOf(layers);
        }
    }

    /**
     * @param tokens the text, at least one token
     * @param steering what is done to it, with one schedule; null for nothing
     * @return its positions, in order
     * @throws dev.steering.core.SteeringException if it does not fit the model's context, or there is a lens and the bundle does not say
     *     where the final norm is
     */
    public List<Position> run(int[] tokens, @Nullable PassSteering steering) {
        List<float[][]> states = states(tokens, steering);
        List<List<LogitLens.Token>> lens = lens(states);
        int layers = model.manifest().layers();
        int firstRead = Math.max(0, tokens.length - lensTokens);
        List<Position> positions = new ArrayList<>();
        for (int position = 0; position < tokens.length; position++) {
            List<State> row = new ArrayList<>();
            for (int layer = 0; layer < layers; layer++) {
                float[] state = states.get(position)[layer];
                row.add(new State(
                        Math.sqrt(dot(state, state)),
                        directions == null ? null : (Double) dot(state, directions.row(layer)),
                        position < firstRead ? List.of() : lens.get((position - firstRead) * layers + layer)));
            }
            positions.add(new Position(
                    tokens[position],
                    model.tokenizer().decode(new int[] {tokens[position]}, false),
                    SteeredPositions.touches(steering, position),
                    row));
        }
        return List.copyOf(positions);
    }

    private List<float[][]> states(int[] tokens, @Nullable PassSteering steering) {
        int layers = model.manifest().layers();
        int most = Math.max(1, mostFloats / ((layers + 1) * model.manifest().hidden()));
        List<float[][]> states = new ArrayList<>();
        for (int first = 0; first < tokens.length; first += most) {
            List<Capture> captures = new ArrayList<>();
            for (int position = first; position < Math.min(tokens.length, first + most); position++) {
                captures.add(Capture.token(position));
            }
            ForwardResult result = model.model()
                    .forward(ForwardRequest.of(List.of(tokens))
                            .withSteering(steering)
                            .withCaptures(List.of(captures)));
            for (int c = 0; c < captures.size(); c++) {
                float[][] all = new float[layers][];
                for (int layer = 0; layer < layers; layer++) {
                    all[layer] = result.captured(0, layer + 1, c);
                }
                states.add(all);
            }
        }
        return states;
    }

    private List<List<LogitLens.Token>> lens(List<float[][]> states) {
        if (lensTokens == 0) {
            return List.of();
        }
        List<float[]> read = new ArrayList<>();
        states.subList(Math.max(0, states.size() - lensTokens), states.size())
                .forEach(position -> read.addAll(List.of(position)));
        return LogitLens.of(model).read(read, topK);
    }

    private static double dot(float[] one, float[] other) {
        double sum = 0;
        for (int i = 0; i < one.length; i++) {
            sum += (double) one[i] * other[i];
        }
        return sum;
    }
}
