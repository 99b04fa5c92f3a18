package dev.steering.model.ort;

import ai.onnxruntime.OrtException;
import dev.steering.core.bundle.GraphContract;
import dev.steering.core.safetensors.DType;
import dev.steering.model.ort.internal.PassMemory;
import dev.steering.model.ort.internal.PassPlan;
import dev.steering.model.ort.internal.PassTensor;
import dev.steering.model.pass.Capture;
import dev.steering.model.pass.DirectionSet;
import dev.steering.model.pass.ForwardRequest;
import dev.steering.model.pass.GateSet;
import dev.steering.model.pass.PassSteering;
import dev.steering.model.pass.PassSteering.Gating;
import dev.steering.model.pass.PassSteering.Projecting;
import dev.steering.model.pass.Schedule;
import dev.steering.model.pass.SteeringRange;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Feeds the inputs of the steering contract for the rows of one group. */
final class SteeringInputs {
    private final ForwardRequest request;
    private final RowGroup group;
    private final Set<String> declared;
    private final PassMemory memory;

    /** @param declared names of the inputs that the graph has */
    SteeringInputs(ForwardRequest request, RowGroup group, Set<String> declared, PassMemory memory) {
        this.request = request;
        this.group = group;
        this.declared = declared;
        this.memory = memory;
    }

    /** Directions and coefficients; without steering a single zero direction with a single zero coefficient. */
    void steering(DirectionSet none) throws OrtException {
        PassSteering steering = request.steering();
        if (steering == null) {
            directions(GraphContract.STEERING_VECTORS, none);
            memory.input(GraphContract.STEERING_COEFFS, DType.F32, 1, 1, 1).putFloat(0, 0);
            return;
        }
        directions(GraphContract.STEERING_VECTORS, steering.added());
        float[] strengths = coefficients(
                GraphContract.STEERING_COEFFS,
                steering.schedules(),
                steering.added().count());
        SteeringRange.require(steering.added(), strengths);
        if (!steering.onlyAdds()) {
            projection(steering.projection(), none);
            keptNorms(steering.keptNorms(), none.points());
        }
        Gating gating = steering.gating();
        if (gating != null) {
            gates(gating);
        }
    }

    /** Without a projection a single zero direction of which nothing is removed. */
    private void projection(@Nullable Projecting projection, DirectionSet none) throws OrtException {
        DirectionSet directions = projection == null ? none : projection.directions();
        int count = directions.count();
        PassTensor floors = memory.input(GraphContract.PROJECTION_FLOORS, DType.F32, count);
        for (int r = 0; r < count; r++) {
            floors.putFloat(r, projection != null && projection.oneSided().get(r) ? 0f : -Float.MAX_VALUE);
        }
        directions(GraphContract.PROJECTION_VECTORS, directions);
        float[] shares = coefficients(
                GraphContract.PROJECTION_COEFFS,
                projection == null ? List.of(Schedule.OFF) : projection.schedules(),
                count);
        SteeringRange.requireEach(directions, shares);
    }

    /** Older graphs are given nothing, and are never asked to keep norms. */
    private void keptNorms(List<Schedule> schedules, int points) throws OrtException {
        if (declared.contains(GraphContract.KEPT_NORMS)) {
            coefficients(GraphContract.KEPT_NORMS, schedules.isEmpty() ? List.of(Schedule.OFF) : schedules, points);
        }
    }

    private void gates(Gating gating) throws OrtException {
        GateSet gates = gating.gates();
        int count = gates.count();
        directions(GraphContract.GATE_READS, gates.reads());
        directions(GraphContract.GATE_VECTORS, gates.written());
        PassTensor offsets = memory.input(
                GraphContract.GATE_OFFSETS, DType.F32, gates.reads().points(), count);
        PassTensor limits = memory.input(GraphContract.GATE_LIMITS, DType.F32, 2, count);
        PassTensor own = memory.input(GraphContract.GATE_OWN, DType.F32, count);
        for (int n = 0; n < count; n++) {
            GateSet.Shape shape = gates.shapes().get(n);
            for (int p = 0; p < gates.reads().points(); p++) {
                offsets.putFloat(
                        p * count + n,
                        shape.offsets().isEmpty() ? 0 : shape.offsets().get(p));
            }
            limits.putFloat(n, Math.max(-Float.MAX_VALUE, shape.least()));
            limits.putFloat(count + n, Math.min(Float.MAX_VALUE, shape.most()));
            own.putFloat(n, shape.own() ? 1 : 0);
        }
        SteeringRange.requireEach(gates.written(), coefficients(GraphContract.GATE_COEFFS, gating.schedules(), count));
        readPositions(gating);
    }

