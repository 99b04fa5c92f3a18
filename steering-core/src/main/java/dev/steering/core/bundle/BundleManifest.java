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
 * @param context longest sequence, prompt and answer together; {@link Integer#MAX_VALUE} where nothing says
 * @param rotaryBoundary sequences that are longer have other rotary frequencies from their beginning on (LongRoPE), so
 *     that what a cache holds has to be computed again when it grows past it; null if there is no such length
 * @param dtype precision of the arithmetic, e.g. {@code f32}
 * @param graph file of the graph that adds directions
 * @param projectionGraph file of the graph that also projects directions out; shares the weights
 * @param signature how the graphs want to be fed
 * @param head the vocabulary head's matrix {@code [vocabulary, hidden]}; null where there is a head graph instead
 * @param headGraph file of a graph that multiplies rows with the head, {@value GraphContract#HEAD_INPUT} to
 *     {@value GraphContract#HEAD_OUTPUT}; null where the head is a tensor
 * @param finalNorm the norm before the head; null where it is not known
 * @param beginToken the token that starts a sequence; null where the model has none
 * @param endTokens tokens that end an answer
 * @param sha256 SHA-256 (hexadecimal) of every file that the fingerprint covers, by file name
 * @param fingerprint identity of weights and tokenizer: vectors are bound to it
 * @param layerEvidence what counts the layers beside the data flow, where they were found in somebody else's graph; else null
 * @param gatedGraph file of the graph that can also do by how much what is read there says; shares the weights; null in bundles made
 *     before there was one
 * @param otherTokens tokens that stand for pictures or sounds, of which this bundle has only the text part; empty if there are none
 */
public record BundleManifest(
        String name,
        String architecture,
        int layers,
        int hidden,
        int vocabulary,
        int context,
        @Nullable Integer rotaryBoundary,
        String dtype,
        String graph,
        String projectionGraph,
        GraphSignature signature,
        @Nullable TensorReference head,
        @Nullable String headGraph,
        @Nullable FinalNorm finalNorm,
        @Nullable Integer beginToken,
        List<Integer> endTokens,
        Map<String, String> sha256,
        String fingerprint,
        @Nullable CountedLayers layerEvidence,
        @Nullable String gatedGraph,
        List<Integer> otherTokens) {
    /**
     * Copies the collections and checks the numbers: other code sizes memory by them.
     *
     * @throws IllegalArgumentException if a number cannot be one of a model
     */
    public BundleManifest {
        Present.require("name", name);
        Present.require("architecture", architecture);
        Present.require("dtype", dtype);
        Present.require("graph", graph);
        Present.require("projectionGraph", projectionGraph);
        Present.require("signature", signature);
        Present.require("fingerprint", fingerprint);
        requirePositive("layers", layers);
        requirePositive("hidden", hidden);
        requirePositive("vocabulary", vocabulary);
        requirePositive("context", context);
        if (layers == Integer.MAX_VALUE) {
            throw new IllegalArgumentException("layers: there is no model of " + layers);
        }
        if (rotaryBoundary != null) {
            requirePositive("rotaryBoundary", rotaryBoundary);
        }
        otherTokens = List.copyOf(otherTokens);
        endTokens = List.copyOf(endTokens);
        sha256 = Collections.unmodifiableMap(new TreeMap<>(sha256));
    }

    private static void requirePositive(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + ": expected a number from 1 on, found " + value);
        }
    }

    /** @return residual-stream points: {@code layers + 1} */
    public int points() {
        return layers + 1;
    }

    /**
     * @param newSignature how the graphs want to be fed
     * @return a copy with it
     */
    public BundleManifest withSignature(GraphSignature newSignature) {
        return with(newSignature, sha256, fingerprint, layerEvidence, gatedGraph);
    }

    /**
     * @param newSha256 sums of files
     * @param newFingerprint identity of weights and tokenizer
     * @return a copy with them
     */
    public BundleManifest withIdentity(Map<String, String> newSha256, String newFingerprint) {
        return with(signature, newSha256, newFingerprint, layerEvidence, gatedGraph);
    }

    /**
     * @param evidence what counts the layers beside the data flow
     * @return a copy with it
     */
    public BundleManifest withLayerEvidence(CountedLayers evidence) {
        return with(signature, sha256, fingerprint, evidence, gatedGraph);
    }

    /**
     * @param file file of the graph that can also gate; null for none
     * @return a copy with it
     */
    public BundleManifest withGatedGraph(@Nullable String file) {
        return with(signature, sha256, fingerprint, layerEvidence, file);
    }

    private BundleManifest with(
            GraphSignature newSignature,
            Map<String, String> newSha256,
            String newFingerprint,
            @Nullable CountedLayers newEvidence,
            @Nullable String newGatedGraph) {
        return new BundleManifest(
                name,
                architecture,
                layers,
                hidden,
                vocabulary,
                context,
                rotaryBoundary,
                dtype,
                graph,
                projectionGraph,
                newSignature,
                head,
                headGraph,
                finalNorm,
                beginToken,
                endTokens,
                newSha256,
                newFingerprint,
                newEvidence,
                newGatedGraph,
                otherTokens);
    }

    /**
     * The norm before the vocabulary head: {@code (x - m) / sqrt(mean((x - m)^2) + epsilon) * (weight + offset) + bias}.
     *
     * @param weight its weight, {@code [hidden]}
     * @param epsilon added to the mean square
     * @param offset added to the weight: 1 for Gemma and Nemotron, else 0
     * @param centred whether m is the mean of x, in a layer norm, and not 0, in an RMS norm
     * @param bias its bias, {@code [hidden]}; null if it has none
     */
    public record FinalNorm(
            TensorReference weight, double epsilon, double offset, boolean centred, @Nullable TensorReference bias) {
        /** @throws IllegalArgumentException if there is no weight */
        public FinalNorm {
            Present.require("weight", weight);
        }
    }

    /**
     * A tensor in a safetensors file of the bundle.
     *
     * @param file file name in the bundle
     * @param tensor tensor name in the file
     */
    public record TensorReference(String file, String tensor) {
        /** @throws IllegalArgumentException if either is missing */
        public TensorReference {
            Present.require("file", file);
            Present.require("tensor", tensor);
        }
    }
}
