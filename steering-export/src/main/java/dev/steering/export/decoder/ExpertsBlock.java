package dev.steering.export.decoder;

import dev.steering.core.safetensors.DType;
import dev.steering.export.decoder.DecoderOps.Stacked;
import dev.steering.export.decoder.DecoderSpec.Choice;
import dev.steering.export.decoder.DecoderSpec.ExpertGate;
import dev.steering.export.decoder.DecoderSpec.ExpertPlace;
import dev.steering.export.decoder.DecoderSpec.ExpertStorage;
import dev.steering.export.decoder.DecoderSpec.Experts;
import dev.steering.export.decoder.DecoderSpec.Routing;
import dev.steering.export.graph.GraphBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A mixture of experts in standard operators: every expert takes the tokens that chose it and multiplies nothing for the others, so a
 * pass costs the products of the experts in use, and the weights stay where they are in the checkpoint. Scores and sums are computed in single
 * precision.
 *
 * <p>With n tokens and m of them at an expert: {@code places [m, 2]} are the token's number and a zero, for arrays {@code [n, 1, ..]}.
 */
final class ExpertsBlock {
    private static final float LIMIT = 7;
    private static final float SLOPE = 1.702f;

    private final DecoderSpec spec;
    private final DecoderOps ops;
    private final GraphBuilder graph;

    ExpertsBlock(DecoderSpec spec, DecoderOps ops) {
        this.spec = spec;
        this.ops = ops;
        this.graph = ops.graph();
    }

    String write(int layer, String input) {
        return write(layer, input, null);
    }

    /**
     * @param input what the experts read
     * @param stream what a router with a norm of its own reads; null if it reads what the experts do
     */
    String write(int layer, String input, @Nullable String stream) {
        Experts experts = Objects.requireNonNull(spec.experts());
        constants(experts);
        String name = spec.names().layer(layer) + "experts.";
        String tokens = graph.node("Reshape", name + "tokens", input, "experts.token_shape");
        String routed = stream == null
                ? ops.widen(tokens)
                : graph.node("Reshape", name + "routed", ownNorm(layer, name, stream), "experts.token_shape");
        List<String> shares = shares(layer, name, experts, routed);
        String rows = graph.node("Unsqueeze", name + "rows", tokens, "experts.middle");
        graph.node("Shape", name + "rows.shape", rows);
        String sum = graph.node("ConstantOfShape", name + "sum.0", name + "rows.shape");
        for (int e = 0; e < experts.count(); e++) {
            sum = added(layer, e, name + e + ".", rows, shares.get(e), sum);
        }
        String flat = ops.narrow(graph.node("Reshape", name + "flat", sum, "experts.token_shape"));
        if (experts.sharedWidth() > 0) {
            flat = graph.node("Add", name + "with_shared", flat, shared(layer, name + "shared.", experts, tokens));
        }
        graph.node("Shape", name + "shape", input);
        return graph.node("Reshape", name + "output", flat, name + "shape");
    }

    /** {@code norm(x) * scale / sqrt(hidden)} without a weight of the norm. */
    private String ownNorm(int layer, String name, String stream) {
        String scale = ops.weight(spec.names().of(Part.ROUTER_SCALE, layer), DType.F32, spec.hidden());
        String gamma = ops.scaled(scale, 1 / Math.sqrt(spec.hidden()));
        graph.node(
                "SimplifiedLayerNormalization",
                List.of(stream, gamma),
                List.of(name + "router.normed"),
                Map.of("epsilon", (float) spec.norms().epsilon(), "axis", -1L, "stash_type", 1L));
        return name + "router.normed";
    }

