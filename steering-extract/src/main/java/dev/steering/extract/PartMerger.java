package dev.steering.extract;

import dev.steering.core.BadRequest;
import dev.steering.core.ProgressListener;
import dev.steering.core.vector.LayerMatrix;
import dev.steering.core.vector.LayerStatistics;
import dev.steering.core.vector.ModelIdentity;
import dev.steering.core.vector.Provenance;
import dev.steering.core.vector.SteeringVector;
import dev.steering.extract.moments.LayerMoments;
import dev.steering.extract.moments.Moments;
import dev.steering.extract.reliability.ReliabilityMeter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Makes a steering vector of the parts of an extraction. Stateless and thread-safe. */
public final class PartMerger {
    private PartMerger() {}

    /**
     * @param parts all parts of one extraction, in any order
     * @param names what to call each in messages, such as its file
     * @param progress told how many layers are done
     * @return the vector, the same as if one had seen all prompts
     * @throws BadRequest if parts are missing, are there twice, or belong to different extractions
     */
    public static SteeringVector merge(List<ExtractionPart> parts, List<String> names, ProgressListener progress) {
        ExtractionPart first = parts.get(0);
        TreeMap<Integer, Integer> places = new TreeMap<>();
        for (int p = 0; p < parts.size(); p++) {
            String difference = difference(first, parts.get(p));
            if (difference != null) {
                throw new BadRequest(names.get(p) + " belongs to another extraction than " + names.get(0) + ": their "
                        + difference + " differ. Merge the parts of one extraction.");
            }
            Integer before = places.putIfAbsent(parts.get(p).shard().number(), p);
            if (before != null) {
                throw new BadRequest(names.get(before) + " and " + names.get(p) + " are the same part "
                        + parts.get(p).shard() + ": its prompts would count twice. Leave one out.");
            }
        }
        String missing = IntStream.rangeClosed(1, first.shard().of())
                .filter(number -> !places.containsKey(number))
                .mapToObj(number -> number + "/" + first.shard().of())
                .collect(Collectors.joining(", "));
        if (!missing.isEmpty()) {
            throw new BadRequest("the extraction is not complete: part " + missing
                    + " is missing. Extract what is missing and give all parts.");
        }
        Moments all =
                new Moments(first.layers(), first.hidden(), first.estimator().needsEvery());
        places.values().forEach(p -> all.merge(parts.get(p).moments()));
        return vector(first, all, progress);
    }

    /** The vector of all moments. */
    static SteeringVector vector(ExtractionPart origin, Moments moments, ProgressListener progress) {
        Estimator estimator = origin.estimator();
        ReliabilityMeter meter = ReliabilityMeter.of(estimator.direction());
        float[][] directions = new float[origin.layers()][];
        LayerStatistics[] statistics = new LayerStatistics[origin.layers()];
        for (int l = 0; l < directions.length; l++) {
            LayerMoments layer = moments.at(l, estimator.direction().isPaired());
            directions[l] = layer.direction(estimator.direction());
            statistics[l] = layer.statistics(meter);
            progress.onProgress("computing directions", l + 1, directions.length);
        }
        return SteeringVector.of(LayerMatrix.of(directions), origin.provenance())
                .withTransitionReference(moments.meanTransition())
                .withStatistics(Arrays.asList(statistics))
                .withPrompts(origin.prompts());
    }

    private static @Nullable String difference(ExtractionPart one, ExtractionPart other) {
        Provenance a = one.provenance();
        Provenance b = other.provenance();
        ModelIdentity.Frame frame = a.model().frame();
        List<String> different = new ArrayList<>();
        add(different, "numbers of parts", one.shard().of() == other.shard().of());
        add(
                different,
                "models",
                Objects.equals(a.model().fingerprint(), b.model().fingerprint())
                        && Objects.equals(a.model().config(), b.model().config())
                        && Objects.equals(a.model().vocabulary(), b.model().vocabulary())
                        && one.layers() == other.layers()
                        && one.hidden() == other.hidden());
        add(
                different,
                "chat templates or system prompts",
                Objects.equals(frame, b.model().frame()) && a.template().equals(b.template()));
        add(different, "prompts", a.contrastSetHash().equals(b.contrastSetHash()));
        add(different, "methods", one.estimator() == other.estimator());
        add(different, "tokens", a.tokenSelector().equals(b.tokenSelector()));
        add(different, "markers", one.marker().equals(other.marker()));
        add(different, "versions of the program", a.versions().equals(b.versions()));
        return different.isEmpty() ? null : String.join(", ", different);
    }

    private static void add(List<String> different, String what, boolean same) {
        if (!same) {
            different.add(what);
        }
    }
}
