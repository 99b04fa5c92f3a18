package dev.steering.export.inspect;

import dev.steering.core.certificate.Certificate;
import dev.steering.core.lineage.Derivation;
import dev.steering.core.origin.VectorOrigin;
import dev.steering.core.search.DirectionSearch;
import dev.steering.core.vector.Calibration;
import dev.steering.core.vector.ExtractionPrompts;
import dev.steering.core.vector.LayerEvidence;
import dev.steering.core.vector.LayerStatistics;
import dev.steering.core.vector.Learning;
import dev.steering.core.vector.OperatingPoint;
import dev.steering.core.vector.Provenance;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A steering vector.
 *
 * @param path the file
 * @param layers layers of its model
 * @param hidden hidden size of its model
 * @param harmful number of harmful prompts it was extracted from
 * @param harmless number of harmless prompts
 * @param prompts what the file holds of the prompts
 * @param scale what a strength multiplies unless told otherwise: {@code unit} or {@code raw}
 * @param transitionReference whether it has SCANS's transition reference
 * @param provenance where it came from
 * @param statistics what was measured at each layer, the direction's norm among it; empty if nothing was
 * @param anchoring chosen layers and threshold; null until its layers are anchored
 * @param learning how directions were learned; null if they were not
 * @param derivation how it was made of other vectors; null if it was not
 * @param search how its direction was chosen among tokens and layers; null if it was not
 * @param origin which other tool's file it came from; null if from none
 * @param remarks what was noticed of its file, and what is known to be wrong with its recommendations, a sentence each
 * @param certificate what it was measured to do; null if nobody has measured it
 * @param certificateDifference why the certificate does not speak of these numbers; null if it does, or if there is none
 */
public record VectorInspection(
        Path path,
        int layers,
        int hidden,
        int harmful,
        int harmless,
        Stored prompts,
        String scale,
        boolean transitionReference,
        Provenance provenance,
        List<LayerStatistics> statistics,
        @Nullable Anchored anchoring,
        @Nullable Learning learning,
        @Nullable Derivation derivation,
        @Nullable DirectionSearch search,
        @Nullable VectorOrigin origin,
        List<String> remarks,
        @Nullable Certificate certificate,
        @Nullable String certificateDifference)
        implements Inspection {
    public VectorInspection {
        statistics = List.copyOf(statistics);
        remarks = List.copyOf(remarks);
    }

    /** What a vector file holds of the prompts that it was extracted from. */
    public enum Stored {
        /** Nothing. */
        NOTHING,
        /** A hash of each. */
        HASHES,
        /** The prompts themselves. */
        PROMPTS;

        static Stored of(@Nullable ExtractionPrompts prompts) {
            if (prompts == null) {
                return NOTHING;
            }
            return prompts.kept() == null ? HASHES : PROMPTS;
        }
    }

    @Override
    public String kind() {
        return "vector";
    }

    /**
     * How the layers were anchored, without the tables.
     *
     * @param steeringLayers safety-critical layers
     * @param alpha strength
     * @param scale what it multiplies: {@code unit} or {@code raw}
     * @param refusalScores refusal-token score of each layer
     * @param calibration threshold and how well it separates
     * @param operatingPoint how a sweep chose them; null if none did
     * @param evidence what speaks for the layers; null if the file does not say it
     */
    public record Anchored(
            List<Integer> steeringLayers,
            double alpha,
            String scale,
            List<Double> refusalScores,
            Calibration calibration,
            @Nullable OperatingPoint operatingPoint,
            @Nullable LayerEvidence evidence) {
        public Anchored {
            steeringLayers = List.copyOf(steeringLayers);
            refusalScores = List.copyOf(refusalScores);
        }
    }
}
