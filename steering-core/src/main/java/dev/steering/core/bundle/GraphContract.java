package dev.steering.core.bundle;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Names of the graph inputs and outputs that every bundle's graphs share.
 *
 * <p>B rows, S new tokens, T tokens including the cache, P = layers + 1 residual-stream points, H hidden, V vocabulary, K
 * added directions, R projected directions, N gated directions, M captures per row, J logit positions per row.
 */
public final class GraphContract {
    /** {@code int64[B,S]}, right-padded. */
    public static final String INPUT_IDS = "input_ids";

    /** {@code int64[B,T]}; the sum of row b is its total length. */
    public static final String ATTENTION_MASK = "attention_mask";

    /** {@code f32[P,K,H]}: K directions at each point. */
    public static final String STEERING_VECTORS = "steering.vectors";

    /** {@code f32[B|1,S|1,K]}: how much of each direction is added per row and position. */
    public static final String STEERING_COEFFS = "steering.coeffs";

    /** {@code f32[P,R,H]}: unit directions to project out at each point (projection graph only). */
    public static final String PROJECTION_VECTORS = "projection.vectors";

    /** {@code f32[B|1,S|1,R]}: the share of each component that is removed (projection graph only). */
    public static final String PROJECTION_COEFFS = "projection.coeffs";

    /** {@code f32[R]}: components below it count as it; 0 makes a projection one-sided (projection graph only). */
    public static final String PROJECTION_FLOORS = "projection.floors";

    /**
     * {@code f32[B|1,S|1,P]}: 1 where point p keeps the norm that it had before it was moved, 0 elsewhere (projection graph only;
     * bundles made before it was added lack it).
     */
    public static final String KEPT_NORMS = "norm.kept";

    /** {@code f32[P,N,H]}: what each gate reads at each point: its value is the product with the stream there (gated graph only). */
    public static final String GATE_READS = "gate.reads";

    /** {@code f32[P,N,H]}: what each gate's value is a coefficient of (gated graph only). */
    public static final String GATE_VECTORS = "gate.vectors";

    /** {@code f32[B|1,S|1,N]}: what gates' values are multiplied with; 0 = untouched (gated graph only). */
    public static final String GATE_COEFFS = "gate.coeffs";

    /** {@code f32[P,N]}: added to what was read (gated graph only). */
    public static final String GATE_OFFSETS = "gate.offsets";

    /** {@code f32[2,N]}: the least and the most that a gate's value can be (gated graph only). */
    public static final String GATE_LIMITS = "gate.limits";

    /** {@code f32[N]}: 1 where a gate reads the position that it writes to, 0 where it reads its row's (gated graph only). */
    public static final String GATE_OWN = "gate.own";

    /** {@code f32[B|1,1,S]}: 1 at the position that a row's gates read, 0 elsewhere (gated graph only). */
    public static final String GATE_POSITIONS = "gate.positions";

    /** {@code f32[B,M,S]}: pooled capture; one-hot picks a token, uniform takes a mean. */
    public static final String CAPTURE_WEIGHTS = "capture.weights";

    /** {@code int64[B,J]}: positions whose logits are wanted; J = 0 skips the vocabulary head. */
    public static final String LOGIT_POSITIONS = "logit.positions";

    /** {@code f32[B,J,V]}. */
    public static final String LOGITS = "logits";

    /** {@code f32[B,P,M,H]}, captured after steering. */
    public static final String CAPTURED = "captured";

    /** {@code f32[N,H]}: the only input of a head graph. */
    public static final String HEAD_INPUT = "head.input";

    /** {@code f32[N,V]}: the only output of a head graph. */
    public static final String HEAD_OUTPUT = "head.output";

    private GraphContract() {}

    /** @return what all bundles' graphs share, with types and shapes, for the manifest's readers */
    static Map<String, String> describe() {
        Map<String, String> names = new LinkedHashMap<>();
        names.put(
                STEERING_VECTORS, "input f32[P,K,H], added at residual-stream point p (p = layer + 1; 0 = embedding)");
        names.put(STEERING_COEFFS, "input f32[B|1,S|1,K]");
        names.put(PROJECTION_VECTORS, "input f32[P,R,H], projection graph only");
        names.put(PROJECTION_COEFFS, "input f32[B|1,S|1,R], projection graph only");
        names.put(PROJECTION_FLOORS, "input f32[R], projection graph only");
        names.put(KEPT_NORMS, "input f32[B|1,S|1,P], projection graph only");
        names.put(GATE_READS, "input f32[P,N,H], gated graph only");
        names.put(GATE_VECTORS, "input f32[P,N,H], gated graph only");
        names.put(GATE_COEFFS, "input f32[B|1,S|1,N], gated graph only");
        names.put(GATE_OFFSETS, "input f32[P,N], gated graph only");
        names.put(GATE_LIMITS, "input f32[2,N], least and most, gated graph only");
        names.put(GATE_OWN, "input f32[N], gated graph only");
        names.put(GATE_POSITIONS, "input f32[B|1,1,S], gated graph only");
        names.put(CAPTURE_WEIGHTS, "input f32[B,M,S]");
        names.put(LOGIT_POSITIONS, "input int64[B,J]");
        names.put(LOGITS, "output f32[B,J,V], under the name that the signature says");
        names.put("others", "as the signature says");
        names.put(CAPTURED, "output f32[B,P,M,H], after steering");
        return names;
    }

    /**
     * @param layer 0-based layer
     * @return name of the input with its cached keys, {@code [B, key/value heads, capacity, head size]}
     */
    public static String pastKey(int layer) {
        return "past_key_values." + layer + ".key";
    }

    /**
     * @param layer 0-based layer
     * @return name of the input with its cached values, shaped like the keys
     */
    public static String pastValue(int layer) {
        return "past_key_values." + layer + ".value";
    }

    /**
     * @param layer 0-based layer
     * @return name of the output with its updated keys
     */
    public static String presentKey(int layer) {
        return "present." + layer + ".key";
    }

    /**
     * @param layer 0-based layer
     * @return name of the output with its updated values
     */
    public static String presentValue(int layer) {
        return "present." + layer + ".value";
    }

    /**
     * @param layer 0-based layer
     * @param state which of its states
     * @return the input with what the layer left behind the past
     */
    public static String pastState(int layer, String state) {
        return "past_states." + layer + "." + state;
    }

    /**
     * @param layer 0-based layer
     * @param state which of its states
     * @return the output with what it leaves behind the new tokens
     */
    public static String presentState(int layer, String state) {
        return "present_states." + layer + "." + state;
    }
}
