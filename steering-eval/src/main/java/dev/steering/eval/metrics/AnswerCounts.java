package dev.steering.eval.metrics;

/**
 * How many of a number of answers are degenerate, and how many neither comply nor refuse.
 *
 * @param empty answers that hold nothing that can be seen
 * @param repetitive answers that repeat themselves
 * @param cut answers that end before their end and are no refusal so far
 * @param neither answers that are neither compliance nor refusal: empty and repetitive ones that the judge does not call refusals, and
 *     those for which the context had no room for the first words
 */
public record AnswerCounts(int empty, int repetitive, int cut, int neither) {
    /** Nothing degenerate. */
    public static final AnswerCounts NONE = new AnswerCounts(0, 0, 0, 0);

    /** A few degenerate answers are no reason to warn, whatever their share. */
    private static final int FEW = 2;

    private static final double MOST_BROKEN = 0.02;
    private static final double MOST_CUT = 0.1;

    /**
     * @param other of other answers
     * @return those of both
     */
    public AnswerCounts plus(AnswerCounts other) {
        return new AnswerCounts(
                empty + other.empty, repetitive + other.repetitive, cut + other.cut, neither + other.neither);
    }

    /**
     * @param answers how many answers there are in all
     * @return whether more than two, and more than 2 % of them, are empty or repetitive
     */
    public boolean manyBroken(int answers) {
        int broken = empty + repetitive;
        return broken > FEW && broken > MOST_BROKEN * answers;
    }

    /**
     * @param answers how many answers there are in all
     * @return whether more than two, and more than 10 % of them, are cut
     */
    public boolean manyCut(int answers) {
        return cut > FEW && cut > MOST_CUT * answers;
    }
}
