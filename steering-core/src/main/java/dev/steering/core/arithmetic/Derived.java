package dev.steering.core.arithmetic;

import dev.steering.core.BadRequest;
import dev.steering.core.Sha256;
import dev.steering.core.lineage.Derivation;
import dev.steering.core.vector.ExtractionPrompts;
import dev.steering.core.vector.LayerMatrix;
import dev.steering.core.vector.ModelCheck;
import dev.steering.core.vector.ModelIdentity;
import dev.steering.core.vector.Provenance;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorScale;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A vector that was made of others: which may be mixed, and what the result knows of its parents. */
final class Derived {
    private Derived() {}

    static SteeringVector of(
            double[][] rows,
            String operation,
            VectorScale scale,
            List<Integer> layers,
            List<SteeringVector> parents,
            List<Double> weights) {
        LayerMatrix result = VectorArithmetic.matrix(rows);
        if (IntStream.range(0, result.layers()).allMatch(layer -> result.norm(layer) == 0)) {
            throw new BadRequest("to " + operation
                    + " leaves nothing: every direction of the result is zero, and would steer" + " nothing.");
        }
        List<Derivation.Parent> named = new ArrayList<>();
        TreeMap<String, String> versions = new TreeMap<>();
        for (int p = 0; p < parents.size(); p++) {
            SteeringVector parent = parents.get(p);
            Provenance origin = parent.provenance();
            named.add(new Derivation.Parent(
                    digest(parent), origin.method(), origin.modelName(), origin.contrastSetHash(), weights.get(p)));
            origin.versions().forEach(versions::putIfAbsent);
        }
        SteeringVector first = parents.get(0);
        Provenance origin = first.provenance();
        boolean samePrompts =
                parents.stream().allMatch(p -> p.provenance().contrastSetHash().equals(origin.contrastSetHash()));
        Provenance provenance = new Provenance(
                origin.model(),
                origin.modelName(),
                samePrompts ? origin.contrastSetHash() : "",
                operation,
                origin.tokenSelector(),
                origin.site(),
                origin.operation(),
                origin.template(),
                origin.seed(),
                versions);
        return SteeringVector.of(result, provenance)
                .withScale(first.scale())
                .withPrompts(prompts(parents))
                .withDerivation(new Derivation(operation, scale.name().toLowerCase(Locale.ROOT), layers, named));
    }

    /** What is known of any parent's prompts; the prompts themselves only where one parent's are all there is. */
    private static @Nullable ExtractionPrompts prompts(List<SteeringVector> parents) {
        Set<String> harmful = new LinkedHashSet<>();
        Set<String> harmless = new LinkedHashSet<>();
        ExtractionPrompts only = null;
        boolean one = true;
        for (SteeringVector parent : parents) {
            ExtractionPrompts prompts = parent.prompts();
            if (prompts != null) {
                one &= only == null || only.equals(prompts);
                only = prompts;
                harmful.addAll(prompts.harmful());
                harmless.addAll(prompts.harmless());
            }
        }
        return only == null || one ? only : ExtractionPrompts.ofHashes(List.copyOf(harmful), List.copyOf(harmless));
    }

    static String digest(SteeringVector vector) {
        float[] values = vector.directions().values();
        MessageDigest digest = Sha256.digest();
        ByteBuffer bytes = ByteBuffer.allocate(vector.hidden() * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int start = 0; start < values.length; start += vector.hidden()) {
            bytes.clear();
            bytes.asFloatBuffer().put(values, start, vector.hidden());
            digest.update(bytes.array());
        }
        return Sha256.hex(digest);
    }

    /** Refuses vectors of different sizes, and those that are known to be of different models. */
    static void requireTogether(List<SteeringVector> vectors, ModelCheck check) {
        SteeringVector first = vectors.get(0);
        for (int v = 1; v < vectors.size(); v++) {
            SteeringVector other = vectors.get(v);
            if (other.layers() != first.layers() || other.hidden() != first.hidden()) {
                throw new BadRequest(
                        "vectors of different sizes cannot be mixed: the first is " + VectorArithmetic.name(first)
                                + ", vector " + (v + 1) + " is " + VectorArithmetic.name(other) + ".");
            }
            String part = check == ModelCheck.ANY_MODEL
                    ? null
                    : difference(first.provenance().model(), other.provenance().model());
            if (part != null) {
                throw new BadRequest(
                        "vectors of different models cannot be mixed: the first is " + VectorArithmetic.name(first)
                                + ", vector " + (v + 1) + " is " + VectorArithmetic.name(other) + ", and their " + part
                                + " differ. Their directions live in different spaces; use vectors of one model.");
            }
        }
    }

    private static @Nullable String difference(ModelIdentity one, ModelIdentity other) {
        if (differ(one.fingerprint(), other.fingerprint())) {
            return "weights or tokenizers";
        }
        if (differ(one.config(), other.config())) {
            return "settings of config.json";
        }
        return differ(one.vocabulary(), other.vocabulary()) ? "vocabularies" : null;
    }

    /** What one of them does not say cannot differ. */
    private static boolean differ(@Nullable Object one, @Nullable Object other) {
        return one != null && other != null && !Objects.equals(one, other);
    }
}
