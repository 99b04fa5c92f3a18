package dev.steering.export.check;

import dev.steering.core.BadFile;
import dev.steering.core.SteeringException;
import dev.steering.core.bundle.BundleManifest;
import dev.steering.core.safetensors.SafetensorsFile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** A reference file, which remembers what was compared with it and what was not asked for. Not thread-safe. */
public final class ReferenceFile {
    private final SafetensorsFile reference;
    private final BundleManifest manifest;
    private final Set<String> unused;
    private final List<ReferenceComparison> comparisons = new ArrayList<>();

    public ReferenceFile(SafetensorsFile reference, BundleManifest manifest) {
        this.reference = reference;
        this.manifest = manifest;
        this.unused = new TreeSet<>(reference.tensors().keySet());
    }

    SafetensorsFile tensors() {
        return reference;
    }

    public List<ReferenceComparison> comparisons() {
        return Collections.unmodifiableList(comparisons);
    }

    /** Tensors that nobody asked for, but for those of some names. */
    public List<String> unused(Set<String> inputs) {
        return unused.stream().filter(name -> !inputs.contains(name)).toList();
    }

    /**
     * @param expected tensors that could have been compared
     * @throws SteeringException if nothing was
     */
    public void requireCompared(String expected) {
        if (comparisons.isEmpty()) {
            throw new BadFile(reference.path() + " has nothing to compare: expected tensors such as " + expected
                    + ", found " + reference.tensors().keySet() + ".");
        }
    }

    void add(ReferenceComparison comparison) {
        comparisons.add(comparison);
    }

    void compare(String name, String path, float[] found) {
        if (has(name)) {
            float[] expected = expected(name, found.length);
            comparisons.add(ReferenceComparison.of(name + " (" + path + ")", expected, found));
        }
    }

    /**
     * Logits of rows of equal length, one after the other. Where the file has those of the last positions only, these are compared.
     *
     * @param rows how many rows
     * @param found {@code [rows, length, vocabulary]}
     */
    void compareLogits(String name, String path, int rows, float[] found) {
        boolean last = hasLastOnly(name, rows);
        compare(name, last ? path + ", last positions" : path, last ? lastOf(rows, found) : found);
        compare("last_" + name, path, lastOf(rows, found));
    }

    /** Whether a tensor has one row of logits for each row of tokens: {@code [rows, vocabulary]} or {@code [rows, 1, vocabulary]}. */
    boolean hasLastOnly(String name, int rows) {
        return reference.tensors().containsKey(name)
                && reference.tensor(name).elements() == (long) rows * manifest.vocabulary();
    }

    private float[] lastOf(int rows, float[] found) {
        int width = found.length / rows;
        float[] last = new float[rows * manifest.vocabulary()];
        for (int row = 0; row < rows; row++) {
            System.arraycopy(
                    found,
                    (row + 1) * width - manifest.vocabulary(),
                    last,
                    row * manifest.vocabulary(),
                    manifest.vocabulary());
        }
        return last;
    }

    /** Relative to the reference's largest magnitude. */
    public void compareRelative(String name, String path, double[] found, double share) {
        if (has(name)) {
            float[] expected = expected(name, found.length);
            comparisons.add(ReferenceComparison.relative(name + " (" + path + ")", expected, found, share));
        }
    }

    private float[] expected(String name, int size) {
        float[] expected = reference.floats(name);
        if (expected.length != size) {
            throw new BadFile(reference.path() + ": '" + name + "' is "
                    + reference.tensor(name).shape() + ", which does not fit " + manifest.name() + " ("
                    + manifest.layers() + " layers, hidden " + manifest.hidden() + ", vocabulary "
                    + manifest.vocabulary() + "). Is it the reference of another model?");
        }
        return expected;
    }

    /** A greedy continuation. */
    int[] continuation(String name) {
        unused.remove(name);
        return Arrays.stream(reference.longs(name)).mapToInt(this::token).toArray();
    }

    public boolean has(String name) {
        boolean there = reference.tensors().containsKey(name);
        unused.remove(name);
        return there;
    }

    public List<int[]> tokens(String name) {
        if (!reference.tensors().containsKey(name) || reference.tensor(name).rank() != 2) {
            throw new BadFile(reference.path() + " has no " + name + " of shape [rows, tokens]: it is not a"
                    + " reference file. Found " + reference.tensors().keySet() + ".");
        }
        long[] values = reference.longs(name);
        int width = (int) reference.tensor(name).size(1);
        List<int[]> tokens = new ArrayList<>();
        for (int start = 0; start + width <= values.length; start += width) {
            tokens.add(Arrays.stream(values, start, start + width)
                    .mapToInt(this::token)
                    .toArray());
        }
        return tokens;
    }

    private int token(long id) {
        if (id < 0 || id >= manifest.vocabulary()) {
            throw new BadFile(reference.path() + " has the token " + id + "; the vocabulary of " + manifest.name()
                    + " is 0 to " + (manifest.vocabulary() - 1) + ".");
        }
        return (int) id;
    }
}
