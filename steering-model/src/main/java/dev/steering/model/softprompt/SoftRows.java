package dev.steering.model.softprompt;

import dev.steering.core.BadRequest;
import dev.steering.core.SteeringException;
import dev.steering.core.WrongModel;
import dev.steering.core.softprompt.SoftPrompt;
import dev.steering.core.vector.TargetModel;
import dev.steering.model.ort.ForwardResult;
import dev.steering.model.ort.LanguageModel;
import dev.steering.model.pass.Capture;
import dev.steering.model.pass.DirectionSet;
import dev.steering.model.pass.ForwardRequest;
import dev.steering.model.pass.PassSteering;
import dev.steering.model.pass.Schedule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Soft prompts in a model, through the steering inputs that every bundle's graph has: no graph of its own, no embedding table.
 *
 * <p>A soft prompt's initial tokens stand at its positions. With e_k the embedding output that the model has for the k-th of
 * them (residual point 0, scaling included) and s_k the soft row, direction k is {@code scale * s_k - e_k} at point 0 and zero
 * everywhere else, added at position k alone: the layers see {@code scale * s_k} there, up to one rounding. Rows that were not
 * tuned are exactly their tokens.
 *
 * <p>It acts where those positions are computed, so a pass that continues a cache needs no steering, except where graphs without
 * a cache compute everything again. Immutable and thread-safe.
 */
public final class SoftRows {
    private final List<int[]> tokens;
    private final int start;
    private final DirectionSet directions;

    private SoftRows(List<int[]> tokens, int start, DirectionSet directions) {
        this.tokens = tokens;
        this.start = start;
        this.directions = directions;
    }

    /**
     * @param model the model; one short pass for each prompt reads its embedding outputs
     * @param prompts the soft prompts, at least one
     * @param scale what the model multiplies rows of its embedding table with
     * @param start 0-based position of the first row in every token sequence
     * @return the soft prompts in that model
     * @throws SteeringException if a token is not in the vocabulary, the sizes differ, or the model adds positions to its
     *     embeddings
     */
    public static SoftRows of(LanguageModel model, List<SoftPrompt> prompts, double scale, int start) {
        List<int[]> tokens = new ArrayList<>();
        List<float[][]> directions = new ArrayList<>();
        for (SoftPrompt prompt : prompts) {
            tokens.add(
                    prompt.initialTokens().stream().mapToInt(Integer::intValue).toArray());
            directions.addAll(directions(model, prompt, scale));
        }
        return new SoftRows(tokens, start, DirectionSet.of(directions.toArray(float[][][]::new)));
    }

    /** One direction per row, {@code [points, hidden]} each. */
    private static List<float[][]> directions(LanguageModel model, SoftPrompt prompt, double scale) {
        int hidden = model.manifest().hidden();
        if (prompt.hidden() != hidden) {
            throw new WrongModel(
                    "The soft prompt has rows of " + prompt.hidden() + ", but "
                            + model.manifest().name() + " has hidden size " + hidden + ". Tune one on this model.",
                    TargetModel.SIZE);
        }
        float[][] outputs = embeddingOutputs(
                model,
                prompt.initialTokens().stream().mapToInt(Integer::intValue).toArray());
        List<float[][]> directions = new ArrayList<>();
        for (int k = 0; k < prompt.length(); k++) {
            float[] row = prompt.row(k);
            float[][] direction = new float[model.manifest().points()][hidden];
            for (int i = 0; i < hidden; i++) {
                direction[0][i] = (float) (scale * row[i]) - outputs[k][i];
            }
            directions.add(direction);
        }
        return directions;
    }

    /** What the model's embedding gives for each token, {@code [tokens, hidden]}. */
    private static float[][] embeddingOutputs(LanguageModel model, int[] tokens) {
        for (int token : tokens) {
            if (token < 0 || token >= model.manifest().vocabulary()) {
                throw new WrongModel(
                        "The soft prompt's token " + token + " is not in the vocabulary of "
                                + model.manifest().name() + ", which has "
                                + model.manifest().vocabulary() + " tokens.",
                        TargetModel.SIZE);
            }
        }
        int[] again = Arrays.copyOf(tokens, tokens.length + 1);
        again[tokens.length] = tokens[0];
        List<Capture> each =
                IntStream.range(0, again.length).mapToObj(Capture::token).toList();
        ForwardResult result = model.forward(ForwardRequest.of(List.of(again)).withCaptures(List.of(each)));
        float[][] outputs = IntStream.range(0, tokens.length)
                .mapToObj(k -> result.captured(0, 0, k))
                .toArray(float[][]::new);
        if (!Arrays.equals(outputs[0], result.captured(0, 0, tokens.length))) {
            throw new BadRequest("The model " + model.manifest().name() + " adds positions to its embeddings:"
                    + " soft prompts cannot take the place of tokens there.");
        }
        return outputs;
    }

    /**
     * @param prompt index of a soft prompt
     * @return the tokens that stand at its positions
     */
    public int[] tokens(int prompt) {
        return tokens.get(prompt).clone();
    }

    /** @return 0-based position of the first row */
    public int start() {
        return start;
    }

    /**
     * @param prompts which soft prompt every row of the batch holds, or one for all rows
     * @return puts the soft prompts in their places
     */
    public PassSteering steering(int... prompts) {
        return PassSteering.adding(
                directions, Arrays.stream(prompts).mapToObj(this::oneHot).toList());
    }

    /** Each of the prompt's positions gets its own direction; the directions of the prompts follow each other. */
    private Schedule oneHot(int prompt) {
        int first =
                tokens.subList(0, prompt).stream().mapToInt(row -> row.length).sum();
        int length = tokens.get(prompt).length;
        return (position, direction) -> {
            int row = position - start;
            return row >= 0 && row < length && direction == first + row ? 1f : 0f;
        };
    }
}
