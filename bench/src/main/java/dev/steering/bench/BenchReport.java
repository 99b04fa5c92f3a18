package dev.steering.bench;

import dev.steering.bench.workload.ZeroSteering;
import dev.steering.core.bundle.BundleManifest;
import dev.steering.export.traffic.WeightTraffic;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * All figures of one run. Immutable.
 *
 * @param model the model that was timed
 * @param weights what a pass reads of its weights
 * @param settings what was asked for
 * @param machine what the machine could do meanwhile
 * @param memory memory that was taken
 * @param zeroSteering what adding directions with coefficients of zero changes
 * @param zeroProjection what removing them with coefficients of zero changes
 * @param results one per case, in the order of {@link BenchSettings#cases}
 * @param leftOut why a case that was asked for has no result, by name
 */
public record BenchReport(
        BundleManifest model,
        WeightTraffic weights,
        BenchSettings settings,
        MachineFigures machine,
        MemoryFigures memory,
        ZeroSteering zeroSteering,
        ZeroSteering zeroProjection,
        List<BenchResult> results,
        Map<String, String> leftOut) {
    public BenchReport {
        results = List.copyOf(results);
        leftOut = Collections.unmodifiableMap(new TreeMap<>(leftOut));
    }

    /** @return how often everything was timed: less than the settings say where the time was up */
    public int repetitions() {
        return results.isEmpty() ? 0 : results.get(0).seconds().count();
    }
}
