package dev.steering.gradient.check;

import dev.steering.core.BadFile;
import dev.steering.core.SteeringException;
import dev.steering.core.bundle.Bundle;
import dev.steering.core.safetensors.SafetensorsFile;
import dev.steering.export.check.ReferenceCheck;
import dev.steering.export.check.ReferenceFile;
import dev.steering.gradient.GradientOptions;
import dev.steering.gradient.GradientTarget.EmbeddingScale;
import dev.steering.gradient.GradientTarget.SoftPrompt;
import dev.steering.gradient.LossGradient;
import dev.steering.gradient.LossTerm;
import dev.steering.gradient.SoftPromptExample;
import dev.steering.gradient.SoftPromptGradients;
import dev.steering.model.pass.RuntimeOptions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * Compares gradients through a bundle with those that another implementation computed from the same checkpoint.
 *
 * <p>Knows these tensors: {@code soft_prompt [rows,H]} in the embedding table's space, put before the tokens, {@code input_ids [B,S]},
 * {@code response_start [1]}: the response is {@code input_ids[:, response_start:]}, and for {@code likelihood} (mean over batch and
 * response tokens of {@code -log p(token)}) and {@code unlikelihood} ({@code -log(1 - p(token))}) the loss {@code NAME_loss [1]} and its
 * gradient {@code NAME_soft_prompt_gradient [rows,H]}.
 */
public final class GradientCheck {
    private static final String SOFT_PROMPT = "soft_prompt";
    private static final Set<String> INPUTS = Set.of(SOFT_PROMPT, "input_ids", "response_start");

    private static final String UNSCALED =
            "the reference took embeddings as they are, which this model multiplies with a constant (as transformers' Gemma 3 does"
                    + " with inputs_embeds); so did this comparison";

    /** Losses are sums of many tokens' and less sensitive than gradients: a tenth of the tolerance is theirs. */
    private static final double LOSS_SHARE = 0.1;

    private final Bundle bundle;
    private final ReferenceFile file;
    private final List<int[]> rows;
    private final double[] softPrompt;
    private final int responseStart;

    private GradientCheck(Bundle bundle, SafetensorsFile reference) {
        this.bundle = bundle;
        this.file = new ReferenceFile(reference, bundle.manifest());
        this.rows = file.tokens("input_ids");
        this.softPrompt = doubles(softPrompt(reference));
        this.responseStart = responseStart(reference);
    }

    /**
     * @param reference a reference file
     * @return whether it has gradients
     */
    public static boolean applies(SafetensorsFile reference) {
        return reference.tensors().containsKey(SOFT_PROMPT);
    }

    /**
     * @param bundle a bundle
     * @param reference the reference values
     * @return differences relative to the reference's largest magnitude: all comparisons that the file allows, of the batch and of
     *     its rows one by one
     * @throws SteeringException if the file has nothing to compare or is of another model, or the bundle has no gradients
     */
    public static ReferenceCheck.Report run(Bundle bundle, SafetensorsFile reference) {
        ReferenceCheck.Report scaled = new GradientCheck(bundle, reference).run(EmbeddingScale.MODEL, List.of());
        if (scaled.passes(ReferenceCheck.TOLERANCE)) {
            return scaled;
        }
        ReferenceCheck.Report unscaled =
                new GradientCheck(bundle, reference).run(EmbeddingScale.NONE, List.of(UNSCALED));
        return unscaled.passes(ReferenceCheck.TOLERANCE) ? unscaled : scaled;
    }

    private ReferenceCheck.Report run(EmbeddingScale scale, List<String> notes) {
        compare("batch", scale, Integer.MAX_VALUE);
        compare("one by one", scale, 1);
        file.requireCompared("likelihood_loss or likelihood_soft_prompt_gradient beside soft_prompt");
        return new ReferenceCheck.Report(file.comparisons(), file.unused(INPUTS), notes);
    }

    private float[] softPrompt(SafetensorsFile reference) {
        int hidden = bundle.manifest().hidden();
        if (reference.tensor(SOFT_PROMPT).rank() != 2
                || reference.tensor(SOFT_PROMPT).size(1) != hidden) {
            throw new BadFile(reference.path() + ": '" + SOFT_PROMPT + "' is "
                    + reference.tensor(SOFT_PROMPT).shape() + ", expected [rows, " + hidden + "] for "
                    + bundle.manifest().name() + ". Is it the reference of another model?");
        }
        return reference.floats(SOFT_PROMPT);
    }

    private int responseStart(SafetensorsFile reference) {
        int width = rows.get(0).length;
        long[] start =
                reference.tensors().containsKey("response_start") ? reference.longs("response_start") : new long[0];
        if (start.length != 1 || start[0] < 0 || start[0] >= width) {
            throw new BadFile(reference.path() + ": expected response_start to be one position from 0 to " + (width - 1)
                    + ", found " + Arrays.toString(start) + ".");
        }
        return (int) start[0];
    }

    private void compare(String path, EmbeddingScale scale, int tokens) {
        GradientOptions options = new GradientOptions(RuntimeOptions.defaults().withMappedWeights(), tokens);
        try (SoftPromptGradients gradients = SoftPromptGradients.open(bundle, new SoftPrompt(scale), options)) {
            for (LossTerm term : LossTerm.values()) {
                compare(gradients, term, path);
            }
        }
    }

    private void compare(SoftPromptGradients gradients, LossTerm term, String path) {
        String loss = term.label() + "_loss";
        String gradient = term.label() + "_soft_prompt_gradient";
        if (!file.has(loss) && !file.has(gradient)) {
            return;
        }
        List<SoftPromptExample> examples = new ArrayList<>();
        for (int[] row : rows) {
            int[] prompt = Arrays.copyOf(row, responseStart);
            int[] response = Arrays.copyOfRange(row, responseStart, row.length);
            examples.add(new SoftPromptExample(new int[0], prompt, response, term, 1.0 / rows.size()));
        }
        LossGradient found = gradients.evaluate(softPrompt, examples);
        file.compareRelative(loss, path, new double[] {found.loss()}, LOSS_SHARE);
        file.compareRelative(gradient, path, found.gradient(), 1);
    }

    private static double[] doubles(float[] values) {
        double[] doubles = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            doubles[i] = values[i];
        }
        return doubles;
    }
}
