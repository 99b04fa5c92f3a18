package dev.steering.extract.search;

import dev.steering.core.ProgressListener;
import dev.steering.model.activation.ActivationReader;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.pass.Capture;
import java.util.ArrayList;
import java.util.List;

/**
 * Mean activations at a prompt's last tokens, {@code [positions][layers][hidden]}, in double precision; position i is the token i from the
 * end, so position 0 is the last.
 */
final class PositionMeans {
    private PositionMeans() {}

    static double[][][] of(
            ChatModel model, String set, List<int[]> prompts, int positions, int batchSize, ProgressListener progress) {
        double[][][] means = new double[positions][model.manifest().layers()]
                [model.manifest().hidden()];
        List<List<Capture>> captures = new ArrayList<>();
        for (int[] tokens : prompts) {
            List<Capture> last = new ArrayList<>();
            for (int back = 0; back < positions; back++) {
                last.add(Capture.token(tokens.length - 1 - back));
            }
            captures.add(last);
        }
        ActivationReader.of(model.model())
                .withBatchSize(batchSize)
                .withProgress(progress)
                .read(set + " prompts", prompts, captures, (prompt, captured) -> add(captured, means, prompts.size()));
        return means;
    }

    private static void add(float[][][] captured, double[][][] means, int prompts) {
        for (int back = 0; back < captured.length; back++) {
            for (int layer = 0; layer < captured[back].length; layer++) {
                float[] activation = captured[back][layer];
                for (int i = 0; i < activation.length; i++) {
                    means[back][layer][i] += (double) activation[i] / prompts;
                }
            }
        }
    }

    /** a - b, everywhere. */
    static double[][][] minus(double[][][] a, double[][][] b) {
        double[][][] difference = new double[a.length][a[0].length][a[0][0].length];
        for (int back = 0; back < a.length; back++) {
            for (int layer = 0; layer < a[back].length; layer++) {
                for (int i = 0; i < a[back][layer].length; i++) {
                    difference[back][layer][i] = a[back][layer][i] - b[back][layer][i];
                }
            }
        }
        return difference;
    }
}
