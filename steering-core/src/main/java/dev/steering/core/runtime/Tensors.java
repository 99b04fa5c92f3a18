package dev.steering.core.runtime;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import dev.steering.core.bundle.BundleManifest;
import dev.steering.core.bundle.GraphContract;
import dev.steering.core.bundle.GraphSignature.CacheEntry;
import dev.steering.core.runtime.Steering.Projecting;
import dev.steering.core.safetensors.DType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The tensors of one forward pass, freed together. All wrap direct buffers, so nothing is copied on the way in or out. */
final class Tensors implements AutoCloseable {
    private final OrtEnvironment environment;
    private final List<OnnxTensor> open = new ArrayList<>();

    Tensors(OrtEnvironment environment) {
        this.environment = environment;
    }

    /** Token ids, right-padded with 0, and the mask whose row sums are the total lengths. */
    void tokens(Map<String, OnnxTensor> inputs, ForwardRequest request, @Nullable KeyValueCache cache)
            throws OrtException {
        int rows = request.rows();
        int width = request.width();
        int total = 0;
        for (int row = 0; row < rows; row++) {
            total = Math.max(total, request.tokens().get(row).length + past(cache, row));
        }
        LongBuffer ids = longs(rows, width);
        LongBuffer mask = longs(rows, total);
        for (int row = 0; row < rows; row++) {
            int[] tokens = request.tokens().get(row);
            for (int i = 0; i < tokens.length; i++) {
                ids.put(row * width + i, tokens[i]);
            }
            for (int i = 0; i < tokens.length + past(cache, row); i++) {
                mask.put(row * total + i, 1);
            }
        }
        inputs.put(GraphContract.INPUT_IDS, wrap(ids, rows, width));
        inputs.put(GraphContract.ATTENTION_MASK, wrap(mask, rows, total));
    }

    /** Directions and coefficients; without steering a single zero direction with a single zero coefficient. */
    void steering(
            Map<String, OnnxTensor> inputs, ForwardRequest request, @Nullable KeyValueCache cache, DirectionSet none)
            throws OrtException {
        Steering steering = request.steering();
        if (steering == null) {
            inputs.put(GraphContract.STEERING_VECTORS, directions(none));
            inputs.put(GraphContract.STEERING_COEFFS, wrap(floats(1, 1, 1), 1, 1, 1));
            return;
        }
        inputs.put(GraphContract.STEERING_VECTORS, directions(steering.added()));
        inputs.put(
                GraphContract.STEERING_COEFFS,
                coefficients(steering.schedules(), steering.added().count(), request, cache));
        Projecting projection = steering.projection();
        if (projection != null) {
            int count = projection.directions().count();
            FloatBuffer floors = floats(count);
            for (int r = 0; r < count; r++) {
                floors.put(r, projection.twoSided() ? -Float.MAX_VALUE : 0f);
            }
            inputs.put(GraphContract.PROJECTION_VECTORS, directions(projection.directions()));
            inputs.put(GraphContract.PROJECTION_COEFFS, coefficients(projection.schedules(), count, request, cache));
            inputs.put(GraphContract.PROJECTION_FLOORS, wrap(floors, count));
        }
    }

    /** Which tokens are captured and which positions' logits are computed. */
    void wanted(Map<String, OnnxTensor> inputs, ForwardRequest request) throws OrtException {
        int rows = request.rows();
        int width = request.width();
        FloatBuffer weights = floats(rows, request.capturesPerRow(), width);
        LongBuffer positions = longs(rows, request.logitsPerRow());
        for (int row = 0; row < rows; row++) {
            int length = request.tokens().get(row).length;
            for (int m = 0; m < request.capturesPerRow(); m++) {
                Capture capture = request.captures().get(row).get(m);
                if (capture.last() >= length) {
                    throw new IllegalArgumentException(capture + " of a row of " + length + " tokens");
                }
                float weight = 1f / (capture.last() - capture.first() + 1);
                for (int i = capture.first(); i <= capture.last(); i++) {
                    weights.put((row * request.capturesPerRow() + m) * width + i, weight);
                }
            }
            for (int position : request.logits().get(row)) {
                if (position < 0 || position >= length) {
                    throw new IllegalArgumentException("logits of token " + position + " of a row of " + length);
                }
                positions.put(position);
            }
        }
        inputs.put(GraphContract.CAPTURE_WEIGHTS, wrap(weights, rows, request.capturesPerRow(), width));
        inputs.put(GraphContract.LOGIT_POSITIONS, wrap(positions.rewind(), rows, request.logitsPerRow()));
    }

