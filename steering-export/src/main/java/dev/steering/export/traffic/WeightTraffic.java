package dev.steering.export.traffic;

import ai.onnx.proto.OnnxMl.ModelProto;
import dev.steering.core.SteeringException;
import dev.steering.export.decoder.DecoderGraph;
import dev.steering.export.instrument.file.ModelFile;
import java.nio.file.Path;

/**
 * What one forward pass reads of a decoder's weights, counted from its graph: what the floors of its speed follow from.
 *
 * <p>Matrices of products, norms and biases are counted, once each. Embedding tables are not, of which a pass reads a row per
 * token, unless the vocabulary head is the same tensor; neither are the tables of rotary embeddings and whole-number constants.
 * A weight that the graph converts, such as bfloat16 in a single-precision bundle, counts in the type that it is converted to,
 * because ONNX Runtime converts it once, at load. Integer weights count with their scales and zero points, as they are stored. Of a
 * mixture's experts those count that one token uses, on average over the experts; of a graph that somebody else exported all do.
 *
 * @param blockParameters parameters of everything but embedding and vocabulary head
 * @param blockBytes bytes of them, in the types that are computed with
 * @param headParameters parameters of the vocabulary head, which is skipped when no logits are wanted
 * @param headBytes bytes of them
 */
public record WeightTraffic(long blockParameters, long blockBytes, long headParameters, long headBytes) {
    /**
     * @param graph a decoder's ONNX file
     * @param logits name of its output with logits
     * @return what it reads
     * @throws SteeringException if the file cannot be read
     */
    public static WeightTraffic of(Path graph, String logits) {
        ModelProto model = ModelFile.open(graph).model();
        WeightReaders readers =
                new WeightReaders(number(model, DecoderGraph.EXPERTS_USED), number(model, DecoderGraph.EXPERTS));
        readers.add(model.getGraph());
        return readers.traffic(logits);
    }

    private static int number(ModelProto model, String key) {
        return model.getMetadataPropsList().stream()
                .filter(property ->
                        property.getKey().equals(key) && property.getValue().matches("[0-9]{1,6}"))
                .mapToInt(property -> Integer.parseInt(property.getValue()))
                .findFirst()
                .orElse(1);
    }

    /** @return parameters of everything but the embedding */
    public long parameters() {
        return blockParameters + headParameters;
    }

    /** @return bytes that one pass reads whose logits are wanted */
    public long bytes() {
        return blockBytes + headBytes;
    }
}
