package dev.steering.apply.plan;

import dev.steering.core.BadFile;
import dev.steering.core.BadRequest;
import dev.steering.core.FileNames;
import dev.steering.core.Remedy;
import dev.steering.core.SteeringException;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.format.VectorFiles;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** The vectors that a plan names, by their fingerprints. Immutable and thread-safe. */
public final class PlanVectors {
    private final Map<String, SteeringVector> byFingerprint;

    private PlanVectors(Map<String, SteeringVector> byFingerprint) {
        this.byFingerprint = Map.copyOf(byFingerprint);
    }

    /**
     * @param vectors vectors in memory
     * @return them
     */
    public static PlanVectors of(SteeringVector... vectors) {
        Map<String, SteeringVector> map = new LinkedHashMap<>();
        for (SteeringVector vector : vectors) {
            map.put(VectorReference.fingerprint(vector), vector);
        }
        return new PlanVectors(map);
    }

    /**
     * Reads every vector file that the plan names.
     *
     * @param plan a plan
     * @param planFile the plan's file: relative paths begin at its directory
     * @return its vectors
     * @throws SteeringException if one cannot be read, or is not the one that the plan was made with
     */
    public static PlanVectors load(SteeringPlan plan, Path planFile) {
        Map<String, SteeringVector> map = new LinkedHashMap<>();
        for (VectorReference reference : references(plan)) {
            if (reference.file().isEmpty()) {
                throw new BadFile("The plan " + planFile + " names a vector that was in no file (fingerprint "
                        + reference.fingerprint() + "): save the vector and name its file in the plan.");
            }
            Path file = FileNames.beside(planFile, reference.file());
            SteeringVector vector = read(file, planFile);
            String found = VectorReference.fingerprint(vector);
            if (!found.equals(reference.fingerprint())) {
                throw new BadFile(file + " is not the vector that the plan was made with: its fingerprint is "
                        + found + ", the plan's is " + reference.fingerprint()
                        + ". Give the right file, or make the plan again.");
            }
            map.put(found, vector);
        }
        return new PlanVectors(map);
    }

    private static SteeringVector read(Path file, Path planFile) {
        try {
            return VectorFiles.read(file);
        } catch (BadFile e) {
            // Whoever gave the plan may not know which file it names.
            BadFile named = new BadFile("The plan " + planFile + " needs a vector: " + e.getMessage(), e);
            Remedy remedy = e.remedy();
            throw remedy == null ? named : named.withRemedy(remedy);
        }
    }

    /** All that are named, each once, in the order of the plan. */
    static Set<VectorReference> references(SteeringPlan plan) {
        Set<VectorReference> references = new LinkedHashSet<>();
        for (Step step : plan.steps()) {
            references.add(step.vector());
            if (step.gate() instanceof Gate.Condition condition) {
                references.add(condition.vector());
            }
        }
        return references;
    }

    /**
     * @param reference a vector that the plan names
     * @return it, as extracted: a seed is the caller's affair
     * @throws SteeringException if it is not there
     */
    public SteeringVector get(VectorReference reference) {
        SteeringVector vector = byFingerprint.get(reference.fingerprint());
        if (vector == null) {
            throw new BadRequest("The plan's vector '" + reference.file() + "' with fingerprint "
                    + reference.fingerprint() + " is not there.");
        }
        return vector;
    }

    /** @return all of them, in no particular order */
    public Iterable<SteeringVector> all() {
        return byFingerprint.values();
    }
}
