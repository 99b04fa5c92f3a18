package dev.steering.model.decode;

import dev.steering.model.pass.DirectionSet;
import dev.steering.model.pass.Schedule;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Direction sets side by side. They are copied, so what was joined is used for as long as it has all that is wanted and not much else:
 * texts with a few vectors between them come and go without another copy. Not thread-safe.
 */
final class JoinedDirections {
    /** How many times the directions that are wanted there may be. */
    private static final int MOST_SPARE = 2;

    private List<Part> parts = List.of();
    private @Nullable DirectionSet whole;

    /**
     * One of the sets.
     *
     * @param directions its directions
     * @param oneSided for each of them whether only positive components are removed; empty where they are added
     */
    record Part(DirectionSet directions, List<Boolean> oneSided) {
        @SuppressWarnings("ReferenceEquality") // comparing numbers would cost what joining costs
        boolean isSame(Part other) {
            return directions == other.directions && oneSided.equals(other.oneSided);
        }
    }

    /** Joins some sets, unless that has been done. */
    void hold(List<Part> wanted) {
        boolean held = wanted.stream().allMatch(part -> parts.stream().anyMatch(part::isSame));
        if (!held || count(parts) > MOST_SPARE * count(wanted)) {
            parts = withSpare(wanted);
            whole = parts.size() == 1
                    ? parts.get(0).directions()
                    : sideBySide(parts.stream().map(Part::directions).toList());
        }
    }

    /** With those of before for which there is room: they may be wanted again. */
    private List<Part> withSpare(List<Part> wanted) {
        List<Part> all = new ArrayList<>(wanted);
        int most = MOST_SPARE * count(wanted);
        for (Part part : parts) {
            if (wanted.stream().noneMatch(part::isSame)
                    && count(all) + part.directions().count() <= most) {
                all.add(part);
            }
        }
        return List.copyOf(all);
    }

    private static int count(List<Part> parts) {
        return parts.stream().mapToInt(part -> part.directions().count()).sum();
    }

    /** All directions of some sets, set after set. */
    static DirectionSet sideBySide(List<DirectionSet> sets) {
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

    /** All of them, part after part. */
    DirectionSet whole() {
        DirectionSet joined = whole;
        if (joined == null) {
            throw new IllegalStateException("nothing has been joined");
        }
        return joined;
    }

    /** For each direction whether only positive components are removed. */
    List<Boolean> oneSided() {
        List<Boolean> all = new ArrayList<>();
        parts.forEach(part -> all.addAll(part.oneSided()));
        return all;
    }

    /** The strengths of one part's directions, by their places among all; 0 for those of the other parts. */
    Schedule schedule(Part part, List<Schedule> own) {
        Schedule schedule = own.isEmpty() ? Schedule.OFF : own.get(0);
        int first = offset(part);
        int end = first + part.directions().count();
        return (position, direction) ->
                direction < first || direction >= end ? 0f : schedule.strength(position, direction - first);
    }

    private int offset(Part part) {
        int offset = 0;
        for (Part known : parts) {
            if (known.isSame(part)) {
                return offset;
            }
            offset += known.directions().count();
        }
        throw new IllegalArgumentException("a direction set that was not joined");
    }
}
