package dev.steering.apply.named;

import dev.steering.apply.MethodRegistry;
import dev.steering.apply.Prepared;
import dev.steering.apply.SteeredModel;
import dev.steering.core.BadRequest;
import dev.steering.core.NearNames;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.format.VectorFiles;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An open model and the vectors that requests to it may name. What a request chooses is checked and prepared once and kept for those that
 * choose the same, so that they share their directions in a batch. Thread-safe; does not close the model.
 */
public final class SteeringCatalog {
    private static final int MOST_KEPT = 128;

    private final SteeredModel model;
    private final Map<String, SteeringVector> vectors;
    private final RecentlyUsed<NamedSteering, Prepared> kept = new RecentlyUsed<>(MOST_KEPT);

    private SteeringCatalog(SteeredModel model, Map<String, SteeringVector> vectors) {
        this.model = model;
        this.vectors = Collections.unmodifiableMap(new LinkedHashMap<>(vectors));
    }

    /**
     * @param model an open model
     * @param vectors vectors by name
     * @return requests to it may name these
     */
    public static SteeringCatalog of(SteeredModel model, Map<String, SteeringVector> vectors) {
        return new SteeringCatalog(model, vectors);
    }

    /**
     * @param model an open model
     * @param files files of vectors by name, of this or another tool
     * @return requests to it may name these
     * @throws dev.steering.core.BadFile if a file is missing, damaged, or of another kind
     */
    public static SteeringCatalog read(SteeredModel model, Map<String, Path> files) {
        Map<String, SteeringVector> vectors = new LinkedHashMap<>();
        files.forEach((name, file) -> vectors.put(name, VectorFiles.read(file)));
        return new SteeringCatalog(model, vectors);
    }

    /** @return the open model */
    public SteeredModel model() {
        return model;
    }

    /** @return the names of the vectors, in the order in which they were given */
    public Set<String> vectors() {
        return vectors.keySet();
    }

    /**
     * @param choice what a request chooses
     * @return the steering for requests to the model; null where nothing is chosen
     * @throws BadRequest if there is no such method, vector or option, or they do not go together
     * @throws dev.steering.core.WrongModel if the vector belongs to another model
     * @throws dev.steering.core.ModelClosed if the model is closed
     */
    public @Nullable Prepared prepare(NamedSteering choice) {
        if (choice.isNone()) {
            return null;
        }
        return kept.get(choice, () -> model.prepare(choice.with(vector(choice))));
    }

    private @Nullable SteeringVector vector(NamedSteering choice) {
        if (choice.vector() != null) {
            SteeringVector found = vectors.get(choice.vector());
            if (found == null) {
                throw new BadRequest("There is no vector '" + choice.vector() + "'. " + known(choice.vector()));
            }
            return found;
        }
        if (choice.method() == null || !MethodRegistry.get(choice.method()).needsVector()) {
            return null;
        }
        if (vectors.size() == 1) {
            return vectors.values().iterator().next();
        }
        throw new BadRequest(
                "The method " + choice.method() + " needs a vector, and the request names none. " + known(""));
    }

    private String known(String wanted) {
        if (vectors.isEmpty()) {
            return "No vectors were given to this model.";
        }
        List<String> near = wanted.isEmpty() ? List.copyOf(vectors.keySet()) : NearNames.of(wanted, vectors.keySet());
        return "There are " + String.join(", ", near) + (near.size() < vectors.size() ? " and others." : ".");
    }
}
