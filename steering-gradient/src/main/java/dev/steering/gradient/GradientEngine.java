package dev.steering.gradient;

import ai.onnx.proto.OnnxMl.ModelProto;
import dev.steering.core.BadRequest;
import dev.steering.core.ContextExceeded;
import dev.steering.core.bundle.Bundle;
import dev.steering.export.ExportedDecoder;
import dev.steering.export.decoder.DecoderSpec;
import dev.steering.model.ort.graph.TensorGraph;
import dev.steering.model.ort.graph.TensorInputs;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Runs the gradient graph of a bundle, and the graph of the losses alone, in micro-batches. Both graphs are made when they are first
 * needed, in memory: nothing is written, and the weights are mapped from the bundle. Thread-safe.
 */
final class GradientEngine implements AutoCloseable {
    private final Bundle bundle;
    private final ExportedDecoder decoder;
    private final GradientTarget target;
    private final GradientOptions options;
    private @Nullable TensorGraph gradients;
    private @Nullable TensorGraph losses;
    private boolean closed;

    GradientEngine(Bundle bundle, GradientTarget target, GradientOptions options) {
        this.bundle = bundle;
        this.decoder = ExportedDecoder.open(bundle, "Gradients");
        this.target = target;
        this.options = options;
        GradientGraph.requirePoints(decoder.spec(), target);
    }

    DecoderSpec spec() {
        return decoder.spec();
    }

    /**
     * @param variable name of the input that is differentiated by
     * @param values its values, {@code [rows, hidden]}
     * @param rows the batch
     */
    LossGradient gradient(String variable, float[] values, List<GradientRow> rows) {
        double[] sum = new double[values.length];
        List<Double> means = run(graph(true), variable, values, rows, part -> {
            for (int i = 0; i < sum.length; i++) {
                sum[i] += part[i];
            }
        });
        return new LossGradient(loss(rows, means), means, sum);
    }

    List<Double> losses(String variable, float[] values, List<GradientRow> rows) {
        return run(graph(false), variable, values, rows, null);
    }

    private static double loss(List<GradientRow> rows, List<Double> means) {
        double loss = 0;
        for (int i = 0; i < means.size(); i++) {
            loss += rows.get(i).weight() * means.get(i);
        }
        return loss;
    }

    /** Receives what one micro-batch adds to the gradient. */
    @FunctionalInterface
    private interface Sink {
        void add(float[] part);
    }

    private List<Double> run(
            TensorGraph graph, String variable, float[] values, List<GradientRow> rows, @Nullable Sink sink) {
        int hidden = spec().hidden();
        List<String> outputs = new ArrayList<>();
        for (LossTerm term : LossTerm.values()) {
            outputs.add(GradientNames.losses(term));
        }
        if (sink != null) {
            outputs.add(GradientNames.GRADIENT);
        }
        rows.forEach(this::requireFits);
        List<Double> means = new ArrayList<>(Collections.nCopies(rows.size(), 0.0));
        for (MicroBatch batch : MicroBatch.of(rows, options.tokens())) {
            TensorInputs inputs = batch.inputs(target, values.length / hidden);
            inputs.floats(variable, values, values.length / hidden, hidden);
            Iterator<float[]> result = graph.run(inputs, outputs).iterator();
            for (LossTerm term : LossTerm.values()) {
                collect(batch, term, result.next(), means);
            }
            if (sink != null) {
                sink.add(result.next());
            }
        }
        return means;
    }

    private static void collect(MicroBatch batch, LossTerm term, float[] losses, List<Double> means) {
        int next = 0;
        for (int r : batch.rowsOf(term)) {
            int length = batch.row(r).responseLength();
            double sum = 0;
            for (int i = 0; i < length; i++) {
                sum += losses[next++];
            }
            means.set(batch.indices()[r], sum / length);
        }
    }

    private void requireFits(GradientRow row) {
        if (row.length() > spec().context()) {
            throw new ContextExceeded(
                    "A row of " + row.length()
                            + " tokens, soft prompt and response included, is longer" + " than the context of "
                            + bundle.manifest().name() + ", " + spec().context() + ". Shorten it.",
                    row.length(),
                    spec().context());
        }
        for (int i = 0; i < row.length(); i++) {
            int token = row.token(i);
            if (token < 0 || token >= spec().vocabulary()) {
                throw new BadRequest("There is no token " + token + ": the vocabulary of "
                        + bundle.manifest().name() + " is 0 to " + (spec().vocabulary() - 1) + ".");
            }
        }
    }

    private synchronized TensorGraph graph(boolean differentiated) {
        if (closed) {
            throw new IllegalStateException("closed");
        }
        TensorGraph open = differentiated ? gradients : losses;
        if (open == null) {
            ModelProto model = GradientGraph.build(decoder, target, differentiated);
            open = TensorGraph.open(model.toByteArray(), bundle.directory(), options.runtime());
            if (differentiated) {
                gradients = open;
            } else {
                losses = open;
            }
        }
        return open;
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (gradients != null) {
            gradients.close();
        }
        if (losses != null) {
            losses.close();
        }
    }
}
