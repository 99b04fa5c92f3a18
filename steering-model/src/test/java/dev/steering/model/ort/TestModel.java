package dev.steering.model.ort;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.steering.core.bundle.GraphContract;
import dev.steering.model.pass.Capture;
import dev.steering.model.pass.DirectionSet;
import dev.steering.model.pass.ForwardRequest;
import dev.steering.model.pass.PassSteering;
import dev.steering.testkit.FixtureBundle;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The small Llama of the test resources (3 layers, hidden 64, vocabulary 160, context 256) and what tests ask of it. */
final class TestModel {
    static final int POINTS = 4;
    static final int HIDDEN = 64;
    static final int VOCABULARY = 160;
    static final int CONTEXT = 256;

    private TestModel() {}

    static LanguageModel open(Path directory) {
        Path bundle = directory.resolve("bundle");
        FixtureBundle.LLAMA.unpack(bundle);
        return LanguageModel.open(bundle);
    }

    /** The projection graph as it was before it could keep norms: the input is a constant zero inside. */
    static byte[] withoutKeptNorms(byte[] graph) throws InvalidProtocolBufferException {
        ModelProto.Builder model = ModelProto.parseFrom(graph).toBuilder();
        GraphProto.Builder inner = model.getGraphBuilder();
        for (int i = 0; i < inner.getInputCount(); i++) {
            if (inner.getInput(i).getName().equals(GraphContract.KEPT_NORMS)) {
                inner.removeInput(i);
            }
        }
        TensorProto.Builder zero =
                TensorProto.newBuilder().setName(GraphContract.KEPT_NORMS).setDataType(1);
        zero.addDims(1).addDims(1).addDims(POINTS);
        for (int p = 0; p < POINTS; p++) {
            zero.addFloatData(0);
        }
        inner.addInitializer(zero);
        return model.build().toByteArray();
    }

    static int[] tokens(int length, long seed) {
        return new Random(seed).ints(length, 3, VOCABULARY).toArray();
    }

    /** Logits and all points of every token. */
    static ForwardRequest everything(List<int[]> rows, @Nullable PassSteering steering) {
        int length = rows.get(0).length;
        List<Capture> each = IntStream.range(0, length).mapToObj(Capture::token).toList();
        int[] all = IntStream.range(0, length).toArray();
        return ForwardRequest.of(rows)
                .withSteering(steering)
                .withLogits(Collections.nCopies(rows.size(), all))
                .withCaptures(Collections.nCopies(rows.size(), each));
    }

    static float[] random(long seed, double norm) {
        Random random = new Random(seed);
        double[] values = random.doubles(HIDDEN, -1, 1).toArray();
        double length = Math.sqrt(Arrays.stream(values).map(x -> x * x).sum());
        float[] vector = new float[HIDDEN];
        for (int i = 0; i < HIDDEN; i++) {
            vector[i] = (float) (values[i] * norm / length);
        }
        return vector;
    }

    /** The vector at one point, zero at the others. */
    static float[][] at(int point, float[] vector) {
        float[][] points = new float[POINTS][HIDDEN];
        points[point] = vector.clone();
        return points;
    }

    static DirectionSet only(int point, float[] vector) {
        return DirectionSet.of(at(point, vector));
    }

    static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }

    static float[] plus(float[] a, double scale, float[] b) {
        float[] sum = new float[a.length];
        for (int i = 0; i < a.length; i++) {
            sum[i] = (float) (a[i] + scale * b[i]);
        }
        return sum;
    }
}
