package dev.steering.core.bundle;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What {@code steering.json} says about a bundle. Immutable and thread-safe.
 *
 * @param name what the model calls itself, for people
 * @param architecture model type, e.g. {@code llama}
 * @param layers number of decoder blocks
 * @param hidden width of the residual stream
 * @param vocabulary size of the vocabulary
 * @param context longest sequence, prompt and answer together
 * @param dtype precision of the arithmetic, e.g. {@code f32}
 * @param graph file of the graph that adds directions
 * @param projectionGraph file of the graph that also projects directions out; shares the weights
 * @param cache layout of the key/value cache
 * @param head the vocabulary head's matrix {@code [vocabulary, hidden]}
 * @param finalNorm weight of the norm before the head, {@code [hidden]}
 * @param normEpsilon epsilon of that norm
 * @param beginToken the token that starts a sequence; null where the model has none
 * @param endTokens tokens that end an answer
 * @param sha256 SHA-256 (hexadecimal) of every file that the fingerprint covers, by file name
 * @param fingerprint identity of weights and tokenizer: vectors are bound to it
 */
public record BundleManifest(
        String name,
        String architecture,
        int layers,
        int hidden,
        int vocabulary,
        int context,
        String dtype,
        String graph,
        String projectionGraph,
        CacheLayout cache,
        TensorReference head,
        TensorReference finalNorm,
        double normEpsilon,
        @Nullable Integer beginToken,
        List<Integer> endTokens,
        Map<String, String> sha256,
        String fingerprint) {
    /** Copies the collections. */
    public BundleManifest {
        endTokens = List.copyOf(endTokens);
        sha256 = Collections.unmodifiableMap(new TreeMap<>(sha256));
    }

    /** @return residual-stream points: {@code layers + 1} */
    public int points() {
        return layers + 1;
    }

    /**
     * The cache that every layer keeps: {@code [batch, kvHeads, capacity, headDim]} keys and as many values, written in
     * place.
     *
     * @param kvHeads key/value heads
     * @param headDim size of one head
     */
    public record CacheLayout(int kvHeads, int headDim) {}

    /**
     * A tensor in a safetensors file of the bundle.
     *
     * @param file file name in the bundle
     * @param tensor tensor name in the file
     */
    public record TensorReference(String file, String tensor) {}
}
