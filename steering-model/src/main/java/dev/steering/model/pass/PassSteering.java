package dev.steering.model.pass;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * What a forward pass does to the residual stream. Immutable.
 *
 * <p>At every point: {@code y = x + sum_k c_k v_k}, with a projection also {@code - sum_r d_r max(x . u_r, floor_r) u_r}, with gates
 * also what a {@link GateSet} writes, which reads x; and where norms are kept {@code x' = y (1 + e (|x| / |y| - 1))}, otherwise {@code x' = y}.
 *
 * @param added directions to add
 * @param schedules the coefficients c, one schedule per row or one for all rows
 * @param projection what is projected out; null for nothing
 * @param keptNorms e, one schedule per row or one for all rows, asked for points instead of directions: 1 keeps the norm, 0 does
 *     not; empty for 0 everywhere
 * @param gating what is written by how much is read; null for nothing
 */
public record PassSteering(
        DirectionSet added,
        List<Schedule> schedules,
        @Nullable Projecting projection,
        List<Schedule> keptNorms,
        @Nullable Gating gating) {
    public PassSteering {
        schedules = List.copyOf(schedules);
        keptNorms = List.copyOf(keptNorms);
    }

    /**
     * @param added directions
     * @param schedules one per row or one for all
     * @return adds them
     */
    public static PassSteering adding(DirectionSet added, List<Schedule> schedules) {
        return new PassSteering(added, schedules, null, List.of(), null);
    }

    /**
     * @param gating gates
     * @return nothing but what they write
     */
    public static PassSteering gated(Gating gating) {
        DirectionSet reads = gating.gates().reads();
        return adding(DirectionSet.zero(reads.points(), reads.hidden()), List.of(Schedule.OFF))
                .withGating(gating);
    }

    /**
     * @param projected unit directions
     * @param twoSided whether components of either sign are removed, or only positive ones
     * @param schedules share of the component that is removed, one schedule per row or one for all
     * @return removes the components along them
     */
    public static PassSteering projectingOut(DirectionSet projected, boolean twoSided, List<Schedule> schedules) {
        return adding(DirectionSet.zero(projected.points(), projected.hidden()), List.of(Schedule.OFF))
                .withProjection(
                        new Projecting(projected, Collections.nCopies(projected.count(), !twoSided), schedules));
    }

    /**
     * @param newProjection what is projected out
     * @return a copy with it
     */
    public PassSteering withProjection(Projecting newProjection) {
        return new PassSteering(added, schedules, newProjection, keptNorms, gating);
    }

    /**
     * @param newGating what is written by how much is read
     * @return a copy with it
     */
    public PassSteering withGating(Gating newGating) {
        return new PassSteering(added, schedules, projection, keptNorms, newGating);
    }

    /** @return a copy without gates */
    public PassSteering withoutGating() {
        return new PassSteering(added, schedules, projection, keptNorms, null);
    }

    /**
     * @param schedules where the stream keeps its length: strength 1 for position and point (layer + 1; 0 is the embedding); one per
     *     row or one for all
     * @return a copy with them
     */
    public PassSteering withKeptNorms(List<Schedule> schedules) {
        return new PassSteering(added, this.schedules, projection, schedules, gating);
    }

    /** Whether the graph that only adds is enough. */
    public boolean onlyAdds() {
        return projection == null && keptNorms.isEmpty() && gating == null;
    }

    /**
     * @param row a row of the batch
     * @return what is done to that row alone
     */
    public PassSteering ofRow(int row) {
        Projecting own = projection == null ? null : projection.withSchedules(of(projection.schedules(), row));
        Gating gates = gating == null
                ? null
                : new Gating(gating.gates(), of(gating.schedules(), row), of(gating.readAt(), row));
        return new PassSteering(added, of(schedules, row), own, of(keptNorms, row), gates);
    }

    /**
     * @param thinking as for {@link Schedule#following}
     * @return the same for a row of which that is known; itself if none of its schedules depends on it
     */
    public PassSteering following(IntPredicate thinking) {
        List<Schedule> adding = following(schedules, thinking);
        List<Schedule> keeping = following(keptNorms, thinking);
        Projecting removing =
                projection == null ? null : projection.withSchedules(following(projection.schedules(), thinking));
        Gating gates = gating == null
                ? null
                : new Gating(gating.gates(), following(gating.schedules(), thinking), gating.readAt());
        boolean same = same(adding, schedules)
                && same(keeping, keptNorms)
                && (projection == null || removing == null || same(removing.schedules(), projection.schedules()))
                && (gating == null || gates == null || same(gates.schedules(), gating.schedules()));
        return same ? this : new PassSteering(added, adding, removing, keeping, gates);
    }

    private static List<Schedule> following(List<Schedule> schedules, IntPredicate thinking) {
        return schedules.stream().map(schedule -> schedule.following(thinking)).toList();
    }

    @SuppressWarnings("ReferenceEquality") // a schedule that does not depend on it gives itself back
    private static boolean same(List<Schedule> one, List<Schedule> other) {
        for (int i = 0; i < one.size(); i++) {
            if (one.get(i) != other.get(i)) {
                return false;
            }
        }
        return true;
    }

    private static <T> List<T> of(List<T> each, int row) {
        return each.size() < 2 ? each : List.of(each.get(row));
    }

    /**
     * What is done to the rows of a batch, each of which says what is done to itself.
     *
     * @param rows one per row, each for one row; null for a row to which nothing is done
     * @return all of it; null if nothing is done to any row
     * @throws IllegalArgumentException if the rows do not share their directions: one pass has one set
     */
    public static @Nullable PassSteering together(List<? extends @Nullable PassSteering> rows) {
        PassSteering first = null;
        boolean keeps = false;
        for (PassSteering row : rows) {
            first = first == null ? row : first;
            keeps |= row != null && !row.keptNorms.isEmpty();
        }
        if (first == null) {
            return null;
        }
        List<Schedule> added = new ArrayList<>(rows.size());
        List<Schedule> removed = new ArrayList<>(rows.size());
        List<Schedule> kept = new ArrayList<>(rows.size());
        List<Schedule> gated = new ArrayList<>(rows.size());
        List<Integer> read = new ArrayList<>(rows.size());
        for (PassSteering row : rows) {
            first.requireSameDirections(row);
            added.add(only(row == null ? List.of() : row.schedules));
            removed.add(only(row == null || row.projection == null ? List.of() : row.projection.schedules));
            kept.add(only(row == null ? List.of() : row.keptNorms));
            gated.add(only(row == null || row.gating == null ? List.of() : row.gating.schedules));
            read.add(row == null || row.gating == null ? 0 : row.gating.readAt.get(0));
        }
        Projecting all = first.projection == null ? null : first.projection.withSchedules(removed);
        Gating gates = first.gating == null ? null : new Gating(first.gating.gates, gated, read);
        return new PassSteering(first.added, added, all, keeps ? kept : List.of(), gates);
    }

    private static Schedule only(List<Schedule> schedules) {
        return schedules.isEmpty() ? Schedule.OFF : schedules.get(0);
    }

    private void requireSameDirections(@Nullable PassSteering other) {
        if (other == null) {
            return;
        }
        Projecting mine = projection;
        Projecting theirs = other.projection;
        boolean same = added == other.added && other.schedules.size() == 1 && other.keptNorms.size() < 2;
        if (mine != null && theirs != null) {
            same &= mine.directions == theirs.directions
                    && mine.oneSided.equals(theirs.oneSided)
                    && theirs.schedules.size() == 1;
        } else {
            same &= mine == null && theirs == null;
        }
        same &= haveSameGates(gating, other.gating);
        if (!same) {
            throw new IllegalArgumentException("rows of one batch need the same direction sets, and one schedule each");
        }
    }

    @SuppressWarnings("ReferenceEquality") // as with directions
    private static boolean haveSameGates(@Nullable Gating mine, @Nullable Gating theirs) {
        if (mine == null || theirs == null) {
            return mine == theirs;
        }
        return mine.gates == theirs.gates && theirs.schedules.size() == 1 && theirs.readAt.size() == 1;
    }

    /**
     * Gates of a pass.
     *
     * @param gates what is read and written
     * @param schedules coefficients, one schedule per row or one for all rows
     * @param readAt 0-based position in the row that is read by gates that read their row's, one per row or one for all rows; it must be
     *     among the tokens of every pass in which such a gate has a coefficient
     */
    public record Gating(GateSet gates, List<Schedule> schedules, List<Integer> readAt) {
        public Gating {
            schedules = List.copyOf(schedules);
            readAt = List.copyOf(readAt);
        }

        /**
         * @param first a position of the one row that is spoken of
         * @param end a later one
         * @return whether nothing is written from the first to before the other
         */
        public boolean isOff(int first, int end) {
            Schedule schedule = only(schedules);
            for (int position = first; position < end; position++) {
                for (int n = 0; n < gates.count(); n++) {
                    if (schedule.strength(position, n) != 0) {
                        return false;
                    }
                }
            }
            return true;
        }
    }

    /**
     * Removal of components.
     *
     * @param directions unit directions
     * @param oneSided for each direction whether only positive components are removed
     * @param schedules share that is removed, one schedule per row or one for all
     */
    public record Projecting(DirectionSet directions, List<Boolean> oneSided, List<Schedule> schedules) {
        /**
         * Copies the lists.
         *
         * @throws IllegalArgumentException if there are not as many sides as directions
         */
        public Projecting {
            oneSided = List.copyOf(oneSided);
            schedules = List.copyOf(schedules);
            if (oneSided.size() != directions.count()) {
                throw new IllegalArgumentException(
                        oneSided.size() + " sides for " + directions.count() + " directions");
            }
        }

        private Projecting withSchedules(List<Schedule> newSchedules) {
            return new Projecting(directions, oneSided, newSchedules);
        }
    }
}
