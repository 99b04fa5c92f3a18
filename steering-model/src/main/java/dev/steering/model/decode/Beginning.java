package dev.steering.model.decode;

import dev.steering.model.decode.Draft.Context;
import dev.steering.model.pass.DirectionSet;
import dev.steering.model.pass.GateSet;
import dev.steering.model.pass.PassSteering;
import dev.steering.model.pass.PassSteering.Gating;
import dev.steering.model.pass.PassSteering.Projecting;
import dev.steering.model.pass.Schedule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the cache of a context's beginning depends on: its tokens but the last and what is added or removed there, or, where a probe
 * reads them, all tokens and the probe. Equal ones are read once.
 *
 * <p>Nothing is copied: strengths are asked for again where two with the same tokens are compared, which long prompts are only by the
 * texts that share them.
 */
final class Beginning {
    private final int[] tokens;
    private final int length;
    private final @Nullable PromptProbe probe;
    private final Part added;
    private final Part removed;
    private final Part kept;
    private final Part gated;
    private final @Nullable GateSet gates;
    private final int readAt;
    private final int hash;

    private Beginning(Context context, @Nullable PromptProbe probe) {
        this.tokens = context.tokens();
        this.length = probe == null ? context.read() : tokens.length;
        this.probe = probe;
        PassSteering steering = probe == null ? context.steering() : null;
        Projecting projection = steering == null ? null : steering.projection();
        this.added = steering == null
                ? Part.NOTHING
                : Part.of(
                        steering.added(),
                        List.of(),
                        steering.schedules(),
                        steering.added().count(),
                        length);
        this.removed = projection == null
                ? Part.NOTHING
                : Part.of(
                        projection.directions(),
                        projection.oneSided(),
                        projection.schedules(),
                        projection.directions().count(),
                        length);
        this.kept = steering == null
                ? Part.NOTHING
                : Part.of(
                        null, List.of(), steering.keptNorms(), steering.added().points(), length);
        Gating gating = steering == null ? null : steering.gating();
        this.gated = gating == null
                ? Part.NOTHING
                : Part.of(null, List.of(), gating.schedules(), gating.gates().count(), length);
        this.gates = gating == null || gated.schedule() == null ? null : gating.gates();
        this.readAt = gating == null || gates == null ? 0 : gating.readAt().get(0);
        int sum = Objects.hashCode(probe);
        for (int i = 0; i < length; i++) {
            sum = 31 * sum + tokens[i];
        }
        this.hash = sum;
    }

    /** One for each of the text's contexts. */
    static List<Beginning> of(Draft draft) {
        List<Beginning> all = new ArrayList<>();
        for (Context context : draft.contexts()) {
            all.add(of(context, draft.probe()));
        }
        return all;
    }

    static Beginning of(Context context, @Nullable PromptProbe probe) {
        return new Beginning(context, probe);
    }

    /**
     * One kind of change.
     *
     * @param schedule its strengths; null if they are all zero
     * @param count strengths of each position
     */
    private record Part(
            @Nullable DirectionSet directions, List<Boolean> oneSided, @Nullable Schedule schedule, int count) {
        static final Part NOTHING = new Part(null, List.of(), null, 0);

        static Part of(
                @Nullable DirectionSet directions,
                List<Boolean> oneSided,
                List<Schedule> schedules,
                int count,
                int length) {
            if (!schedules.isEmpty()) {
                Schedule schedule = schedules.get(0);
                for (int position = 0; position < length; position++) {
                    for (int k = 0; k < count; k++) {
                        if (schedule.strength(position, k) != 0) {
                            return new Part(directions, oneSided, schedule, count);
                        }
                    }
                }
            }
            return NOTHING;
        }

        @SuppressWarnings("ReferenceEquality") // a set is its own identity
        boolean isSame(Part other, int length) {
            Schedule mine = schedule;
            Schedule theirs = other.schedule;
            if (mine == null || theirs == null) {
                return mine == theirs;
            }
            if (directions != other.directions || !oneSided.equals(other.oneSided) || count != other.count) {
                return false;
            }
            for (int position = 0; position < length; position++) {
                for (int k = 0; k < count; k++) {
                    if (mine.strength(position, k) != theirs.strength(position, k)) {
                        return false;
                    }
                }
            }
            return true;
        }
    }

    @Nullable
    PromptProbe probe() {
        return probe;
    }

    boolean isUntouched() {
        return added.schedule() == null
                && removed.schedule() == null
                && kept.schedule() == null
                && gated.schedule() == null;
    }

    @SuppressWarnings("ReferenceEquality") // a set is its own identity
    private boolean hasSameGates(Beginning that) {
        return gates == that.gates && readAt == that.readAt && gated.isSame(that.gated, length);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Beginning that
                && hash == that.hash
                && length == that.length
                && Objects.equals(probe, that.probe)
                && Arrays.equals(tokens, 0, length, that.tokens, 0, length)
                && added.isSame(that.added, length)
                && removed.isSame(that.removed, length)
                && kept.isSame(that.kept, length)
                && hasSameGates(that);
    }

    @Override
    public int hashCode() {
        return hash;
    }
}