    /** An empty past: the pass starts at every row's beginning and keeps nothing. */
    void noPast(Map<String, OnnxTensor> inputs, BundleManifest model, int rows) throws OrtException {
        for (CacheEntry entry : model.signature().cache().entries()) {
            inputs.put(
                    entry.past(),
                    keep(of(environment, entry.type(), memory(entry.type().bytes(), 0), entry.sizes(rows, 0))));
        }
    }

    /** A tensor over direct memory, of a type that caches have. */
    static OnnxTensor of(OrtEnvironment environment, DType type, ByteBuffer memory, long... shape) throws OrtException {
        return switch (type) {
            case F32 -> OnnxTensor.createTensor(environment, memory.asFloatBuffer(), shape);
            case F16 -> OnnxTensor.createTensor(environment, memory, shape, OnnxJavaType.FLOAT16);
            default -> throw new IllegalArgumentException("a cache of " + type);
        };
    }

    OnnxTensor wrap(FloatBuffer values, long... shape) throws OrtException {
        return keep(OnnxTensor.createTensor(environment, values, shape));
    }

    private OnnxTensor wrap(LongBuffer values, long... shape) throws OrtException {
        return keep(OnnxTensor.createTensor(environment, values, shape));
    }

    private OnnxTensor directions(DirectionSet set) throws OrtException {
        return wrap(set.buffer(), set.points(), set.count(), set.hidden());
    }

    private OnnxTensor coefficients(
            List<Schedule> schedules, int count, ForwardRequest request, @Nullable KeyValueCache cache)
            throws OrtException {
        int rows = request.rows();
        int width = request.width();
        if (schedules.size() != 1 && schedules.size() != rows) {
            throw new IllegalArgumentException(schedules.size() + " schedules for " + rows + " rows");
        }
        FloatBuffer coefficients = floats(rows, width, count);
        for (int row = 0; row < rows; row++) {
            Schedule schedule = schedules.get(schedules.size() == 1 ? 0 : row);
            int before = past(cache, row);
            for (int i = 0; i < request.tokens().get(row).length; i++) {
                for (int k = 0; k < count; k++) {
                    coefficients.put((row * width + i) * count + k, schedule.strength(before + i, k));
                }
            }
        }
        return wrap(coefficients, rows, width, count);
    }

    private static int past(@Nullable KeyValueCache cache, int row) {
        return cache == null ? 0 : cache.length(row);
    }

    static FloatBuffer floats(long... shape) {
        return memory(Float.BYTES, shape).asFloatBuffer();
    }

    private static LongBuffer longs(long... shape) {
        return memory(Long.BYTES, shape).asLongBuffer();
    }

    private static ByteBuffer memory(long bytes, long... shape) {
        for (long size : shape) {
            bytes = Math.multiplyExact(bytes, size);
        }
        if (bytes > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("a tensor of " + bytes + " bytes; run fewer rows at once");
        }
        return ByteBuffer.allocateDirect((int) bytes).order(ByteOrder.nativeOrder());
    }

    private OnnxTensor keep(OnnxTensor tensor) {
        open.add(tensor);
        return tensor;
    }

    @Override
    public void close() {
        open.forEach(OnnxTensor::close);
    }
}
