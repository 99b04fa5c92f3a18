package dev.steering.cli.commands;

import dev.steering.core.search.DirectionSearch;
import dev.steering.core.vector.SteeringVector;
import dev.steering.extract.Estimator;
import dev.steering.extract.adasteer.PositionExtractor;
import dev.steering.extract.alphasteer.AlphaSteerExtractor;
import dev.steering.extract.search.SearchSettings;
import java.util.Set;

/** Kinds of vectors that a comparison can extract for its methods. */
enum ExtractedKind {
    /** For methods that take any vector. */
    MEAN_DIFFERENCE(Estimator.MEAN_DIFFERENCE.label(), Set.of()),
    /** With the search among tokens and layers, and both differences. */
    SURGICAL(SearchSettings.SURGICAL, Set.of("surgical", "partial-or")),
    /** With read vectors. */
    ALPHASTEER(AlphaSteerExtractor.METHOD, Set.of("alphasteer")),
    /** With positions. */
    ADASTEER(PositionExtractor.METHOD, Set.of("adasteer"));

    private final String label;
    private final Set<String> methods;

    ExtractedKind(String label, Set<String> methods) {
        this.label = label;
        this.methods = methods;
    }

    /** As 'steer extract --method' takes it. */
    String label() {
        return label;
    }

    /** What a method needs that needs a vector. */
    static ExtractedKind of(String method) {
        for (ExtractedKind kind : values()) {
            if (kind.methods.contains(method)) {
                return kind;
            }
        }
        return MEAN_DIFFERENCE;
    }

    /** Whether a vector lacks what methods of this kind need beside directions. */
    boolean isMissingIn(SteeringVector vector) {
        DirectionSearch search = vector.search();
        String made = vector.provenance().method();
        return switch (this) {
            case MEAN_DIFFERENCE -> false;
            case SURGICAL -> search == null || search.lambda() == null;
            case ALPHASTEER -> vector.reads() == null || made.equals(ADASTEER.label);
            case ADASTEER -> vector.reads() == null || made.equals(ALPHASTEER.label);
        };
    }
}
