package dev.steering.model.decode;

import dev.steering.model.pass.DirectionSet;
import dev.steering.model.pass.PassSteering;
import dev.steering.model.pass.PassSteering.Projecting;
import dev.steering.model.pass.Schedule;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes one pass's steering of its rows', whatever directions each of them has: the directions of all of them side by side, with
 * coefficient 0 for a row whose they are not. Adding 0 times a direction is exact, so a row computes what it computes alone.
 *
 * <p>The sets side by side are kept until other sets come, since rows come and go far more often. Not thread-safe.
 */
final class MixedSteering {
    private final Joined added = new Joined();
    private final Joined projected = new Joined();

    /** Direction sets side by side, and where each begins. */
    private static final class Joined {
        private List<DirectionSet> parts = List.of();
        private @Nullable DirectionSet whole;

        DirectionSet of(List<DirectionSet> sets) {
            DirectionSet kept = whole;
            if (kept == null || !isOf(sets)) {
                kept = sets.size() == 1 ? sets.get(0) : sideBySide(sets);
                parts = List.copyOf(sets);
                whole = kept;
            }
            return kept;
        }

        @SuppressWarnings(
                "ReferenceEquality") // a set is its own identity: comparing numbers would cost what joining costs
        private boolean isOf(List<DirectionSet> sets) {
            boolean same = parts.size() == sets.size();
            for (int i = 0; same && i < sets.size(); i++) {
                same = parts.get(i) == sets.get(i);
            }
            return same;
        }

        private static DirectionSet sideBySide(List<DirectionSet> sets) {
            List<float[][]> directions = new ArrayList<>();
            for (DirectionSet set : sets) {
                FloatBuffer values = set.buffer();
                for (int k = 0; k < set.count(); k++) {
                    float[][] points = new float[set.points()][set.hidden()];
                    for (int p = 0; p < points.length; p++) {
                        values.get((p * set.count() + k) * set.hidden(), points[p]);
                    }
                    directions.add(points);
                }
            }
            return DirectionSet.of(directions.toArray(float[][][]::new));
        }
    }

    /**
     * @param rows one per row, each with one schedule; null for a row to which nothing is done
     * @return all of it; null if nothing is done to any row
     */
    @Nullable
    PassSteering of(List<@Nullable PassSteering> rows) {
        List<DirectionSet> adding = new ArrayList<>();
        List<Projecting> removing = new ArrayList<>();
        for (PassSteering row : rows) {
            if (row != null) {
                addNew(adding, row.added());
                addNew(removing, row.projection());
            }
        }
        if (adding.size() < 2 && removing.size() < 2 && sameProjection(rows)) {
            return PassSteering.together(rows);
        }
        return mixed(rows, adding, removing);
    }

    /** Whether all steered rows remove components, or none does. */
    private static boolean sameProjection(List<@Nullable PassSteering> rows) {
        int with = 0;
        int without = 0;
        for (PassSteering row : rows) {
            with += row != null && row.projection() != null ? 1 : 0;
            without += row != null && row.projection() == null ? 1 : 0;
        }
        return with == 0 || without == 0;
    }

    private PassSteering mixed(
            List<@Nullable PassSteering> rows, List<DirectionSet> adding, List<Projecting> removing) {
        List<Schedule> added = new ArrayList<>(rows.size());
        List<Schedule> removed = new ArrayList<>(rows.size());
        List<Schedule> kept = new ArrayList<>(rows.size());
        boolean keeps = false;
        for (PassSteering row : rows) {
            Projecting projection = row == null ? null : row.projection();
            added.add(row == null ? Schedule.OFF : shifted(row.schedules(), offset(adding, row.added()), row.added()));
            removed.add(
                    projection == null
                            ? Schedule.OFF
                            : shifted(projection.schedules(), offset(removing, projection), projection.directions()));
            kept.add(
                    row == null || row.keptNorms().isEmpty()
                            ? Schedule.OFF
                            : row.keptNorms().get(0));
            keeps |= row != null && !row.keptNorms().isEmpty();
        }
        PassSteering all = PassSteering.adding(this.added.of(adding), added);
        if (!removing.isEmpty()) {
            List<Boolean> sides = new ArrayList<>();
            removing.forEach(projection -> sides.addAll(projection.oneSided()));
            DirectionSet directions =
                    projected.of(removing.stream().map(Projecting::directions).toList());
            all = all.withProjection(new Projecting(directions, sides, removed));
        }
        return keeps ? all.withKeptNorms(kept) : all;
    }

    private static Schedule shifted(List<Schedule> schedules, int offset, DirectionSet own) {
        Schedule schedule = schedules.isEmpty() ? Schedule.OFF : schedules.get(0);
        int count = own.count();
        return (position, direction) -> direction < offset || direction >= offset + count
                ? 0f
                : schedule.strength(position, direction - offset);
    }

    @SuppressWarnings("ReferenceEquality")
    private static void addNew(List<DirectionSet> sets, DirectionSet set) {
        if (sets.stream().noneMatch(known -> known == set)) {
            sets.add(set);
        }
    }

    private static void addNew(List<Projecting> projections, @Nullable Projecting projection) {
        if (projection != null && projections.stream().noneMatch(known -> isSame(known, projection))) {
            projections.add(projection);
        }
    }

    /** Same directions removed on the same sides; the schedules are each row's own. */
    @SuppressWarnings("ReferenceEquality")
    private static boolean isSame(Projecting a, Projecting b) {
        return a.directions() == b.directions() && a.oneSided().equals(b.oneSided());
    }

    @SuppressWarnings("ReferenceEquality")
    private static int offset(List<DirectionSet> sets, DirectionSet set) {
        int offset = 0;
        for (DirectionSet known : sets) {
            if (known == set) {
                return offset;
            }
            offset += known.count();
        }
        throw new IllegalArgumentException("a direction set that is not among the rows'");
    }

    private static int offset(List<Projecting> projections, Projecting projection) {
        int offset = 0;
        for (Projecting known : projections) {
            if (isSame(known, projection)) {
                return offset;
            }
            offset += known.directions().count();
        }
        throw new IllegalArgumentException("a projection that is not among the rows'");
    }
}
