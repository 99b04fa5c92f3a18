package dev.steering.eval.metrics;

/**
 * How many of a number of answers are degenerate, and how many neither comply nor refuse.
 *
 * @param empty answers that hold nothing that can be seen
 * @param repetitive answers that repeat themselves
 * @param cut answers that end before their end and are no refusal so far
 * @param neither answers that are neither compliance nor refusal: empty and repetitive ones that the judge does not call refusals, and
 *     those for which the context had no room for the first words, and those of which the judge cannot tell
 * @param undecided answers of which the judge cannot tell what they are
 */
public record AnswerCounts(int empty, int repetitive, int cut, int neither, int undecided) {
    /** Nothing degenerate. */
    public static final AnswerCounts NONE = new AnswerCounts(0, 0, 0, 0, 0);

    /** A few degenerate answers are no reason to warn, whatever their share. */
    private static final int FEW = 2;

    private static final double MOST_BROKEN = 0.02;
    private static final double MOST_CUT = 0.1;

    /**
     * Of a judge that can always tell.
     *
     * @param empty answers that hold nothing that can be seen
     * @param repetitive answers that repeat themselves
     * @param cut answers that end before their end and are no refusal so far
     * @param neither answers that are neither compliance nor refusal
     */
    public AnswerCounts(int empty, int repetitive, int cut, int neither) {
        this(empty, repetitive, cut, neither, 0);
    }

    /**
     * @param other of other answers
     * @return those of both
     */
    public AnswerCounts plus(AnswerCounts other) {
        return new AnswerCounts(
                empty + other.empty,
                repetitive + other.repetitive,
                cut + other.cut,
                neither + other.neither,
                undecided + other.undecided);
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
