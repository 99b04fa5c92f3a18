package dev.steering.model.decode;

import dev.steering.model.decode.Draft.Context;
import dev.steering.model.pass.DirectionSet;
import dev.steering.model.pass.PassSteering;
import dev.steering.model.pass.PassSteering.Projecting;
import dev.steering.model.pass.Schedule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the cache of a context's beginning depends on: its tokens but the last and what is added or removed there, or, where a probe
 * reads them, all tokens and the probe. Equal ones are read once.
 */
record Beginning(
        List<Integer> tokens,
        List<Float> added,
        List<Float> removed,
        List<Float> kept,
        List<DirectionSet> directions,
        @Nullable PromptProbe probe) {
    /** One for each of the text's contexts. */
    static List<Beginning> of(Draft draft) {
        List<Beginning> all = new ArrayList<>();
        for (Context context : draft.contexts()) {
            all.add(of(context, draft.probe()));
        }
        return all;
    }

    static Beginning of(Context context, @Nullable PromptProbe probe) {
        int length = probe == null ? context.beginning() : context.tokens().length;
        List<Integer> tokens =
                Arrays.stream(context.tokens(), 0, length).boxed().toList();
        PassSteering steering = context.steering();
        if (steering == null || probe != null) {
            return new Beginning(tokens, List.of(), List.of(), List.of(), List.of(), probe);
        }
        Projecting projection = steering.projection();
        List<Float> added =
                strengths(steering.schedules(), length, steering.added().count());
        List<Float> removed = projection == null
                ? List.of()
                : strengths(
                        projection.schedules(), length, projection.directions().count());
        List<DirectionSet> directions = new ArrayList<>();
        if (!added.isEmpty()) {
            directions.add(steering.added());
        }
        if (projection != null && !removed.isEmpty()) {
            directions.add(projection.directions());
        }
        List<Float> kept =
                strengths(steering.keptNorms(), length, steering.added().points());
        return new Beginning(tokens, added, removed, kept, directions, null);
    }

    /** Empty if all are zero. */
    private static List<Float> strengths(List<Schedule> schedules, int length, int count) {
        List<Float> strengths = new ArrayList<>();
        Schedule schedule = schedules.isEmpty() ? Schedule.OFF : schedules.get(0);
        boolean zero = true;
        for (int position = 0; position < length; position++) {
            for (int k = 0; k < count; k++) {
                float strength = schedule.strength(position, k);
                zero &= strength == 0;
                strengths.add(strength);
            }
        }
        return zero ? List.of() : strengths;
    }

    boolean isUntouched() {
        return added.isEmpty() && removed.isEmpty() && kept.isEmpty();
    }
}
