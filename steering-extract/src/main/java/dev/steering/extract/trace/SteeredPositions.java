package dev.steering.extract.trace;

import dev.steering.model.pass.PassSteering;
import dev.steering.model.pass.Schedule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where a pass is steered, as its schedules say. */
final class SteeredPositions {
    private SteeredPositions() {}

    static boolean touches(@Nullable PassSteering steering, int position) {
        if (steering == null) {
            return false;
        }
        PassSteering.Projecting projection = steering.projection();
        PassSteering.Gating gating = steering.gating();
        return any(steering.schedules(), steering.added().count(), position)
                || (projection != null
                        && any(projection.schedules(), projection.directions().count(), position))
                || (gating != null && any(gating.schedules(), gating.gates().count(), position));
    }

    private static boolean any(List<Schedule> schedules, int directions, int position) {
        for (int n = 0; !schedules.isEmpty() && n < directions; n++) {
            if (schedules.get(0).strength(position, n) != 0) {
                return true;
            }
        }
        return false;
    }
}
