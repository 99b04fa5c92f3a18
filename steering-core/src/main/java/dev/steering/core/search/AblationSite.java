package dev.steering.core.search;

import dev.steering.core.BadRequest;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * Where one direction is projected out of the residual stream, at every token. Point 0 is the embedding output, point l + 1 the output
 * of layer l; a model of N layers has points 0 to N.
 *
 * <p>The public code of arXiv 2406.11717 and 2410.03415 projects at the input of every block and at what attention and MLP write. Then
 * nothing along the direction is ever in the stream, as with orthogonalised weights. None of the sites here is that: between the
 * attention of a block and its MLP the stream has no point, so an MLP still reads what the attention before it has written along the
 * direction. Orthogonalised weights ({@code steer bake --into safetensors}) are exactly that site.
 */
public enum AblationSite {
    /** The embedding and every block's output: points 0 to N. */
    ALL_POINTS("all-points"),
    /** Every block's input, which the public code names its layers by: points 0 to N - 1; what the last block writes stays. */
    BLOCK_INPUTS("block-inputs"),
    /** Every block's output: points 1 to N; the first block reads the embedding as it is. */
    BLOCK_OUTPUTS("block-outputs"),
    /** The output of one block, the one where the direction was found. */
    ONE_BLOCK_OUTPUT("one-block-output");

    private final String label;

    AblationSite(String label) {
        this.label = label;
    }

    /** @return its name in files and on the command line */
    public String label() {
        return label;
    }

    /**
     * @param point a point of the residual stream, 0 to layers
     * @param layers the model's layers
     * @param chosen the 0-based layer where the direction was found
     * @return whether the direction is projected out there
     */
    public boolean includes(int point, int layers, int chosen) {
        return switch (this) {
            case ALL_POINTS -> true;
            case BLOCK_INPUTS -> point < layers;
            case BLOCK_OUTPUTS -> point > 0;
            case ONE_BLOCK_OUTPUT -> point == chosen + 1;
        };
    }

    /**
     * @param label a name
     * @return the site of that name
     * @throws BadRequest if there is none
     */
    public static AblationSite parse(String label) {
        for (AblationSite site : values()) {
            if (site.label.equals(label)) {
                return site;
            }
        }
        throw new BadRequest("'" + label + "' is no site of an ablation. Expected " + labels()
                + ". What attention and MLP write cannot be changed on its own in a running graph: orthogonalised"
                + " weights do that.");
    }

    /** @return all names, for people */
    public static String labels() {
        return Arrays.stream(values()).map(AblationSite::label).collect(Collectors.joining(", "));
    }
}
