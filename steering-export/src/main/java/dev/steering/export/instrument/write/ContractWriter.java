package dev.steering.export.instrument.write;

import static dev.steering.core.bundle.GraphContract.CAPTURE_WEIGHTS;
import static dev.steering.core.bundle.GraphContract.KEPT_NORMS;
import static dev.steering.core.bundle.GraphContract.LOGIT_POSITIONS;
import static dev.steering.core.bundle.GraphContract.PROJECTION_COEFFS;
import static dev.steering.core.bundle.GraphContract.PROJECTION_FLOORS;
import static dev.steering.core.bundle.GraphContract.PROJECTION_VECTORS;
import static dev.steering.core.bundle.GraphContract.STEERING_COEFFS;
import static dev.steering.core.bundle.GraphContract.STEERING_VECTORS;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.steering.core.safetensors.DType;
import dev.steering.export.graph.GraphVariant;
import dev.steering.export.instrument.find.Decoder;
import dev.steering.export.instrument.find.HeadInput;
import dev.steering.export.instrument.find.Point;
import dev.steering.export.instrument.write.GraphEditor.Place;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Adds steering, capture and gathered logits to the graph in which a decoder lies.
 *
 * <p>A tensor's producer writes to another name, and the sum of that and the steering gets the tensor's own: whoever read the
 * tensor reads it steered. At a fused skip-norm the steering is added to the skip input. Everything is computed in the point's
 * own precision; the contract's inputs and outputs are single precision.
 */
final class ContractWriter {
    private static final String UNSTEERED = "/unsteered";

    /** Divides instead of a length of zero, so that nothing that is not wanted becomes infinite. */
    private static final float SMALLEST = Float.MIN_NORMAL;

    private final Decoder decoder;
    private final GraphEditor editor;
    private final TypeInference types;
    private final boolean projection;
    private final @Nullable GateWriter gates;
    private final List<String> captured = new ArrayList<>();

    private ContractWriter(Decoder decoder, int opset, GraphVariant variant) {
        this.decoder = decoder;
        this.editor = new GraphEditor(decoder.scope().graph(), opset, decoder.prefix());
        this.types = new TypeInference(decoder.scope());
        this.projection = variant.projects();
        this.gates = variant.gates() ? new GateWriter(editor) : null;
    }

    /**
     * @param decoder a decoder in its graph
     * @param opset version of the standard operators
     * @param variant what the graph can do
     * @param beforeHead whether positions are picked before the vocabulary head rather than after it
     * @param capturedName what to call the output with captures
     * @return the graph with the contract; inputs are not declared yet, since a branch takes them from outside
     */
    static GraphProto write(Decoder decoder, int opset, GraphVariant variant, boolean beforeHead, String capturedName) {
        ContractWriter writer = new ContractWriter(decoder, opset, variant);
        for (int p = 0; p < decoder.points().size(); p++) {
            writer.point(p, decoder.points().get(p));
        }
        writer.logits(beforeHead);
        writer.captured(capturedName);
        return writer.editor.build();
    }

    private void point(int p, Point point) {
        String tensor = point.skip() ? skipNorm(p, point) : tensor(p, point);
        String wide = types.of(typeOf(point)) == DType.F32
                ? tensor
                : editor.cast(editor.end(), tensor, local(p, "wide"), DType.F32);
        String pooled = editor.op(editor.end(), "MatMul", local(p, "pooled"), List.of(CAPTURE_WEIGHTS, wide));
        captured.add(editor.unsqueeze(editor.end(), pooled, local(p, "captured"), 1));
    }

    private String typeOf(Point point) {
        return point.skip() ? decoder.scope().node(point.node()).getInput(0) : point.tensor();
    }

    private String tensor(int p, Point point) {
        DType type = types.of(point.tensor());
        Place place = editor.after(point.node());
        String unsteered = editor.divert(point.node(), point.tensor(), UNSTEERED);
        String change = change(p, place, unsteered, type);
        return editor.op(place, "Add", point.tensor(), List.of(unsteered, change));
    }

    private String skipNorm(int p, Point point) {
        NodeProto.Builder node = editor.node(point.node());
        DType type = types.of(node.getInput(0));
        Place place = editor.before(point.node());
        String value = "";
        if (projection) {
            value = editor.op(place, "Add", local(p, "sum"), List.of(node.getInput(0), node.getInput(1)));
            String bias = skipBias(node);
            value = bias.isEmpty() ? value : editor.op(place, "Add", local(p, "biased"), List.of(value, bias));
        }
        String change = change(p, place, value, type);
        node.setInput(1, editor.op(place, "Add", local(p, "skip"), List.of(node.getInput(1), change)));
        while (node.getOutputCount() <= Point.SKIP_SUM_OUTPUT) {
            node.addOutput("");
        }
        if (node.getOutput(Point.SKIP_SUM_OUTPUT).isEmpty()) {
            node.setOutput(Point.SKIP_SUM_OUTPUT, local(p, "stream"));
        }
        return node.getOutput(Point.SKIP_SUM_OUTPUT);
    }

