package dev.steering.core;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** Finds what the user probably meant by a name that is not there. Stateless and thread-safe. */
public final class NearNames {
    private static final int SHOWN = 4;

    private NearNames() {}

    /**
     * @param wanted a name that is not there
     * @param names those that are
     * @return at most four with the smallest edit distance to it, nearest first; ties keep the given order
     */
    public static List<String> of(String wanted, Collection<String> names) {
        return names.stream()
                .sorted(Comparator.comparingInt(name -> distance(wanted, name)))
                .limit(SHOWN)
                .toList();
    }

    /** Levenshtein distance by the usual two-row recurrence. */
    static int distance(String a, String b) {
        int[] previous = new int[b.length() + 1];
        int[] current = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            current[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(replaced, Math.min(previous[j], current[j - 1]) + 1);
            }
            int[] swap = previous;
            previous = current;
            current = swap;
        }
        return previous[b.length()];
    }
}
