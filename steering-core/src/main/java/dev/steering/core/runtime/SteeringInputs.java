package dev.steering.core.runtime;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import dev.steering.core.bundle.GraphContract;
import dev.steering.core.runtime.Steering.Projecting;
import dev.steering.core.safetensors.DType;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Feeds the inputs of the steering contract for the rows of one group. */
final class SteeringInputs {
    private final ForwardRequest request;
    private final RowGroup group;
    private final Set<String> declared;
    private final Tensors tensors;

    /** @param declared names of the inputs that the graph has */
    SteeringInputs(ForwardRequest request, RowGroup group, Set<String> declared, Tensors tensors) {
        this.request = request;
        this.group = group;
        this.declared = declared;
        this.tensors = tensors;
    }

    /** Directions and coefficients; without steering a single zero direction with a single zero coefficient. */
    void steering(Map<String, OnnxTensor> inputs, DirectionSet none) throws OrtException {
        Steering steering = request.steering();
        if (steering == null) {
            inputs.put(GraphContract.STEERING_VECTORS, directions(none));
            inputs.put(GraphContract.STEERING_COEFFS, tensors.wrap(Tensors.floats(1, 1, 1), 1, 1, 1));
            return;
        }
        inputs.put(GraphContract.STEERING_VECTORS, directions(steering.added()));
        inputs.put(
                GraphContract.STEERING_COEFFS,
                coefficients(steering.schedules(), steering.added().count()));
        if (!steering.onlyAdds()) {
            projection(inputs, steering.projection(), none);
            keptNorms(inputs, steering.keptNorms(), none.points());
        }
    }

    /** Without a projection a single zero direction of which nothing is removed. */
    private void projection(Map<String, OnnxTensor> inputs, @Nullable Projecting projection, DirectionSet none)
            throws OrtException {
        DirectionSet directions = projection == null ? none : projection.directions();
        int count = directions.count();
        FloatBuffer floors = Tensors.floats(count);
        for (int r = 0; r < count; r++) {
            floors.put(r, projection != null && projection.oneSided().get(r) ? 0f : -Float.MAX_VALUE);
        }
        List<Schedule> shares = projection == null ? List.of(Schedule.OFF) : projection.schedules();
        inputs.put(GraphContract.PROJECTION_VECTORS, directions(directions));
        inputs.put(GraphContract.PROJECTION_COEFFS, coefficients(shares, count));
        inputs.put(GraphContract.PROJECTION_FLOORS, tensors.wrap(floors, count));
    }

    /** Older graphs are given nothing, and are never asked to keep norms. */
    private void keptNorms(Map<String, OnnxTensor> inputs, List<Schedule> schedules, int points) throws OrtException {
        if (declared.contains(GraphContract.KEPT_NORMS)) {
            inputs.put(
                    GraphContract.KEPT_NORMS,
                    coefficients(schedules.isEmpty() ? List.of(Schedule.OFF) : schedules, points));
        }
    }

    /** Which tokens are captured and which positions' logits are computed. */
    void wanted(Map<String, OnnxTensor> inputs) throws OrtException {
        int rows = group.size();
        int width = group.plan().width();
        int captures = request.capturesPerRow();
        int logits = request.logitsPerRow();
        FloatBuffer weights = Tensors.floats(rows, captures, width);
        long[] positions = new long[rows * logits];
        for (int place = 0; place < rows; place++) {
            if (group.isIdle(place)) {
                continue;
            }
            int row = group.row(place);
            for (int m = 0; m < captures; m++) {
                Capture capture = request.captures().get(row).get(m);
                float weight = 1f / (capture.last() - capture.first() + 1);
                for (int i = capture.first(); i <= capture.last(); i++) {
                    weights.put((place * captures + m) * width + group.index(place, i), weight);
                }
            }
            for (int j = 0; j < logits; j++) {
                positions[place * logits + j] =
                        group.index(place, request.logits().get(row)[j]);
            }
        }
        inputs.put(GraphContract.CAPTURE_WEIGHTS, tensors.wrap(weights, rows, captures, width));
        inputs.put(GraphContract.LOGIT_POSITIONS, tensors.integers(DType.I64, positions, rows, logits));
    }

    private OnnxTensor directions(DirectionSet set) throws OrtException {
        return tensors.wrap(set.buffer(), set.points(), set.count(), set.hidden());
    }

    private OnnxTensor coefficients(List<Schedule> schedules, int count) throws OrtException {
        if (schedules.size() != 1 && schedules.size() != request.rows()) {
            throw new IllegalArgumentException(schedules.size() + " schedules for " + request.rows() + " rows");
        }
        PassPlan plan = group.plan();
        FloatBuffer coefficients = Tensors.floats(plan.rows(), plan.width(), count);
        for (int place = 0; place < plan.rows(); place++) {
            Schedule schedule = schedules.get(schedules.size() == 1 ? 0 : group.row(place));
            for (int i = 0; i < plan.length(place); i++) {
                int at = (place * plan.width() + plan.index(place, i)) * count;
                for (int k = 0; k < count; k++) {
                    coefficients.put(at + k, schedule.strength(plan.position(place, i), k));
                }
            }
        }
        return tensors.wrap(coefficients, plan.rows(), plan.width(), count);
    }
}
