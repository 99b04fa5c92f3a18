package dev.steering.model.ort.internal;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import dev.steering.core.BadFile;
import dev.steering.core.bundle.BundleManifest;
import dev.steering.core.bundle.GraphContract;
import dev.steering.core.bundle.GraphSignature.CacheEntry;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/**
 * Whether a bundle's manifest and a graph of it speak of the same sizes. Memory is made by the manifest's and handed to native code, so
 * that they are compared before any is made. Axes that the graph leaves open are not compared: ONNX Runtime looks at what it is given.
 */
public final class ManifestCheck {
    private static final long OPEN = -1;

    private final Path file;
    private final BundleManifest manifest;

    private ManifestCheck(Path file, BundleManifest manifest) {
        this.file = file;
        this.manifest = manifest;
    }

    /**
     * @param graph a graph of the bundle
     * @param manifest the bundle's manifest
     * @throws BadFile naming input or output, what the manifest says and what the graph has
     */
    public static void require(OpenGraph graph, BundleManifest manifest) {
        ManifestCheck check = new ManifestCheck(graph.file(), manifest);
        try {
            check.all(graph.session());
        } catch (OrtException e) {
            throw new BadFile("Cannot read the inputs of " + graph.file() + ": " + Sessions.reason(e) + ".", e);
        }
    }

    private void all(OrtSession session) throws OrtException {
        Map<String, NodeInfo> inputs = session.getInputInfo();
        Map<String, NodeInfo> outputs = session.getOutputInfo();
        same(inputs, GraphContract.STEERING_VECTORS, manifest.points(), OPEN, manifest.hidden());
        same(outputs, manifest.signature().logits(), OPEN, OPEN, manifest.vocabulary());
        for (CacheEntry entry : manifest.signature().cache().entries()) {
            same(inputs, entry.past(), fixed(entry));
            same(outputs, entry.present(), fixed(entry));
        }
    }

    /** Sizes that depend on no pass. */
    private static long[] fixed(CacheEntry entry) {
        return entry.shape().stream()
                .mapToLong(axis -> axis.chars().allMatch(c -> c >= '0' && c <= '9') ? Long.parseLong(axis) : OPEN)
                .toArray();
    }

    private void same(Map<String, NodeInfo> infos, String name, long... said) {
        NodeInfo info = infos.get(name);
        if (info == null) {
            throw disagrees("names '" + name + "', which the graph does not have. It has: "
                    + String.join(", ", infos.keySet()));
        }
        if (!(info.getInfo() instanceof TensorInfo tensor)) {
            throw disagrees("takes '" + name + "' for a tensor, which it is not in the graph");
        }
        long[] found = tensor.getShape();
        boolean same = found.length == said.length;
        for (int axis = 0; same && axis < found.length; axis++) {
            same = said[axis] == OPEN || found[axis] < 0 || said[axis] == found[axis];
        }
        if (!same) {
            throw disagrees("has sizes " + words(said) + " for '" + name + "', the graph has " + words(found));
        }
    }

    private static String words(long[] sizes) {
        return Arrays.toString(sizes).replace("-1", "?");
    }

    private BadFile disagrees(String how) {
        return new BadFile("The bundle's manifest disagrees with " + file + ": it " + how + ". Make the bundle again.");
    }
}