    private void constants(Experts experts) {
        if (graph.has("experts.token_shape")) {
            return;
        }
        graph.longs("experts.token_shape", new long[] {-1, spec.hidden()}, 2);
        graph.longs("experts.middle", new long[] {1}, 1);
        graph.longs("experts.column", new long[] {-1, 1}, 2);
        graph.longs("experts.last", new long[] {-1}, 1);
        graph.longs("experts.used", new long[] {experts.used()}, 1);
        if (experts.gate() == ExpertGate.CLAMPED) {
            graph.longs("experts.pairs", new long[] {0, experts.width(), 2}, 3);
            graph.longs("experts.single", new long[] {0, experts.width()}, 2);
            graph.floats("experts.limit.f32", new float[] {LIMIT});
            graph.floats("experts.floor.f32", new float[] {-LIMIT});
            graph.floats("experts.one.f32", new float[] {1});
        }
    }

    /** What share every token takes of every expert, {@code [n, 1, 1]} each; 0 for those that it does not use. */
    private List<String> shares(int layer, String name, Experts experts, String tokens) {
        String router = spec.names().of(Part.ROUTER, layer);
        String scores = name + "scores";
        String weight = ops.weight(router + ".weight", DType.F32, experts.count(), spec.hidden());
        graph.fused("FusedMatMul", List.of(tokens, weight), List.of(scores), Map.of("transB", 1L));
        if (experts.bias()) {
            scores = graph.node(
                    "Add", scores + ".biased", scores, ops.weight(router + ".bias", DType.F32, experts.count()));
        }
        Routing routing = experts.routing();
        String values = values(name, routing, scores);
        String choice = choice(layer, name, experts, values);
        String chosen = name + "chosen";
        graph.node("TopK", List.of(choice, "experts.used"), List.of(name + "largest", chosen), Map.of("axis", -1L));
        String share = name + "share";
        graph.node("GatherElements", List.of(values, chosen), List.of(share), Map.of("axis", 1L));
        if (routing == Routing.SOFTMAX_OF_LARGEST) {
            graph.node("Softmax", List.of(share), List.of(share + ".normed"), Map.of("axis", -1L));
            share = share + ".normed";
        } else if (routing == Routing.SIGMOID_NORMED) {
            graph.node("ReduceSum", List.of(share, "experts.last"), List.of(share + ".sum"), Map.of("keepdims", 1L));
            String sum = share + ".sum";
            if (experts.choice().epsilon() > 0) {
                graph.floats(
                        sum + ".epsilon", new float[] {(float) experts.choice().epsilon()});
                sum = graph.node("Add", sum + ".shifted", sum, sum + ".epsilon");
            }
            share = graph.node("Div", share + ".normed", share, sum);
        }
        share = ops.scaled(share, experts.choice().scale());
        graph.node("Shape", name + "scores.shape", scores);
        graph.node("ConstantOfShape", name + "none", name + "scores.shape");
        String all = name + "shares";
        graph.node("ScatterElements", List.of(name + "none", chosen, share), List.of(all), Map.of("axis", 1L));
        if (experts.place() == ExpertPlace.BESIDE_MLP) {
            String own = ops.weight(spec.names().of(Part.EXPERT_SCALES, layer), DType.F32, experts.count());
            all = graph.node("Mul", all + ".of_experts", all, own);
        }
        String wide = graph.node("Unsqueeze", all + ".wide", ops.narrow(all), "experts.last");
        List<String> parts = new ArrayList<>();
        for (int e = 0; e < experts.count(); e++) {
            parts.add(name + e + ".shares");
        }
        graph.node("Split", List.of(wide), parts, Map.of("axis", 1L, "num_outputs", (long) experts.count()));
        return parts;
    }

    private String values(String name, Routing routing, String scores) {
        return switch (routing) {
            case SOFTMAX -> {
                graph.node("Softmax", List.of(scores), List.of(name + "probabilities"), Map.of("axis", -1L));
                yield name + "probabilities";
            }
            case SOFTMAX_OF_LARGEST -> scores;
            case SIGMOID, SIGMOID_NORMED -> graph.node("Sigmoid", name + "probabilities", scores);
        };
    }

