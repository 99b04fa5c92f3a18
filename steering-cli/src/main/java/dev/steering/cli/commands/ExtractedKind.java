package dev.steering.cli.commands;

import dev.steering.core.search.DirectionSearch;
import dev.steering.core.vector.SteeringVector;
import dev.steering.extract.Estimator;
import dev.steering.extract.adasteer.PositionExtractor;
import dev.steering.extract.alphasteer.AlphaSteerExtractor;
import dev.steering.extract.search.SearchSettings;

/** Kinds of vectors that a comparison can extract for its methods. */
enum ExtractedKind {
    /** For methods that take any vector. */
    MEAN_DIFFERENCE(Estimator.MEAN_DIFFERENCE.label()),
    /** With the search among tokens and layers, and both differences. */
    SURGICAL(SearchSettings.SURGICAL),
    /** With read vectors. */
    ALPHASTEER(AlphaSteerExtractor.METHOD),
    /** With positions. */
    ADASTEER(PositionExtractor.METHOD);

    private final String label;

    ExtractedKind(String label) {
        this.label = label;
    }

    /** As 'steer extract --method' takes it. */
    String label() {
        return label;
    }

    /** What a method needs that needs a vector. */
    static ExtractedKind of(String method) {
        return switch (method) {
            case "surgical", "partial-or" -> SURGICAL;
            case "alphasteer" -> ALPHASTEER;
            case "adasteer" -> ADASTEER;
            default -> MEAN_DIFFERENCE;
        };
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
