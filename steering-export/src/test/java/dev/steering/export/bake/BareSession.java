package dev.steering.export.bake;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Runs a model with ONNX Runtime alone, as somebody would who has never heard of this project. */
final class BareSession implements AutoCloseable {
    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final OrtSession session;

    BareSession(Path graph) throws OrtException {
        session = environment.createSession(graph.toString());
    }

    Set<String> inputs() {
        return session.getInputNames();
    }

    Set<String> outputs() {
        return session.getOutputNames();
    }

    /** The logits of all positions of one row, {@code [positions][vocabulary]}. */
    float[][] logits(int[] tokens) throws OrtException {
        Map<String, OnnxTensor> feeds = new LinkedHashMap<>();
        for (Map.Entry<String, NodeInfo> input : session.getInputInfo().entrySet()) {
            feeds.put(
                    input.getKey(),
                    feed(input.getKey(), (TensorInfo) input.getValue().getInfo(), tokens));
        }
        try (OrtSession.Result result = session.run(feeds)) {
            OnnxValue logits = result.get("logits").orElseThrow();
            return ((float[][][]) logits.getValue())[0];
        } finally {
            feeds.values().forEach(OnnxTensor::close);
        }
    }

    /** The logits of each token in turn, with a cache that grows by what came out: as a loop that writes text does. */
    float[][] stepwise(int[] tokens) throws OrtException {
        float[][] rows = new float[tokens.length][];
        Map<String, OnnxTensor> past = new LinkedHashMap<>();
        OrtSession.Result before = null;
        for (int t = 0; t < tokens.length; t++) {
            Map<String, OnnxTensor> feeds = new LinkedHashMap<>();
            for (Map.Entry<String, NodeInfo> input : session.getInputInfo().entrySet()) {
                String name = input.getKey();
                TensorInfo info = (TensorInfo) input.getValue().getInfo();
                if (past.containsKey(name)) {
                    feeds.put(name, past.get(name));
                } else if (name.equals("attention_mask")) {
                    feeds.put(name, longs(filled(t + 1)));
                } else if (name.equals("position_ids")) {
                    feeds.put(name, longs(new long[] {t}));
                } else {
                    feeds.put(name, feed(name, info, new int[] {tokens[t]}));
                }
            }
            OrtSession.Result result = session.run(feeds);
            if (before != null) {
                before.close();
            }
            rows[t] = ((float[][][]) result.get("logits").orElseThrow().getValue())[0][0];
            past.clear();
            for (Map.Entry<String, OnnxValue> output : result) {
                if (output.getKey().startsWith("present")) {
                    past.put(output.getKey().replace("present", "past_key_values"), (OnnxTensor) output.getValue());
                }
            }
            before = result;
        }
        if (before != null) {
            before.close();
        }
        return rows;
    }

    private OnnxTensor feed(String name, TensorInfo info, int[] tokens) throws OrtException {
        switch (name) {
            case "input_ids" -> {
                return longs(Arrays.stream(tokens).asLongStream().toArray());
            }
            case "attention_mask" -> {
                return longs(filled(tokens.length));
            }
            case "position_ids" -> {
                long[] positions = new long[tokens.length];
                Arrays.setAll(positions, i -> i);
                return longs(positions);
            }
            case "use_cache_branch" -> {
                return OnnxTensor.createTensor(environment, new boolean[] {false});
            }
            default -> {
                long[] shape = info.getShape().clone();
                for (int i = 0; i < shape.length; i++) {
                    shape[i] = shape[i] >= 0 ? shape[i] : i == 0 ? 1 : 0;
                }
                return OnnxTensor.createTensor(
                        environment,
                        ByteBuffer.allocateDirect(0).order(ByteOrder.nativeOrder()),
                        shape,
                        info.type == OnnxJavaType.FLOAT16 ? OnnxJavaType.FLOAT16 : OnnxJavaType.FLOAT);
            }
        }
    }

    private static long[] filled(int length) {
        long[] ones = new long[length];
        Arrays.fill(ones, 1);
        return ones;
    }

    private OnnxTensor longs(long[] values) throws OrtException {
        return OnnxTensor.createTensor(environment, LongBuffer.wrap(values), new long[] {1, values.length});
    }

    @Override
    public void close() throws OrtException {
        session.close();
    }
}