    /** What the largest are taken of: the values, corrected, and lowest outside the groups that are kept. */
    private String choice(int layer, String name, Experts experts, String values) {
        Choice choice = experts.choice();
        String corrected = values;
        if (choice.corrected()) {
            String bias = spec.names().of(Part.ROUTER_CORRECTION, layer);
            corrected = graph.node("Add", name + "corrected", values, ops.weight(bias, DType.F32, experts.count()));
        }
        if (choice.groups() == 1) {
            return corrected;
        }
        int size = experts.count() / choice.groups();
        if (!graph.has("experts.groups")) {
            graph.longs("experts.groups", new long[] {-1, choice.groups(), size}, 3);
            graph.longs("experts.kept", new long[] {choice.kept()}, 1);
            graph.longs("experts.best", new long[] {choice.best()}, 1);
            graph.longs("experts.all", new long[] {-1, experts.count()}, 2);
            graph.floats("experts.lowest", new float[] {-Float.MAX_VALUE});
            graph.floats("experts.zero", new float[] {0});
        }
        String grouped = graph.node("Reshape", name + "grouped", corrected, "experts.groups");
        List<String> best = List.of(name + "best", name + "best.places");
        graph.node("TopK", List.of(grouped, "experts.best"), best, Map.of("axis", -1L));
        graph.node("ReduceSum", List.of(best.get(0), "experts.last"), List.of(name + "group"), Map.of("keepdims", 0L));
        List<String> kept = List.of(name + "kept.scores", name + "kept");
        graph.node("TopK", List.of(name + "group", "experts.kept"), kept, Map.of("axis", -1L));
        String distance = graph.node("Sub", name + "group.zero", kept.get(0), kept.get(0));
        String ones = graph.node("Exp", name + "group.ones", distance);
        graph.node("Shape", name + "group.shape", name + "group");
        graph.node("ConstantOfShape", name + "group.none", name + "group.shape");
        graph.node(
                "ScatterElements",
                List.of(name + "group.none", name + "kept", ones),
                List.of(name + "group.mask"),
                Map.of("axis", 1L));
        String wide = graph.node("Unsqueeze", name + "group.mask.wide", name + "group.mask", "experts.last");
        String open = graph.node("Greater", name + "group.open", wide, "experts.zero");
        String masked = graph.node("Where", name + "masked", open, grouped, "experts.lowest");
        return graph.node("Reshape", name + "choice", masked, "experts.all");
    }

    private String added(int layer, int expert, String name, String rows, String shares, String sum) {
        String flat = graph.node("Reshape", name + "used", shares, "experts.column");
        String places = name + "places";
        graph.node("NonZero", name + "nonzero", flat);
        graph.node("Transpose", places, name + "nonzero");
        String mine = graph.node("GatherND", name + "tokens", rows, places);
        String share = graph.node("GatherND", name + "share", shares, places);
        boolean inputs = Objects.requireNonNull(spec.experts()).sharesInputs();
        String read = inputs ? graph.node("Mul", name + "shared_tokens", mine, share) : mine;
        String output = expert(layer, expert, name, read);
        String weighted = inputs ? output : graph.node("Mul", name + "weighted", output, share);
        String next = name + "sum";
        graph.node("ScatterND", List.of(sum, places, ops.widen(weighted)), List.of(next), Map.of("reduction", "add"));
        return next;
    }