    /** One-hot, per row; a gate of a row whose read position is not in this pass must have nothing to write in it. */
    private void readPositions(Gating gating) throws OrtException {
        PassPlan plan = group.plan();
        PassTensor positions = memory.input(GraphContract.GATE_POSITIONS, DType.F32, plan.rows(), 1, plan.width());
        positions.clear();
        for (int place = 0; place < plan.rows(); place++) {
            if (group.isIdle(place)) {
                continue;
            }
            int row = group.row(place);
            int read = gating.readAt().get(gating.readAt().size() == 1 ? 0 : row);
            int index = read - plan.position(place, 0);
            if (index >= 0 && index < plan.length(place)) {
                positions.putFloat(place * plan.width() + plan.index(place, index), 1);
            } else {
                requireOff(gating, place, read);
            }
        }
    }

    private void requireOff(Gating gating, int place, int read) {
        PassPlan plan = group.plan();
        Schedule schedule = gating.schedules().get(gating.schedules().size() == 1 ? 0 : group.row(place));
        for (int i = 0; i < plan.length(place); i++) {
            int position = plan.position(place, i);
            for (int n = 0; n < gating.gates().count(); n++) {
                if (!gating.gates().shapes().get(n).own() && schedule.strength(position, n) != 0) {
                    throw new IllegalArgumentException("gate " + n + " writes at position " + position
                            + " what it reads at position " + read + ", which is not among the "
                            + plan.length(place) + " tokens from position " + plan.position(place, 0)
                            + " on that this pass runs");
                }
            }
        }
    }

    /** Which tokens are captured and which positions' logits are computed. */
    void wanted() throws OrtException {
        int rows = group.size();
        int width = group.plan().width();
        int captures = request.capturesPerRow();
        int logits = request.logitsPerRow();
        PassTensor weights = memory.input(GraphContract.CAPTURE_WEIGHTS, DType.F32, rows, captures, width);
        PassTensor positions = memory.input(GraphContract.LOGIT_POSITIONS, DType.I64, rows, logits);
        weights.clear();
        positions.clear();
        for (int place = 0; place < rows; place++) {
            if (group.isIdle(place)) {
                continue;
            }
            int row = group.row(place);
            for (int m = 0; m < captures; m++) {
                Capture capture = request.captures().get(row).get(m);
                float weight = 1f / (capture.last() - capture.first() + 1);
                for (int i = capture.first(); i <= capture.last(); i++) {
                    weights.putFloat((place * captures + m) * width + group.index(place, i), weight);
                }
            }
            for (int j = 0; j < logits; j++) {
                long index = group.index(place, request.logits().get(row)[j]);
                positions.put(place * logits + j, index);
            }
        }
    }

    private void directions(String input, DirectionSet set) throws OrtException {
        memory.input(input, set.buffer(), set.points(), set.count(), set.hidden());
    }

    /**
     * The coefficients of every position; one for all where they are the same, which the graph broadcasts for nothing.
     *
     * @return the largest absolute value of each
     */
    private float[] coefficients(String input, List<Schedule> schedules, int count) throws OrtException {
        if (schedules.size() != 1 && schedules.size() != request.rows()) {
            throw new IllegalArgumentException(schedules.size() + " schedules for " + request.rows() + " rows");
        }
        PassPlan plan = group.plan();
        float[] most = new float[count];
        if (areConstant(schedules, count)) {
            PassTensor one = memory.input(input, DType.F32, 1, 1, count);
            each(schedules, count, (at, k, strength) -> {
                one.putFloat(k, strength);
                most[k] = Math.max(most[k], Math.abs(strength));
                return true;
            });
            return most;
        }
        PassTensor all = memory.input(input, DType.F32, plan.rows(), plan.width(), count);
        all.clear();
        each(schedules, count, (at, k, strength) -> {
            all.putFloat(at * count + k, strength);
            most[k] = Math.max(most[k], Math.abs(strength));
            return true;
        });
        return most;
    }

    private boolean areConstant(List<Schedule> schedules, int count) {
        float[] first = new float[count];
        boolean[] known = new boolean[count];
        return each(schedules, count, (at, k, strength) -> {
            if (!known[k]) {
                known[k] = true;
                first[k] = strength;
            }
            return first[k] == strength;
        });
    }

    /** Looks at a coefficient; false to look at no more. */
    @FunctionalInterface
    private interface Look {
        boolean at(int index, int direction, float strength);
    }

    /** Whether all coefficients of the group's tokens were looked at; indices count rows and positions, padding included. */
    private boolean each(List<Schedule> schedules, int count, Look look) {
        PassPlan plan = group.plan();
        for (int place = 0; place < plan.rows(); place++) {
            if (group.isIdle(place)) {
                continue;
            }
            Schedule schedule = schedules.get(schedules.size() == 1 ? 0 : group.row(place));
            for (int i = 0; i < plan.length(place); i++) {
                int at = place * plan.width() + plan.index(place, i);
                for (int k = 0; k < count; k++) {
                    if (!look.at(at, k, schedule.strength(plan.position(place, i), k))) {
                        return false;
                    }
                }
            }
        }
        return true;
    }
}
