package dev.steering.viz.page;

import dev.steering.viz.page.ReportedRun.Variant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The strengths of one method.
 *
 * @param name the method
 * @param points indices of its variants, by strength
 * @param start place in these of the one with the most right decisions
 */
record VariantFamily(String name, List<Integer> points, int start) {
    VariantFamily {
        points = List.copyOf(points);
    }

    /** All methods but the unsteered model, unless there is no other. */
    static List<VariantFamily> of(ReportedRun run) {
        Map<String, List<Integer>> byName = new LinkedHashMap<>();
        for (int i = run.variants().size() > 1 ? 1 : 0; i < run.variants().size(); i++) {
            byName.computeIfAbsent(run.variants().get(i).family(), name -> new ArrayList<>())
                    .add(i);
        }
        List<VariantFamily> families = new ArrayList<>();
        byName.forEach((name, points) -> {
            points.sort(Comparator.comparingDouble(i -> strength(run.variants().get(i))));
            families.add(new VariantFamily(name, points, best(run, points)));
        });
        return families;
    }

    private static int best(ReportedRun run, List<Integer> points) {
        int best = 0;
        for (int i = 1; i < points.size(); i++) {
            if (right(run, points.get(i)) > right(run, points.get(best))) {
                best = i;
            }
        }
        return best;
    }

    private static int right(ReportedRun run, int variant) {
        return run.variants().get(variant).decisions().right();
    }

    private static double strength(Variant variant) {
        Double strength = variant.strength();
        return strength == null ? 0 : strength;
    }
}
