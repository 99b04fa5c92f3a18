package dev.steering.export.instrument.find;

import dev.steering.core.BadFile;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A decoder in the graph that it lies in.
 *
 * @param scope that graph
 * @param flow from its embeddings to its logits
 * @param points its residual stream
 * @param namedLayers how many layers numbers in names count; null if names have none
 * @param logits its tensor with logits
 * @param head what its vocabulary head reads
 * @param prefix makes names unique that are added to this graph
 */
public record Decoder(
        GraphScope scope,
        ResidualFlow flow,
        List<Point> points,
        @Nullable Integer namedLayers,
        String logits,
        HeadInput.Found head,
        String prefix) {
    public Decoder {
        points = List.copyOf(points);
    }

    public int producer(String tensor) {
        Integer index = scope.producer(tensor);
        if (index == null) {
            throw new BadFile("nothing in the decoder's graph makes '" + tensor + "'");
        }
        return index;
    }
}