    private String expert(int layer, int expert, String name, String tokens) {
        Experts experts = Objects.requireNonNull(spec.experts());
        TensorNames names = spec.names();
        long width = experts.width();
        long hidden = spec.hidden();
        if (experts.storage() == ExpertStorage.SEPARATE) {
            String gate = ops.linear(names.ofExpert(layer, expert, Part.EXPERT_GATE), tokens, width, hidden, false);
            String up = ops.linear(names.ofExpert(layer, expert, Part.EXPERT_UP), tokens, width, hidden, false);
            String activated = ops.activated(experts.activation(), name + "activated", gate);
            String inner = graph.node("Mul", name + "inner", activated, up);
            return ops.linear(names.ofExpert(layer, expert, Part.EXPERT_DOWN), inner, hidden, width, false);
        }
        boolean byRows = experts.storage() == ExpertStorage.STACKED;
        String gates = names.ofExperts(layer, Part.EXPERT_GATE);
        String downs = names.ofExperts(layer, Part.EXPERT_DOWN);
        int count = experts.count();
        Stacked first = new Stacked(gates, count, expert, byRows ? 2 * width : hidden, byRows ? hidden : 2 * width);
        String both = ops.stackedProduct(first, tokens, byRows, name + "gate_up");
        if (experts.bias()) {
            both = ops.stackedBias(gates + "_bias", count, expert, 2 * width, both);
        }
        String inner = inner(experts, name, both, experts.storage() != ExpertStorage.STACKED_INPUTS);
        Stacked second = new Stacked(downs, count, expert, byRows ? hidden : width, byRows ? width : hidden);
        String output = ops.stackedProduct(second, inner, byRows, name + "down");
        return experts.bias() ? ops.stackedBias(downs + "_bias", count, expert, hidden, output) : output;
    }

    private String inner(Experts experts, String name, String both, boolean gatesFirst) {
        String gate = name + "gate";
        String up = name + "up";
        if (gatesFirst) {
            graph.node("Split", List.of(both), List.of(gate, up), Map.of("axis", 1L, "num_outputs", 2L));
        } else {
            String pairs = graph.node("Reshape", name + "pairs", both, "experts.pairs");
            List<String> columns = List.of(gate + ".column", up + ".column");
            graph.node("Split", List.of(pairs), columns, Map.of("axis", 2L, "num_outputs", 2L));
            graph.node("Reshape", gate, columns.get(0), "experts.single");
            graph.node("Reshape", up, columns.get(1), "experts.single");
        }
        if (experts.gate() == ExpertGate.PLAIN) {
            return graph.node("Mul", name + "inner", ops.activated(experts.activation(), name + "activated", gate), up);
        }
        String most = ops.narrow("experts.limit.f32");
        String least = ops.narrow("experts.floor.f32");
        graph.node("Clip", List.of(gate, "", most), List.of(gate + ".clamped"), Map.of());
        graph.node("Clip", List.of(up, least, most), List.of(up + ".clamped"), Map.of());
        graph.fused("QuickGelu", List.of(gate + ".clamped"), List.of(name + "activated"), Map.of("alpha", SLOPE));
        String shifted = graph.node("Add", up + ".shifted", up + ".clamped", ops.narrow("experts.one.f32"));
        return graph.node("Mul", name + "inner", name + "activated", shifted);
    }

    private String shared(int layer, String name, Experts experts, String tokens) {
        String expert = spec.names().of(Part.SHARED_EXPERT, layer) + ".";
        long width = experts.sharedWidth();
        String gate = ops.linear(expert + "gate_proj", tokens, width, spec.hidden(), false);
        String up = ops.linear(expert + "up_proj", tokens, width, spec.hidden(), false);
        String activated = ops.activated(experts.activation(), name + "activated", gate);
        String inner = graph.node("Mul", name + "inner", activated, up);
        String output = ops.linear(expert + "down_proj", inner, spec.hidden(), width, false);
        if (!experts.sharedGated()) {
            return output;
        }
        String score = name + "score";
        String weight =
                ops.weight(spec.names().of(Part.SHARED_GATE, layer) + ".weight", ops.precision(), 1, spec.hidden());
        graph.fused("FusedMatMul", List.of(tokens, weight), List.of(score), Map.of("transB", 1L));
        return graph.node("Mul", name + "weighted", output, graph.node("Sigmoid", name + "share", score));
    }
}
