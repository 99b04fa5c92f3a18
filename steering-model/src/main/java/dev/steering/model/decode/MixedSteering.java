package dev.steering.model.decode;

import dev.steering.model.pass.DirectionSet;
import dev.steering.model.pass.GateSet;
import dev.steering.model.pass.PassSteering;
import dev.steering.model.pass.PassSteering.Gating;
import dev.steering.model.pass.PassSteering.Projecting;
import dev.steering.model.pass.Schedule;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes one pass's steering of its rows', whatever directions each of them has: the directions of all of them side by side, with
 * coefficient 0 for a row whose they are not. Adding 0 times a direction is exact, so a row computes what it computes alone.
 * Not thread-safe.
 */
final class MixedSteering {
    private final JoinedDirections added = new JoinedDirections();
    private final JoinedDirections projected = new JoinedDirections();
    private final JoinedGates gated = new JoinedGates();

    /**
     * @param rows one per row, each with one schedule; null for a row to which nothing is done
     * @return all of it; null if nothing is done to any row
     */
    @Nullable
    PassSteering of(List<@Nullable PassSteering> rows) {
        List<JoinedDirections.Part> adding = new ArrayList<>();
        List<JoinedDirections.Part> removing = new ArrayList<>();
        List<GateSet> gating = new ArrayList<>();
        int gatedRows = 0;
        int steeredRows = 0;
        for (PassSteering row : rows) {
            if (row != null) {
                addNew(adding, part(row.added()));
                steeredRows++;
                Gating gates = row.gating();
                if (gates != null) {
                    gatedRows++;
                    JoinedGates.addNew(gating, gates.gates());
                }
                if (row.projection() != null) {
                    addNew(removing, part(row.projection()));
                }
            }
        }
        boolean sameGates = gating.isEmpty() || (gating.size() == 1 && gatedRows == steeredRows);
        if (adding.size() < 2 && removing.size() < 2 && sameProjection(rows) && sameGates) {
            return PassSteering.together(rows);
        }
        added.hold(adding);
        if (!removing.isEmpty()) {
            projected.hold(removing);
        }
        gated.hold(gating);
        boolean removes = !removing.isEmpty();
        List<@Nullable PassSteering> joined = new ArrayList<>(rows.size());
        rows.forEach(row -> joined.add(row == null ? null : inJoined(row, removes)));
        return PassSteering.together(joined);
    }

    private static JoinedDirections.Part part(DirectionSet directions) {
        return new JoinedDirections.Part(directions, List.of());
    }

    private static JoinedDirections.Part part(Projecting projection) {
        return new JoinedDirections.Part(projection.directions(), projection.oneSided());
    }

    private static void addNew(List<JoinedDirections.Part> parts, JoinedDirections.Part part) {
        if (parts.stream().noneMatch(part::isSame)) {
            parts.add(part);
        }
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

    /** The same, said about the joined directions. */
    private PassSteering inJoined(PassSteering row, boolean removes) {
        Schedule adding = added.schedule(part(row.added()), row.schedules());
        PassSteering all = PassSteering.adding(added.whole(), List.of(adding)).withKeptNorms(row.keptNorms());
        if (!gated.isEmpty()) {
            all = all.withGating(gated.inJoined(row.gating()));
        }
        if (!removes) {
            return all;
        }
        Projecting own = row.projection();
        Schedule removing = own == null ? Schedule.OFF : projected.schedule(part(own), own.schedules());
        return all.withProjection(new Projecting(projected.whole(), projected.oneSided(), List.of(removing)));
    }
}
