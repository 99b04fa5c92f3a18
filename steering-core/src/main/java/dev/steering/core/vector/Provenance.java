package dev.steering.core.vector;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.core.json.JsonFields;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Where a steering vector came from; enough to refuse the wrong model and to repeat the extraction. Immutable.
 *
 * @param model the model and how it was asked, as far as it is known
 * @param modelName what the model calls itself, for people
 * @param contrastSetHash SHA-256 (hexadecimal) over both prompt lists; empty where it is not known
 * @param method {@code mean-difference}, {@code pca} or {@code optimized}, or what another tool says
 * @param tokenSelector which token's activations were taken, e.g. {@code last}
 * @param site where in the network: {@code block-output}, the residual stream after a block
 * @param operation what the vector is meant for: {@code add}
 * @param template whether prompts went through the model's chat template: {@code chat} or {@code none}; anything else where it is
 *     not known
 * @param seed seed of everything random in the extraction
 * @param versions versions of the software involved, by name, in order of the name
 */
public record Provenance(
        ModelIdentity model,
        String modelName,
        String contrastSetHash,
        String method,
        String tokenSelector,
        String site,
        String operation,
        String template,
        long seed,
        Map<String, String> versions) {
    /** The site of all vectors so far: the residual stream behind a block. */
    public static final String BLOCK_OUTPUT = "block-output";

    /** The operation of all vectors so far. */
    public static final String ADD = "add";

    public Provenance {
        versions = Collections.unmodifiableMap(new TreeMap<>(versions));
    }

    /**
     * Of a model of which only the fingerprint is known.
     *
     * @param modelFingerprint the bundle's fingerprint
     * @param modelName what the model calls itself
     * @param contrastSetHash over both prompt lists
     * @param method how directions were computed
     * @param tokenSelector which token's activations were taken
     * @param site where in the network
     * @param operation what the vector is meant for
     * @param template {@code chat} or {@code none}
     * @param seed seed of everything random
     * @param versions versions of the software involved
     */
    public Provenance(
            String modelFingerprint,
            String modelName,
            String contrastSetHash,
            String method,
            String tokenSelector,
            String site,
            String operation,
            String template,
            long seed,
            Map<String, String> versions) {
        this(
                ModelIdentity.ofFingerprint(modelFingerprint),
                modelName,
                contrastSetHash,
                method,
                tokenSelector,
                site,
                operation,
                template,
                seed,
                versions);
    }

    /**
     * Of a vector that was made elsewhere, for adding to block outputs.
     *
     * @param modelName what the model calls itself, as far as the file says
     * @param method how the directions were made, or the tool that made them
     * @return a provenance that says no more than that
     */
    public static Provenance elsewhere(String modelName, String method) {
        return new Provenance(
                ModelIdentity.unknown(), modelName, "", method, "unknown", BLOCK_OUTPUT, ADD, "unknown", 0, Map.of());
    }

    /** @return the bundle's fingerprint (SHA-256, hexadecimal); null if it is not known */
    public @Nullable String modelFingerprint() {
        return model.fingerprint();
    }

    /**
     * @param newMethod how directions were made
     * @param newSeed seed of everything random
     * @return a copy with them
     */
    public Provenance withMethod(String newMethod, long newSeed) {
        return new Provenance(
                model,
                modelName,
                contrastSetHash,
                newMethod,
                tokenSelector,
                site,
                operation,
                template,
                newSeed,
                versions);
    }

    /**
     * As a part of a JSON document.
     *
     * @param node where its keys go, as in vector files
     */
    public void put(ObjectNode node) {
        VectorJsonWriter.putProvenance(node, this);
    }

    /**
     * @param json an object with the keys of {@link #put}
     * @return what it says
     * @throws dev.steering.core.BadFile if something is missing or is not what it should be
     */
    public static Provenance read(JsonFields json) {
        return VectorJsonReader.provenance(json);
    }
}
