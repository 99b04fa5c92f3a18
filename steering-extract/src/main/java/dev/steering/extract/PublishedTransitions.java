package dev.steering.extract;

import dev.steering.core.ProgressListener;
import dev.steering.core.vector.LayerMatrix;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.SteeringVector.TransitionState;
import dev.steering.model.activation.Transitions;
import dev.steering.model.chat.ChatModel;
import java.util.List;

/**
 * SCANS's transition reference as its public code (github.com/zouyingcao/SCANS) measures it: the last of transformers' hidden states is
 * behind the final norm, so at the last layer both reference and prompts are read there. Directions stay those of block outputs: the code
 * steers none of the last layer. Stateless and thread-safe.
 */
public final class PublishedTransitions {
    private PublishedTransitions() {}

    /**
     * @param model the model that the vector is of
     * @param vector a vector
     * @param harmful the harmful prompts that it was extracted from
     * @param batchSize most prompts in one forward pass
     * @param progress told how many are done
     * @return the vector with that reference, which every use of it then reads prompts by
     * @throws dev.steering.core.SteeringException if the bundle does not say where its final norm is, or there is no prompt
     */
    public static SteeringVector of(
            ChatModel model, SteeringVector vector, List<String> harmful, int batchSize, ProgressListener progress) {
        double[][] sum = new double[vector.layers()][vector.hidden()];
        Transitions.of(model)
                .withState(TransitionState.PUBLISHED)
                .withBatchSize(batchSize)
                .withProgress(progress)
                .read("published state", harmful.stream().map(model::encode).toList(), (prompt, transition) -> {
                    for (int layer = 0; layer < sum.length; layer++) {
                        double[] at = transition.at(layer);
                        for (int i = 0; i < at.length; i++) {
                            sum[layer][i] += at[i] / harmful.size();
                        }
                    }
                });
        float[][] rows = new float[sum.length][vector.hidden()];
        for (int layer = 0; layer < rows.length; layer++) {
            for (int i = 0; i < rows[layer].length; i++) {
                rows[layer][i] = (float) sum[layer][i];
            }
        }
        return vector.withTransitionReference(LayerMatrix.of(rows)).withTransitionState(TransitionState.PUBLISHED);
    }
}