    /** The bias that skip-norms may add to the branch: the last input, after gamma and, with mean, beta. */
    private static String skipBias(NodeProto.Builder node) {
        int at = node.getOpType().equals("SkipSimplifiedLayerNormalization") ? 3 : 4;
        return node.getInputCount() > at ? node.getInput(at) : "";
    }

    /**
     * What is added at a point, in its own precision: {@code C V}, and with projection {@code d + E (|x| / |x + d| - 1) (x + d)} with
     * {@code d = C V - (D max(x U', F)) U}, where gates can be with what {@link GateWriter} writes.
     */
    private String change(int p, Place place, String value, DType type) {
        String index = editor.longs(local(p, "index"), p);
        String vectors = editor.op(
                place, "Gather", local(p, "vectors"), List.of(STEERING_VECTORS, index), GraphEditor.integer("axis", 0));
        String delta = editor.op(place, "MatMul", local(p, "delta"), List.of(STEERING_COEFFS, vectors));
        if (projection) {
            String wide = type == DType.F32 ? value : editor.cast(place, value, local(p, "value"), DType.F32);
            if (gates != null) {
                String written = gates.written(place, wide, index, local(p, "gate"));
                delta = editor.op(place, "Add", local(p, "added"), List.of(delta, written));
            }
            String moved = editor.op(place, "Sub", local(p, "moved"), List.of(delta, component(p, place, wide, index)));
            delta = resized(p, place, wide, moved, index);
        }
        return type == DType.F32 ? delta : editor.cast(place, delta, local(p, "narrow"), type);
    }

    private String component(int p, Place place, String wide, String index) {
        String directions = editor.op(
                place,
                "Gather",
                local(p, "directions"),
                List.of(PROJECTION_VECTORS, index),
                GraphEditor.integer("axis", 0));
        String transposed = editor.op(
                place, "Transpose", local(p, "transposed"), List.of(directions), GraphEditor.integers("perm", 0, 2, 1));
        String components = editor.op(place, "MatMul", local(p, "components"), List.of(wide, transposed));
        String floored = editor.op(place, "Max", local(p, "floored"), List.of(components, PROJECTION_FLOORS));
        String scaled = editor.op(place, "Mul", local(p, "scaled"), List.of(floored, PROJECTION_COEFFS));
        return editor.op(place, "MatMul", local(p, "removed"), List.of(scaled, directions));
    }

    /** The change d, so that x + d gets the length of x where norms are kept. */
    private String resized(int p, Place place, String value, String moved, String index) {
        String steered = editor.op(place, "Add", local(p, "steered"), List.of(value, moved));
        String length = editor.length(place, steered, local(p, "length.steered"));
        String divisor = editor.op(
                place, "Max", local(p, "divisor"), List.of(length, editor.number(local(p, "smallest"), SMALLEST)));
        String ratio = editor.op(
                place, "Div", local(p, "ratio"), List.of(editor.length(place, value, local(p, "length")), divisor));
        String missing =
                editor.op(place, "Sub", local(p, "missing"), List.of(ratio, editor.number(local(p, "one"), 1)));
        String kept = editor.op(
                place, "Gather", local(p, "kept"), List.of(KEPT_NORMS, index), GraphEditor.integer("axis", 2));
        String wanted = editor.op(place, "Mul", local(p, "wanted"), List.of(missing, kept));
        String more = editor.op(place, "Mul", local(p, "more"), List.of(steered, wanted));
        return editor.op(place, "Add", local(p, "change"), List.of(moved, more));
    }

    /** Picks positions before the head, or after it where the head does not allow that, and widens narrow logits. */
    private void logits(boolean beforeHead) {
        String logits = decoder.logits();
        DType type = types.of(logits);
        if (beforeHead) {
            HeadInput.Found head = decoder.head();
            // After whatever steers the tensor: it may be the last point itself.
            String picked = editor.gatherPositions(
                    editor.after(decoder.producer(head.source())),
                    head.source(),
                    editor.name("steering.head.input"),
                    LOGIT_POSITIONS);
            decoder.scope().consumers(head.tensor()).forEach(reader -> editor.redirect(reader, head.tensor(), picked));
            if (type == DType.F32) {
                return;
            }
        }
        int producer = decoder.producer(logits);
        String raw = editor.divert(producer, logits, "/raw");
        Place place = editor.after(producer);
        if (type == DType.F32) {
            editor.gatherPositions(place, raw, logits, LOGIT_POSITIONS);
        } else if (beforeHead) {
            editor.cast(place, raw, logits, DType.F32);
        } else {
            String picked = editor.gatherPositions(place, raw, editor.name("steering.logits"), LOGIT_POSITIONS);
            editor.cast(place, picked, logits, DType.F32);
        }
    }

    private void captured(String name) {
        editor.op(editor.end(), "Concat", name, captured, GraphEditor.integer("axis", 1));
        editor.graph().addOutput(ValueInfoProto.newBuilder().setName(name));
    }

    private String local(int point, String part) {
        return editor.name("steering.point." + point + "." + part);
    }
}
