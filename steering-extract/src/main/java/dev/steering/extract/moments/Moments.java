package dev.steering.extract.moments;

import dev.steering.core.BadRequest;
import dev.steering.core.vector.LayerMatrix;
import dev.steering.extract.estimate.ContrastSample;
import java.util.ArrayList;
import java.util.List;

/**
 * What extraction keeps of the activations of both classes at all layers, and the sum of SCANS's transitions. What two of them hold can be
 * merged, and is then the same as if one had seen everything.
 *
 * <p>Where every activation is needed, as for principal components, each is kept: 4 bytes a component. For mean differences at most {@link
 * #limit} units are kept of a class, 8 bytes a component, however many prompts there are. Not thread-safe.
 */
public final class Moments {
    /** Memory for the units of one class, where not every activation is needed. */
    private static final long CLASS_BYTES = 128L << 20;

    private static final int FEWEST = 128;
    private static final int MOST = 256;

    private final int layers;
    private final int hidden;
    private final ClassUnits harmful;
    private final ClassUnits harmless;
    private final double[] transitions;
    private long transitionCount;

    /**
     * @param layers number of layers
     * @param hidden length of an activation at a layer
     * @param every whether every activation is to be kept
     */
    public Moments(int layers, int hidden, boolean every) {
        this(layers, hidden, every ? Integer.MAX_VALUE : limit(layers, hidden));
    }

    Moments(int layers, int hidden, int limit) {
        this.layers = layers;
        this.hidden = hidden;
        this.harmful = new ClassUnits(limit);
        this.harmless = new ClassUnits(limit);
        this.transitions = new double[layers * hidden];
    }

    /**
     * @param layers number of layers
     * @param hidden length of an activation at a layer
     * @return most units of a class: 128 to 256, the fewer the larger the model, and the same for everybody who extracts from it
     */
    public static int limit(int layers, int hidden) {
        return (int) Math.max(FEWEST, Math.min(MOST, CLASS_BYTES / (8L * layers * hidden)));
    }

    /**
     * @param isHarmful which class
     * @param key the prompt's, the same for the same prompt
     * @param activation {@code [layers][hidden]}
     * @throws IllegalArgumentException if it is of another size
     */
    public void add(boolean isHarmful, long key, float[][] activation) {
        if (activation.length != layers || activation[0].length != hidden) {
            throw new IllegalArgumentException("an activation of " + activation.length + " x " + activation[0].length
                    + ", expected " + layers + " x " + hidden);
        }
        units(isHarmful).add(key, Unit.of(activation));
    }

    /**
     * @param layer 0-based layer
     * @param transition of a harmful prompt there, {@code [hidden]}
     */
    public void addTransition(int layer, double[] transition) {
        for (int i = 0; i < hidden; i++) {
            transitions[layer * hidden + i] += transition[i];
        }
        transitionCount += layer == 0 ? 1 : 0;
    }

    /**
     * @param other what somebody else has collected, of the same size; unchanged
     * @throws IllegalArgumentException if it is of another size
     */
    public void merge(Moments other) {
        if (other.layers != layers || other.hidden != hidden) {
            throw new IllegalArgumentException(
                    other.layers + " x " + other.hidden + ", expected " + layers + " x " + hidden);
        }
        harmful.merge(other.harmful);
        harmless.merge(other.harmless);
        for (int i = 0; i < transitions.length; i++) {
            transitions[i] += other.transitions[i];
        }
        transitionCount += other.transitionCount;
    }

    ClassUnits units(boolean isHarmful) {
        return isHarmful ? harmful : harmless;
    }

    /** @return number of layers */
    public int layers() {
        return layers;
    }

    /** @return length of an activation at a layer */
    public int hidden() {
        return hidden;
    }

    double[] transitions() {
        return transitions;
    }

    long transitionCount() {
        return transitionCount;
    }

    void restoreTransitions(double[] sum, long count) {
        System.arraycopy(sum, 0, transitions, 0, sum.length);
        transitionCount = count;
    }

    /**
     * @param isHarmful which class
     * @return how many activations of it there were
     */
    public long count(boolean isHarmful) {
        return units(isHarmful).count();
    }

    /** @return the mean transition, {@code [layers, hidden]} */
    public LayerMatrix meanTransition() {
        float[] mean = new float[transitions.length];
        for (int i = 0; i < mean.length; i++) {
            mean[i] = (float) (transitions[i] / transitionCount);
        }
        return LayerMatrix.of(layers, hidden, mean);
    }

    /**
     * @param layer 0-based layer
     * @param paired whether the keys of both classes say which activations belong together
     * @return everything that is known of that layer
     * @throws BadRequest if there should be pairs but there are not
     */
    public LayerMoments at(int layer, boolean paired) {
        List<Unit> all = new ArrayList<>(harmful.units());
        int plus = all.size();
        all.addAll(harmless.units());
        double[][] rows = new double[all.size()][];
        boolean[] labels = new boolean[all.size()];
        double[] weights = new double[all.size()];
        double[] squares = new double[2];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = all.get(i).mean(layer, hidden);
            labels[i] = i < plus;
            weights[i] = all.get(i).count();
            squares[i < plus ? 1 : 0] += all.get(i).squares()[layer];
        }
        ContrastSample sample = ContrastSample.of(rows, labels, weights);
        sample = paired ? sample.withPartners(partners(plus, rows.length)) : sample;
        boolean whole = harmful.isWhole() && harmless.isWhole();
        return new LayerMoments(layer, rows, sample, squares, whole ? null : grouping(plus, rows.length));
    }

    private int[] partners(int plus, int all) {
        if (!harmful.singles().keySet().equals(harmless.singles().keySet())) {
            throw new BadRequest(
                    "pairs need as many harmful as harmless prompts, of which the first belong together, the second,"
                            + " and so on; found " + plus + " and " + (all - plus) + ".");
        }
        int[] partners = new int[all];
        for (int i = 0; i < all; i++) {
            partners[i] = (i + plus) % all;
        }
        return partners;
    }

    private LayerMoments.Grouping grouping(int plus, int all) {
        int[] groups = new int[all];
        int[] ofHarmful = harmful.groups();
        int[] ofHarmless = harmless.groups();
        int count = 0;
        for (int i = 0; i < plus; i++) {
            groups[i] = ofHarmful[i];
            count = Math.max(count, groups[i] + 1);
        }
        int first = count;
        for (int i = plus; i < all; i++) {
            groups[i] = first + ofHarmless[i - plus];
            count = Math.max(count, groups[i] + 1);
        }
        boolean[] singles = new boolean[all];
        for (int i = 0; i < all; i++) {
            boolean isHarmful = i < plus;
            singles[i] = (isHarmful ? i : i - plus) < units(isHarmful).singles().size();
        }
        return new LayerMoments.Grouping(groups, count, singles);
    }
}
