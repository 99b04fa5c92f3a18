package dev.steering.model.decode;

import dev.steering.model.pass.DirectionSet;
import dev.steering.model.pass.GateSet;
import dev.steering.model.pass.PassSteering.Gating;
import dev.steering.model.pass.Schedule;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The gates of a batch's rows side by side, as {@link JoinedDirections} has their directions. They are joined anew when the rows' gates
 * change. Not thread-safe.
 */
final class JoinedGates {
    private List<GateSet> parts = List.of();
    private @Nullable GateSet whole;

    /** Adds a set unless that very set is there: comparing numbers would cost what joining costs. */
    @SuppressWarnings("ReferenceEquality")
    static void addNew(List<GateSet> sets, GateSet set) {
        if (sets.stream().noneMatch(known -> known == set)) {
            sets.add(set);
        }
    }

    /** Joins some sets, perhaps none, unless that has been done. */
    @SuppressWarnings("ReferenceEquality")
    void hold(List<GateSet> wanted) {
        boolean held = wanted.size() == parts.size();
        for (int i = 0; held && i < parts.size(); i++) {
            held = wanted.get(i) == parts.get(i);
        }
        if (!held) {
            parts = List.copyOf(wanted);
            whole = parts.isEmpty() ? null : parts.size() == 1 ? parts.get(0) : sideBySide(parts);
        }
    }

    private static GateSet sideBySide(List<GateSet> parts) {
        List<DirectionSet> reads = new ArrayList<>();
        List<DirectionSet> written = new ArrayList<>();
        List<GateSet.Shape> shapes = new ArrayList<>();
        for (GateSet part : parts) {
            reads.add(part.reads());
            written.add(part.written());
            shapes.addAll(part.shapes());
        }
        return new GateSet(JoinedDirections.sideBySide(reads), JoinedDirections.sideBySide(written), shapes);
    }

    boolean isEmpty() {
        return parts.isEmpty();
    }

    /**
     * @param row one row's gates; null for none
     * @return the same, said about the joined ones
     */
    Gating inJoined(@Nullable Gating row) {
        GateSet joined = whole;
        if (joined == null) {
            throw new IllegalStateException("no gates have been joined");
        }
        if (row == null) {
            return new Gating(joined, List.of(Schedule.OFF), List.of(0));
        }
        int first = first(row.gates());
        int end = first + row.gates().count();
        Schedule own = row.schedules().get(0);
        Schedule all = (position, gate) -> gate < first || gate >= end ? 0f : own.strength(position, gate - first);
        return new Gating(joined, List.of(all), row.readAt());
    }

    @SuppressWarnings("ReferenceEquality")
    private int first(GateSet set) {
        int first = 0;
        for (GateSet part : parts) {
            if (part == set) {
                return first;
            }
            first += part.count();
        }
        throw new IllegalArgumentException("gates that were not joined");
    }
}
