package dev.steering.extract.optimize;

import dev.steering.core.BadRequest;
import dev.steering.core.SteeringException;

/**
 * Ends a run when the held-out loss no longer falls, and notices when it explodes. Immutable and thread-safe; its four numbers
 * are its state, so a run can be taken up again.
 *
 * @param patience evaluations without an improvement after which the run ends, at least 1
 * @param smallest an improvement is a loss below the best by at least this, from 0 on
 * @param best lowest loss so far; infinite before the first evaluation
 * @param since evaluations since then
 */
public record EarlyStopping(int patience, double smallest, double best, int since) {
    /** @throws SteeringException if patience or improvement are out of range */
    public EarlyStopping {
        if (patience < 1 || !(smallest >= 0) || since < 0 || Double.isNaN(best)) {
            throw new BadRequest("Early stopping: expected a patience of at least 1 and an improvement from 0 on,"
                    + " found " + patience + " and " + smallest + ".");
        }
    }

    /**
     * @param patience evaluations without an improvement after which the run ends, at least 1
     * @param smallest improvement that counts, from 0 on
     * @return before the first evaluation
     */
    public static EarlyStopping of(int patience, double smallest) {
        return new EarlyStopping(patience, smallest, Double.POSITIVE_INFINITY, 0);
    }

    /**
     * @param loss a held-out loss
     * @return whether it is an improvement
     */
    public boolean improves(double loss) {
        return loss < best - smallest || (Double.isInfinite(best) && Double.isFinite(loss));
    }

    /**
     * @param loss the next held-out loss
     * @return the state after it
     * @throws SteeringException if the loss is not finite
     */
    public EarlyStopping after(double loss) {
        if (!Double.isFinite(loss)) {
            throw new BadRequest("The held-out loss is " + loss + ": the run has diverged. Its last good state is"
                    + " that of the best loss, " + best + ". Try again with a lower learning rate.");
        }
        return improves(loss)
                ? new EarlyStopping(patience, smallest, loss, 0)
                : new EarlyStopping(patience, smallest, best, since + 1);
    }

    /** @return whether the run should end */
    public boolean ends() {
        return since >= patience;
    }
}
