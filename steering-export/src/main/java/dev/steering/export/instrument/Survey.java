package dev.steering.export.instrument;

import dev.steering.core.SteeringException;
import dev.steering.core.bundle.CountedLayers;
import dev.steering.core.bundle.GraphSignature;
import dev.steering.core.bundle.GraphSignature.CacheEntry;
import dev.steering.core.bundle.GraphSignature.Input;
import dev.steering.core.bundle.GraphSignature.Role;
import dev.steering.export.instrument.file.ModelFile;
import dev.steering.export.instrument.find.DecoderTree;
import dev.steering.export.instrument.find.GraphScope;
import dev.steering.export.instrument.find.Point;
import dev.steering.export.instrument.signature.HeadSizes;
import dev.steering.export.instrument.signature.Overrides;
import dev.steering.export.instrument.signature.SignatureReader;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the rules find in a graph, without running it and without its weights.
 *
 * @param points what the residual-stream points are called, {@code layers + 1} of them; of a merged decoder, in its first branch
 * @param evidence what else counts the layers
 */
public record Survey(List<String> points, CountedLayers evidence) {
    private static final HeadSizes ANY = new HeadSizes() {
        @Override
        public Integer keyValueHeads(String past) {
            return 1;
        }

        @Override
        public Integer headSize(String past) {
            return 1;
        }
    };

    public Survey {
        points = List.copyOf(points);
    }

    /**
     * @param model an ONNX decoder
     * @return its residual-stream points
     * @throws SteeringException if the file is damaged or a rule fails; the message says which
     */
    public static Survey of(Path model) {
        GraphScope scope = GraphScope.of(ModelFile.open(model).graph());
        GraphSignature signature = SignatureReader.read(scope, Overrides.none(), inputs -> ANY);
        Integer configured = ModelConfig.beside(model, null).layers();
        DecoderTree tree = tree(scope, signature, List.of(), configured);
        return new Survey(
                tree.decoders().get(0).points().stream().map(Point::label).toList(),
                evidence(tree, List.of(), configured));
    }

    /** What counts the layers beside the data flow. */
    static CountedLayers evidence(DecoderTree tree, List<String> given, @Nullable Integer configured) {
        return new CountedLayers(configured, tree.decoders().get(0).namedLayers(), !given.isEmpty());
    }

    static DecoderTree tree(
            GraphScope scope, GraphSignature signature, List<String> points, @Nullable Integer configured) {
        Set<String> pasts =
                signature.cache().entries().stream().map(CacheEntry::past).collect(Collectors.toSet());
        Input tokens = signature.input(Role.TOKEN_IDS);
        return new DecoderTree.Search(tokens == null ? "" : tokens.name(), pasts, points, configured)
                .in(scope, signature.logits(), "");
    }
}
