package dev.steering.export.instrument.signature;

import ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.steering.core.BadFile;
import dev.steering.core.SteeringException;
import dev.steering.core.bundle.GraphSignature.CacheEntry;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The axes of a cache tensor: rows, positions, and numbers, some of which exporters leave open. */
final class CacheShape {
    private static final int USUAL_RANK = 4;
    private static final int USUAL_LENGTH = 2;
    private static final int USUAL_HEADS = 1;

    private final ValueInfoProto past;
    private final List<Dimension> axes;
    private final List<Dimension> continued;

    private CacheShape(ValueInfoProto past, ValueInfoProto present) {
        this.past = past;
        this.axes = SignatureReader.dimensions(past);
        this.continued = SignatureReader.dimensions(present);
    }

    /**
     * @throws SteeringException if an axis stays open
     */
    static List<String> of(ValueInfoProto past, ValueInfoProto present, Overrides overrides, HeadSizes head) {
        CacheShape shape = new CacheShape(past, present);
        int rank = shape.axes.isEmpty() ? USUAL_RANK : shape.axes.size();
        int length = shape.length(rank);
        List<String> sizes = new ArrayList<>();
        for (int axis = 0; axis < rank; axis++) {
            sizes.add(axis == length ? CacheEntry.LENGTH : shape.size(axis, rank, overrides, head));
        }
        return sizes;
    }

    /** The axis that grows: the one that past and present call by different names. */
    private int length(int rank) {
        List<Integer> open = new ArrayList<>();
        for (int axis = 1; axis < axes.size(); axis++) {
            if (!axes.get(axis).hasDimValue()) {
                open.add(axis);
            }
        }
        if (open.size() == 1) {
            return open.get(0);
        }
        List<Integer> grown = open.stream()
                .filter(axis -> axis < continued.size()
                        && !continued
                                .get(axis)
                                .getDimParam()
                                .equals(axes.get(axis).getDimParam()))
                .toList();
        if (grown.size() == 1) {
            return grown.get(0);
        }
        if (rank == USUAL_RANK && (axes.isEmpty() || open.contains(USUAL_LENGTH))) {
            return USUAL_LENGTH;
        }
        if (!open.isEmpty()) {
            return open.get(open.size() - 1);
        }
        throw new BadFile(
                "no axis of the cache '" + past.getName() + "' can grow: it is declared as " + describe()
                        + ". States of convolutions and state-space layers cannot be fed yet: export the model without a cache");
    }

    private String size(int axis, int rank, Overrides overrides, HeadSizes head) {
        Dimension declared = axis < axes.size() ? axes.get(axis) : Dimension.getDefaultInstance();
        if (declared.hasDimValue() && declared.getDimValue() > 0 && axis > 0) {
            return Long.toString(declared.getDimValue());
        }
        if (axis == 0) {
            return rows(declared, rank, overrides, head);
        }
        Integer size = axis == USUAL_HEADS && rank == USUAL_RANK
                ? known(overrides.keyValueHeads(), head.keyValueHeads(past.getName()))
                : known(overrides.headSize(), head.headSize(past.getName()));
        if (size == null) {
            throw new BadFile("the cache '" + past.getName() + "' is declared as " + describe() + ", and neither its"
                    + " attention nor a config.json says what axis " + axis
                    + " is: give key_value_heads and head_size");
        }
        return Integer.toString(size);
    }

    /** Some exporters fold heads into the rows' axis: three axes, the first {@code batch * heads}. */
    private String rows(Dimension declared, int rank, Overrides overrides, HeadSizes head) {
        String name = declared.getDimParam();
        boolean folded = rank == 3 && (name.contains("*") || name.contains(" x ") || name.contains("head"));
        if (!folded) {
            return CacheEntry.BATCH;
        }
        Integer heads = known(overrides.keyValueHeads(), head.keyValueHeads(past.getName()));
        if (heads == null) {
            throw new BadFile("the first axis of the cache '" + past.getName() + "' holds rows and heads (" + describe()
                    + "), and nothing says how many heads: give key_value_heads");
        }
        return heads + "*" + CacheEntry.BATCH;
    }

    private static @Nullable Integer known(@Nullable Integer given, @Nullable Integer found) {
        return given != null ? given : found;
    }

    private String describe() {
        return axes.stream()
                .map(d -> d.hasDimValue() ? Long.toString(d.getDimValue()) : d.getDimParam())
                .toList()
                .toString();
    }
}
