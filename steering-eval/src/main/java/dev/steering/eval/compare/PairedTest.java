package dev.steering.eval.compare;

import dev.steering.eval.compare.SetFigures.Side;
import dev.steering.eval.metrics.Holm;
import dev.steering.eval.metrics.McNemar;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One method beside the unsteered model, prompt by prompt.
 *
 * @param method the method
 * @param column a set's name, or {@value #JAILBREAK} for all jailbreak prompts together
 * @param test McNemar's exact test of wrong decisions, with the unsteered model's counts first
 * @param adjusted its p-value after Holm's correction over all tests of the comparison
 */
public record PairedTest(String method, String column, McNemar test, double adjusted) {
    /** The column of all jailbreak prompts. */
    public static final String JAILBREAK = "jailbreak";

    /**
     * @param figures figures of the methods on the same prompts, the unsteered model first
     * @return the tests of every other method, column by column
     */
    public static List<PairedTest> of(Map<String, SplitFigures> figures) {
        List<PairedTest> plain = new ArrayList<>();
        Map<String, List<Boolean>> first = Map.of();
        for (Map.Entry<String, SplitFigures> method : figures.entrySet()) {
            Map<String, List<Boolean>> wrong = columns(method.getValue());
            if (first.isEmpty()) {
                first = wrong;
                continue;
            }
            for (Map.Entry<String, List<Boolean>> column : first.entrySet()) {
                McNemar test = McNemar.of(column.getValue(), wrong.getOrDefault(column.getKey(), List.of()));
                plain.add(new PairedTest(method.getKey(), column.getKey(), test, 1));
            }
        }
        double[] adjusted =
                Holm.adjust(plain.stream().map(t -> t.test().pValue()).toList());
        List<PairedTest> corrected = new ArrayList<>();
        for (PairedTest t : plain) {
            corrected.add(new PairedTest(t.method(), t.column(), t.test(), adjusted[corrected.size()]));
        }
        return List.copyOf(corrected);
    }

    private static Map<String, List<Boolean>> columns(SplitFigures figures) {
        Map<String, List<Boolean>> columns = new LinkedHashMap<>();
        for (SetFigures set : figures.sets()) {
            String column = set.side() == Side.JAILBREAK ? JAILBREAK : set.set();
            columns.computeIfAbsent(column, name -> new ArrayList<>()).addAll(set.wrong());
        }
        return columns;
    }
}
